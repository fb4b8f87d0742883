"""Brings the ledger's suppressions up to SendGrid's."""

from __future__ import annotations

from producthead_mail.audience.api import Api
from producthead_mail.audience.suppressions import GROUP, kinds, pull
from producthead_mail.ledger.database import Ledger
from producthead_mail.ledger.suppressions import Pulled, add, forget_unseen, note_pull, pulled

WHOLE_AFTER = 86_400.0
"""Seconds: within them only what is new is read; it can't show who was taken off a list."""


def refresh(ledger: Ledger, api: Api, asm_group: int | None, *, whole: bool = False) -> None:
    """Reads every kind, as a whole if asked or due; OutsideError leaves what was read so far."""
    for kind in kinds(asm_group):
        _refresh_kind(ledger, api, kind, whole=whole)


def _refresh_kind(ledger: Ledger, api: Api, kind: str, *, whole: bool) -> None:
    began = ledger.now()
    before = None if whole or kind.startswith(GROUP) else pulled(ledger, kind)
    since = before.until if before and _recent(before, began) else None
    newest = since or 0.0
    for page in pull(api, kind, ledger.recipient_key, began, since):
        add(ledger, page.entries)
        newest = max(newest, page.newest)
    if since is None:
        # Only now: until the list was read to its end nobody may be missing from it.
        forget_unseen(ledger, kind, began)
    note_pull(ledger, kind, until=newest, at=began, whole=since is None)


def _recent(before: Pulled, now: float) -> bool:
    return 0 <= now - before.whole_at < WHOLE_AFTER

"""Who must not get mail: SendGrid's lists pulled into the ledger, and the ledger asked while planning."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from producthead_mail.cli.wiring import TransportName, api_of

if TYPE_CHECKING:
    from producthead_mail.config import Project
    from producthead_mail.content.publication import Publication
    from producthead_mail.ledger.database import Ledger


def pull_suppressions(
    project: Project, publication: Publication, ledger: Ledger, *, whole: bool = False
) -> None:
    """Brings the ledger up to SendGrid's lists; OutsideError where they can't be read."""
    from producthead_mail.audience.refresh import refresh

    api = api_of(TransportName.SENDGRID, project, publication)
    assert api is not None
    refresh(ledger, api, publication.unsubscribe.asm_group, whole=whole)


def suppressed_for(
    transport: TransportName, project: Project, publication: Publication, ledger: Ledger
) -> Callable[[int], str | None]:
    """Says why a recipient must not get mail; SendGrid's lists are pulled first where it takes the mail."""
    from producthead_mail.ledger.suppressions import Suppressed

    if transport is TransportName.SENDGRID:
        pull_suppressions(project, publication, ledger)
    return Suppressed(ledger)

"""SendGrid's suppressions, page by page, as ids with a reason: no address of them is kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from producthead_mail.audience.address import normalise, recipient_id, without_addresses
from producthead_mail.audience.api import Api, Reply, refusal
from producthead_mail.errors import OutsideError
from producthead_mail.ledger.suppressions import Suppression

LIMIT = 500
"""Entries a page: SendGrid's most."""
OVERLAP = 86_400.0
"""Seconds read again before the newest entry seen: lists of SendGrid may be late in showing one."""

GROUP = "asm:"
"""Before the number of an unsubscribe group: the kind of those who left it."""
LISTS = {
    "bounce": ("suppression/bounces", "bounced"),
    "spam_report": ("suppression/spam_reports", "reported as spam"),
    "invalid_email": ("suppression/invalid_emails", "invalid address"),
    "unsubscribe": ("suppression/unsubscribes", "unsubscribed"),
}
"""Kind -> path and words. Not blocks: SendGrid goes on mailing those (facts of its documentation)."""


@dataclass(frozen=True, slots=True)
class Page:
    """A part of one list."""

    entries: list[Suppression]
    newest: float = 0.0
    """When SendGrid added the newest of them; 0 where it doesn't say."""


def kinds(asm_group: int | None) -> tuple[str, ...]:
    """The kinds to be read for a publication."""
    return (*LISTS, f"{GROUP}{asm_group}") if asm_group else tuple(LISTS)


def pull(api: Api, kind: str, key: bytes, now: float, since: float | None = None) -> Iterator[Page]:
    """The list of one kind, all of it or what was added since; OutsideError where it can't be read."""
    if kind.startswith(GROUP):
        yield _group(api, kind, key, now)
        return
    path, words = LISTS[kind]
    query = {"limit": str(LIMIT)}
    if since is not None:
        query["start_time"] = str(max(0, int(since - OVERLAP)))
    offset = 0
    while True:
        found = _entries(path, api.call("GET", path, query={**query, "offset": str(offset)}))
        yield _page(found, kind, words, key, now)
        if len(found) < LIMIT:
            return
        offset += len(found)


def rid_of(address: str, key: bytes) -> int:
    """The id of the recipient with this address, also where it is none: SendGrid lists invalid ones too."""
    try:
        return recipient_id(normalise(address), key)
    except ValueError:
        return recipient_id(address.strip(), key)


def _page(found: list[dict[str, Any]], kind: str, words: str, key: bytes, now: float) -> Page:
    entries = []
    newest = 0.0
    for one in found:
        said = one.get("reason")
        reason = f"{words}: {without_addresses(said)}" if isinstance(said, str) and said.strip() else words
        entries.append(Suppression(rid_of(one["email"], key), kind, reason, now))
        created = one.get("created")
        newest = max(newest, created) if isinstance(created, int | float) else newest
    return Page(entries, float(newest))


def _group(api: Api, kind: str, key: bytes, now: float) -> Page:
    number = kind.removeprefix(GROUP)
    path = f"asm/groups/{number}/suppressions"
    reply = api.call("GET", path)
    if reply.status == 404:
        raise OutsideError(
            f"SendGrid has no unsubscribe group {number}; mend unsubscribe.asm_group in publication.yaml"
        )
    addresses = _listed(path, reply)
    if not all(isinstance(one, str) for one in addresses):
        raise _unreadable(path)
    return Page([Suppression(rid_of(one, key), kind, "left the unsubscribe group", now) for one in addresses])


def _entries(path: str, reply: Reply) -> list[dict[str, Any]]:
    found = _listed(path, reply)
    if not all(isinstance(one, dict) and isinstance(one.get("email"), str) for one in found):
        raise _unreadable(path)
    return found


def _listed(path: str, reply: Reply) -> list[Any]:
    if reply.status != 200:
        raise OutsideError(f"GET /v3/{path}: {refusal(reply)}")
    if not isinstance(reply.body, list):
        raise _unreadable(path)
    return reply.body


def _unreadable(path: str) -> OutsideError:
    return OutsideError(f"GET /v3/{path}: SendGrid's answer is not the list it documents")

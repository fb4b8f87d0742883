"""Cuts an audience into batches: pure, as a stream, in the order of recipient ids."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import count

from producthead_mail.audience.address import recipient_id
from producthead_mail.audience.recipient import Excluded, Recipient
from producthead_mail.errors import InputError, Problem
from producthead_mail.ledger.draft import Draft, Left, batch_name
from producthead_mail.ledger.states import Exclusion
from producthead_mail.rendering.message import Message
from producthead_mail.rendering.slots import unknown_fields
from producthead_mail.sending.limits import PERSONALIZATIONS, SUBSTITUTIONS
from producthead_mail.sending.payload import personalization, personalizations_json

PROBLEMS_SHOWN = 20


def batch_size(message: Message) -> int:
    """How many recipients fit into one request; slots times recipients count too."""
    return max(1, min(PERSONALIZATIONS, SUBSTITUTIONS // max(1, len(message.slots))))


def refuse_unknown_fields(message: Message, columns: Iterable[str], source: str) -> None:
    """InputError where a slot names a field that neither the audience nor the defaults have."""
    remedy = "add the column, or give it a default in publication.yaml"
    problems = [
        Problem(source, 0, 0, f"no field `{name}`, which a slot names", f"{hint} {remedy}".strip())
        for name, hint in unknown_fields(message, columns)
    ]
    if problems:
        raise InputError(problems)


def drafts(
    message: Message, selected: Iterable[tuple[int, Recipient] | Excluded], send_id: int, key: bytes
) -> Iterator[Draft | Left]:
    """The batches of a send, and what gets nothing; InputError with the rows too large for SendGrid."""
    size = batch_size(message)
    seqs = count(1)
    rids: list[int] = []
    parts: list[dict[str, object]] = []
    problems: list[Problem] = []
    name = batch_name(send_id, next(seqs))
    for one in selected:
        if isinstance(one, Excluded):
            yield _left(one, key)
            continue
        rid, recipient = one
        try:
            parts.append(personalization(message, recipient, arguments(message.edition, name, rid)))
        except InputError as error:
            problems.extend(error.problems)
            if len(problems) >= PROBLEMS_SHOWN:
                break
            continue
        rids.append(rid)
        if len(rids) == size:
            yield Draft(tuple(rids), personalizations_json(parts))
            rids, parts, name = [], [], batch_name(send_id, next(seqs))
    if problems:
        raise InputError(problems)
    if rids:
        yield Draft(tuple(rids), personalizations_json(parts))


def _left(one: Excluded, key: bytes) -> Left:
    # Only for these: an invalid row has no address, and a duplicate's stands in a batch.
    suppressed = one.kind is Exclusion.SUPPRESSED
    return Left(one.kind, one.row, one.reason, recipient_id(one.email, key) if suppressed else None)


def arguments(edition: str, batch: str, rid: int) -> dict[str, str]:
    """What SendGrid keeps with each mail and gives back: opaque ids, never an address."""
    return {"edition": edition, "batch": batch, "recipient": f"{rid:016x}"}


def renamed(personalizations: bytes, batch: str) -> bytes:
    """The personalizations of a batch as those of another one."""
    parts = json.loads(personalizations)
    for part in parts:
        part["custom_args"]["batch"] = batch
    return personalizations_json(parts)

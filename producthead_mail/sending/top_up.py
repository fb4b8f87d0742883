"""Leaves out of an audience what earlier parts of the edition have accounted for: pure, as a stream."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from producthead_mail.audience.address import recipient_id
from producthead_mail.audience.recipient import Excluded, Recipient
from producthead_mail.ledger.parts import Taken, mark
from producthead_mail.ledger.states import Exclusion


def added_since(
    selected: Iterable[tuple[int, Recipient] | Excluded], taken: Taken, key: bytes
) -> Iterator[tuple[int, Recipient] | Excluded]:
    """Recipients and rows that no earlier part has counted; whoever was rejected is tried again."""
    rows = taken.rows()
    for one in selected:
        if not (_excluded(one, taken, rows, key) if isinstance(one, Excluded) else taken(one[0])):
            yield one


def _excluded(one: Excluded, taken: Taken, rows: set[int], key: bytes) -> bool:
    """True where a row that gets nothing is counted already."""
    if one.kind is not Exclusion.SUPPRESSED:
        return mark(one.kind.value, one.row, one.reason) in rows
    rid = recipient_id(one.email, key)
    # In a batch: suppressed only since, and counted as what came of it.
    return taken(rid) or taken.was_suppressed(rid)

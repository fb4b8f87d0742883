"""Who has a place in the parts of an edition that are there already: asked while a further one is planned."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from sqlalchemy import Connection, select

from producthead_mail.ledger.database import Ledger
from producthead_mail.ledger.rids import unpack
from producthead_mail.ledger.schema import batch, batch_list, exception
from producthead_mail.ledger.states import Exclusion, State

FREE = (State.VOID, State.REJECTED, State.CANCELLED)
"""Batches whose recipients got nothing and may be planned again."""
BUCKET = 1 << 55
"""Ids that are looked up together: a 256th of them all, as the audience is read."""


class Taken:
    """Tells who is accounted for by earlier parts; quick where asked in the order of ids."""

    def __init__(self, ledger: Ledger, send_ids: Sequence[int]) -> None:
        self._ledger = ledger
        self._ids = list(send_ids)
        self._bucket = -1
        self._rids: set[int] = set()
        self._suppressed: set[int] = set()

    def __call__(self, rid: int) -> bool:
        """True where the recipient has a place in a batch, or an address that SendGrid refused."""
        self._read(rid // BUCKET)
        return rid in self._rids

    def was_suppressed(self, rid: int) -> bool:
        """True where the recipient is counted as suppressed."""
        self._read(rid // BUCKET)
        return rid in self._suppressed

    def rows(self) -> set[int]:
        """Marks of the rows that are counted as invalid or as duplicates; see `mark`."""
        with self._ledger.reading() as connection:
            found = connection.execute(
                select(exception.c.kind, exception.c.row, exception.c.reason).where(
                    exception.c.send_id.in_(self._ids), exception.c.rid.is_(None)
                )
            )
            return {mark(*row) for row in found}

    def _read(self, bucket: int) -> None:
        if bucket == self._bucket:
            return
        self._bucket = bucket
        first = bucket * BUCKET
        with self._ledger.reading() as connection:
            self._rids = self._batched(connection, first, first + BUCKET - 1)
            left = self._left(connection, first, first + BUCKET - 1)
        self._rids |= left[Exclusion.INVALID]
        self._suppressed = left[Exclusion.SUPPRESSED]

    def _batched(self, connection: Connection, first: int, last: int) -> set[int]:
        rows = connection.execute(
            select(batch_list.c.rids)
            .join_from(
                batch,
                batch_list,
                (batch.c.send_id == batch_list.c.send_id) & (batch.c.seq == batch_list.c.seq),
            )
            .where(
                batch.c.send_id.in_(self._ids),
                batch.c.state.not_in(FREE),
                batch.c.first_rid <= last,
                batch.c.last_rid >= first,
            )
        )
        found: set[int] = set()
        for row in rows:
            rids = unpack(row.rids)
            found.update(rids[bisect_left(rids, first) : bisect_left(rids, last + 1)])
        return found

    def _left(self, connection: Connection, first: int, last: int) -> dict[Exclusion, set[int]]:
        rows = connection.execute(
            select(exception.c.kind, exception.c.rid).where(
                exception.c.send_id.in_(self._ids), exception.c.rid.between(first, last)
            )
        )
        found: dict[Exclusion, set[int]] = {kind: set() for kind in Exclusion}
        for row in rows:
            found[Exclusion(row.kind)].add(row.rid)
        return found


def mark(kind: str, row: int, reason: str) -> int:
    """A number for a row that is left out: the same row with the same fault has the same."""
    return hash((str(kind), row, reason))

"""Who must not get mail, by id: what SendGrid and the curator said, and how far SendGrid was read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import islice

from sqlalchemy import Connection, Table, case, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from producthead_mail.ledger.database import Ledger
from producthead_mail.ledger.schema import suppression, suppression_pull

LOCAL = "local"
"""The kind of those that a person added here; SendGrid says nothing about them."""
ROWS_AT_ONCE = 5000
BUCKET = 1 << 55
"""Ids that are looked up together: a 256th of them all, as the audience is read."""
WHOLE = "whole:"
"""Before the kind: when everything of it was last read, not only what was new."""


@dataclass(frozen=True, slots=True)
class Suppression:
    """One recipient who must not get mail, and one reason."""

    rid: int
    kind: str
    reason: str
    at: float
    """When it was last said."""


@dataclass(frozen=True, slots=True)
class Pulled:
    """How far one kind was read."""

    until: float
    """When SendGrid added the newest entry seen; 0 where there was none."""
    at: float
    whole_at: float
    """When everything of it was last read."""


def add(ledger: Ledger, entries: Iterable[Suppression]) -> None:
    """Adds suppressions, or what was said anew of those already known; in short transactions."""
    left = iter(entries)
    while chunk := list(islice(left, ROWS_AT_ONCE)):
        # One command must not meet the same row twice: PostgreSQL refuses it.
        rows = {(one.rid, one.kind): asdict(one) for one in chunk}
        with ledger.writing() as connection:
            _upsert(connection, suppression, "reason", list(rows.values()))


def forget_unseen(ledger: Ledger, kind: str, since: float) -> int:
    """Removes suppressions of a kind that were not said again since; how many those were."""
    with ledger.writing() as connection:
        return connection.execute(
            delete(suppression).where(suppression.c.kind == kind, suppression.c.at < since)
        ).rowcount


def counts(ledger: Ledger) -> dict[str, int]:
    """How many suppressions there are of each kind."""
    with ledger.reading() as connection:
        rows = connection.execute(
            select(suppression.c.kind, func.count()).group_by(suppression.c.kind).order_by(suppression.c.kind)
        )
        return {row[0]: row[1] for row in rows}


def known(ledger: Ledger, rid: int) -> list[Suppression]:
    """What is known of one recipient."""
    with ledger.reading() as connection:
        return [one for _, one in _found(connection, rid, rid)]


def all_rids(ledger: Ledger) -> Iterator[int]:
    """The id of everyone who is suppressed, in order; of those with several kinds as often."""
    for bucket in range(256):
        with ledger.reading() as connection:
            for rid, _ in _found(connection, bucket * BUCKET, (bucket + 1) * BUCKET - 1):
                yield rid


def pulled(ledger: Ledger, kind: str) -> Pulled | None:
    """How far a kind was read; None where it never was as a whole."""
    with ledger.reading() as connection:
        rows = {
            row.kind: row
            for row in connection.execute(
                select(suppression_pull).where(suppression_pull.c.kind.in_([kind, WHOLE + kind]))
            )
        }
    if len(rows) < 2:
        return None
    return Pulled(rows[kind].until, rows[kind].at, rows[WHOLE + kind].at)


def note_pull(ledger: Ledger, kind: str, *, until: float, at: float, whole: bool) -> None:
    """Records that a kind was read as far as `until`, begun at `at`."""
    names = [kind, WHOLE + kind] if whole else [kind]
    rows: list[dict[str, object]] = [{"kind": name, "until": until, "at": at} for name in names]
    with ledger.writing() as connection:
        _upsert(connection, suppression_pull, "until", rows)


class Suppressed:
    """Tells why a recipient is suppressed; quick and in flat memory where asked in the order of ids."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._bucket = -1
        self._reasons: dict[int, str] = {}

    def __call__(self, rid: int) -> str | None:
        """The reasons; None where there is none."""
        if rid // BUCKET != self._bucket:
            self._bucket = rid // BUCKET
            self._reasons = self._read(self._bucket * BUCKET)
        return self._reasons.get(rid)

    def _read(self, first: int) -> dict[int, str]:
        found: dict[int, list[str]] = {}
        with self._ledger.reading() as connection:
            for rid, one in _found(connection, first, first + BUCKET - 1):
                found.setdefault(rid, []).append(one.reason)
        return {rid: "; ".join(reasons) for rid, reasons in found.items()}


def _found(connection: Connection, first: int, last: int) -> Iterator[tuple[int, Suppression]]:
    rows = connection.execute(
        select(suppression)
        .where(suppression.c.rid.between(first, last))
        .order_by(suppression.c.rid, suppression.c.kind)
    )
    for row in rows:
        yield row.rid, Suppression(row.rid, row.kind, row.reason, row.at)


def _upsert(connection: Connection, table: Table, told: str, rows: list[dict[str, object]]) -> None:
    """Adds rows, or updates `told` and the time of those that are there."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    adding = dialect.insert(table)
    new = adding.excluded
    # The later time stays: another process that reads at the same time may be ahead of this one.
    later = case((new.at > table.c.at, new.at), else_=table.c.at)
    connection.execute(
        adding.on_conflict_do_update(
            index_elements=list(table.primary_key.columns), set_={told: new[told], "at": later}
        ),
        rows,
    )

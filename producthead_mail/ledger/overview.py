"""Every edition's standing in a handful of questions, however many editions there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from producthead_mail.ledger.database import Ledger
from producthead_mail.ledger.moves import TAKEN_BACK, gone
from producthead_mail.ledger.schema import batch, exception, send, test_send
from producthead_mail.ledger.states import (
    EditionState,
    Exclusion,
    Recipients,
    State,
    edition_state,
    recipients,
)

Counts = dict[int, dict[Any, int]]
"""Plan -> state or kind -> how many."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an edition stands: its account without the details."""

    transport: str
    digest: str
    state: EditionState
    recipients: Recipients
    send_at: float | None = None
    paused: bool = False


@dataclass(frozen=True, slots=True)
class PastTests:
    """The test sends of an edition, in short."""

    count: int
    at: float
    """Of the last."""
    digest: str
    """Of the last."""


def standings(ledger: Ledger) -> dict[str, Standing]:
    """Edition -> its standing, SendGrid's where there is one: what `account` says of each, at one moment."""
    # Looked up before the moment that is counted: whatever these processes did is seen then.
    lost = {(row.send_id, row.seq, row.epoch) for row in gone(ledger)}
    with ledger.reading() as connection:
        plans = _plans(connection)
        batches, people = _totals(connection)
        left = _excluded(connection)
        _take_back(connection, lost, batches, people)
    now = ledger.now()
    chosen = {edition: of.get("sendgrid") or next(iter(of.values())) for edition, of in plans.items()}
    return {edition: _standing(rows, batches, people, left, now) for edition, rows in chosen.items()}


def all_test_sends(ledger: Ledger) -> dict[str, PastTests]:
    """Edition -> its test sends, where there were any."""
    newest = select(func.max(test_send.c.id).label("id"), func.count().label("number"))
    grouped = newest.group_by(test_send.c.edition).subquery()
    question = select(test_send, grouped.c.number).join(grouped, grouped.c.id == test_send.c.id)
    with ledger.reading() as connection:
        return {
            row.edition: PastTests(row.number, row.at, row.digest) for row in connection.execute(question)
        }


def _plans(connection: Connection) -> dict[str, dict[str, list[Any]]]:
    """Edition -> transport -> its parts in order, without the long messages."""
    columns = (send.c.id, send.c.edition, send.c.transport, send.c.state, send.c.digest)
    question = select(*columns, send.c.selected, send.c.send_at).where(send.c.state != "planning")
    found: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for row in connection.execute(question.order_by(send.c.part)):
        found[row.edition][row.transport].append(row)
    return found


def _totals(connection: Connection) -> tuple[Counts, Counts]:
    """How many batches, and recipients, each plan has in each state."""
    batches: Counts = defaultdict(dict)
    people: Counts = defaultdict(dict)
    question = select(batch.c.send_id, batch.c.state, func.count(), func.sum(batch.c.recipients))
    for send_id, state, number, persons in connection.execute(
        question.group_by(batch.c.send_id, batch.c.state)
    ):
        batches[send_id][State(state)] = number
        people[send_id][State(state)] = int(persons)
    return batches, people


def _excluded(connection: Connection) -> Counts:
    found: Counts = defaultdict(dict)
    question = select(exception.c.send_id, exception.c.kind, func.count())
    for send_id, kind, number in connection.execute(question.group_by(exception.c.send_id, exception.c.kind)):
        found[send_id][Exclusion(kind)] = number
    return found


def _take_back(
    connection: Connection, lost: set[tuple[int, int, int]], batches: Counts, people: Counts
) -> None:
    """Counts the batches of processes that are gone as they will be taken back."""
    if not lost:
        return
    for row in connection.execute(select(batch).where(batch.c.state.in_(TAKEN_BACK))):
        if (row.send_id, row.seq, row.epoch) not in lost:
            continue
        state = State(row.state)
        for counts, number in ((batches[row.send_id], 1), (people[row.send_id], row.recipients)):
            counts[state] -= number
            counts[TAKEN_BACK[state]] = counts.get(TAKEN_BACK[state], 0) + number


def _standing(rows: list[Any], batches: Counts, people: Counts, left: Counts, now: float) -> Standing:
    ids, last = [row.id for row in rows], rows[-1]
    return Standing(
        last.transport,
        last.digest,
        edition_state(
            _sum(batches[one] for one in ids),
            scheduled=last.send_at is not None and last.send_at > now,
            cancelled=all(row.state == "cancelled" for row in rows),
        ),
        recipients(
            sum(row.selected for row in rows),
            _sum(left[one] for one in ids),
            _sum(people[one] for one in ids),
        ),
        last.send_at,
        any(row.state == "paused" for row in rows),
    )


def _sum(counts: Iterable[dict[Any, int]]) -> dict[Any, int]:
    total: dict[Any, int] = defaultdict(int)
    for one in counts:
        for name, number in one.items():
            total[name] += number
    return total

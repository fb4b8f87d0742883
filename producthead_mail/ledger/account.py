"""Questions to the ledger: where an edition stands, what one person got, what is unfinished."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, select, true, tuple_

from producthead_mail.ledger.database import Ledger
from producthead_mail.ledger.draft import batch_name
from producthead_mail.ledger.moves import OWNER_GONE, TAKEN_BACK, gone
from producthead_mail.ledger.rids import contains
from producthead_mail.ledger.schema import batch, batch_list, exception, send, send_group, unfinished_batch
from producthead_mail.ledger.states import (
    PLACES,
    EditionState,
    Exclusion,
    Recipients,
    State,
    edition_state,
    recipients,
)

Lost = frozenset[tuple[int, int, int]]
"""Plan, number and epoch of batches whose processes are gone: they count as if they were taken back."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A batch of which nobody knows whether it was sent."""

    batch: str
    recipients: int
    since: float
    reason: str


@dataclass(frozen=True, slots=True)
class Rejection:
    """A batch that SendGrid refused."""

    batch: str
    recipients: int
    reason: str


@dataclass(frozen=True, slots=True)
class Account:
    """Where every recipient of an edition stands, at one moment."""

    edition: str
    transport: str
    digest: str
    state: EditionState
    recipients: Recipients
    batches: Mapping[State, int]
    doubts: tuple[Doubt, ...] = ()
    rejections: tuple[Rejection, ...] = ()
    send_at: float | None = None
    calling_back: bool = False
    """SendGrid was asked to cancel a group and has not confirmed it: its accepted mail may be discarded."""
    paused: bool = False


@dataclass(frozen=True, slots=True)
class Received:
    """What one recipient got of one edition."""

    edition: str
    transport: str
    state: str
    batch: str
    at: float
    reason: str


def account(ledger: Ledger, edition: str, transport: str = "") -> Account | None:
    """The account of an edition; None where it was never planned.

    Without a transport: SendGrid's where there is one, so that a rehearsal never hides the mailing.
    """
    lost = _lost(ledger)
    with ledger.reading() as connection:
        transports = {
            row.transport
            for row in connection.execute(
                select(send.c.transport).where(send.c.edition == edition, send.c.state != "planning")
            )
        }
        wanted = transport or ("sendgrid" if "sendgrid" in transports else next(iter(transports), ""))
        return _account(connection, edition, wanted, ledger.now(), lost) if wanted in transports else None


def editions(ledger: Ledger, transport: str = "") -> list[str]:
    """The slugs of all editions ever planned (for one transport, if named), oldest first."""
    with ledger.reading() as connection:
        return list(
            connection.execute(
                select(send.c.edition)
                .where(send.c.state != "planning", _by(transport))
                .group_by(send.c.edition)
                .order_by(func.min(send.c.id))
            ).scalars()
        )


def received(ledger: Ledger, rid: int, edition: str | None = None) -> list[Received]:
    """What the recipient with this id got, edition by edition (or of one alone), oldest first."""
    lost = _lost(ledger)
    with ledger.reading() as connection:
        sends = connection.execute(_sends(rid, edition)).all()
        nearest = [(row.id, row.seq) for row in sends if row.seq is not None]
        batched = {row.send_id: row for row in connection.execute(_batches(nearest))} if nearest else {}
        left = {row.send_id: row for row in connection.execute(_left(rid))}
    mailed = {row.edition for row in sends if row.transport == "sendgrid"}
    counted = [row for row in sends if row.transport == "sendgrid" or row.edition not in mailed]
    found = [
        one for row in counted if (one := _received(row, rid, batched.get(row.id), left.get(row.id), lost))
    ]
    # Of several parts the last that took the recipient up: it was rejected or left out before.
    return list({(one.edition, one.transport): one for one in found}.values())


def unfinished(ledger: Ledger, transport: str = "") -> list[str]:
    """Editions with a batch that is planned, under way or in doubt."""
    with ledger.reading() as connection:
        rows = connection.execute(
            select(send.c.edition)
            .join_from(send, batch, batch.c.send_id == send.c.id)
            .where(unfinished_batch, send.c.state == "ready", _by(transport))
            .distinct()
        )
        return sorted(row.edition for row in rows)


def _by(transport: str) -> ColumnElement[bool]:
    return send.c.transport == transport if transport else true()


def _lost(ledger: Ledger) -> Lost:
    """Looked up before the moment that is counted: whatever their processes did is seen then."""
    return frozenset((row.send_id, row.seq, row.epoch) for row in gone(ledger))


def _account(connection: Connection, edition: str, transport: str, now: float, lost: Lost) -> Account:
    sends = connection.execute(
        select(send)
        .where(send.c.edition == edition, send.c.transport == transport, send.c.state != "planning")
        .order_by(send.c.part)
    ).all()
    ids = [row.id for row in sends]
    batches, people = _totals(connection, ids)
    doubts = [(row, row.reason or "") for row in _in_state(connection, ids, State.IN_DOUBT)]
    for row in _taken_back(connection, ids, lost):
        state = State(row.state)
        for counts, number in ((batches, 1), (people, row.recipients)):
            counts[state] -= number
            counts[TAKEN_BACK[state]] = counts.get(TAKEN_BACK[state], 0) + number
        if state is State.IN_FLIGHT:
            doubts.append((row, OWNER_GONE))
    last = sends[-1]
    return Account(
        edition,
        transport,
        last.digest,
        edition_state(
            batches,
            scheduled=last.send_at is not None and last.send_at > now,
            cancelled=all(row.state == "cancelled" for row in sends),
        ),
        recipients(sum(row.selected for row in sends), _excluded(connection, ids), people),
        batches,
        tuple(
            Doubt(batch_name(row.send_id, row.seq), row.recipients, row.at, reason)
            for row, reason in sorted(doubts, key=lambda one: (one[0].send_id, one[0].seq))
        ),
        tuple(
            Rejection(batch_name(row.send_id, row.seq), row.recipients, row.reason or "")
            for row in _in_state(connection, ids, State.REJECTED)
        ),
        last.send_at,
        _calling_back(connection, ids),
        any(row.state == "paused" for row in sends),
    )


def _taken_back(connection: Connection, ids: list[int], lost: Lost) -> list[Row[Any]]:
    """What is still under way of the batches whose processes are gone."""
    rows = [row for state in TAKEN_BACK for row in _in_state(connection, ids, state)] if lost else []
    return [row for row in rows if (row.send_id, row.seq, row.epoch) in lost]


def _excluded(connection: Connection, ids: list[int]) -> dict[Exclusion, int]:
    rows = connection.execute(
        select(exception.c.kind, func.count()).where(exception.c.send_id.in_(ids)).group_by(exception.c.kind)
    )
    return {Exclusion(kind): number for kind, number in rows}


def _calling_back(connection: Connection, ids: list[int]) -> bool:
    begun = select(send_group.c.grp).where(send_group.c.send_id.in_(ids), send_group.c.state == "cancelling")
    return connection.execute(begun.limit(1)).first() is not None


def _totals(connection: Connection, ids: list[int]) -> tuple[dict[State, int], dict[State, int]]:
    rows = connection.execute(
        select(batch.c.state, func.count(), func.sum(batch.c.recipients))
        .where(batch.c.send_id.in_(ids))
        .group_by(batch.c.state)
    ).all()
    return {State(row[0]): row[1] for row in rows}, {State(row[0]): row[2] for row in rows}


def _in_state(connection: Connection, ids: list[int], state: State) -> list[Row[Any]]:
    return list(
        connection.execute(
            select(batch)
            .where(batch.c.send_id.in_(ids), batch.c.state == state)
            .order_by(batch.c.send_id, batch.c.seq)
        )
    )


def _sends(rid: int, edition: str | None) -> Select[tuple[int, str, str, int | None]]:
    """Every plan, oldest first, without its long message; and its batch that may hold the recipient."""
    # Batches that aren't void share no recipient and are cut in the order of ids: one candidate is enough.
    nearest = (
        select(batch.c.seq)
        .where(batch.c.send_id == send.c.id, batch.c.first_rid <= rid, batch.c.state != State.VOID)
        .order_by(batch.c.first_rid.desc())
        .limit(1)
        .scalar_subquery()
    )
    plans = select(send.c.id, send.c.edition, send.c.transport, nearest.label("seq"))
    found = plans.where(send.c.state != "planning").order_by(send.c.id)
    return found if edition is None else found.where(send.c.edition == edition)


def _batches(keys: Sequence[tuple[int, int]]) -> Select[tuple[object, ...]]:
    """Batches by plan and number, and who is in them."""
    return (
        select(batch, batch_list.c.rids)
        .join_from(
            batch, batch_list, (batch.c.send_id == batch_list.c.send_id) & (batch.c.seq == batch_list.c.seq)
        )
        .where(tuple_(batch.c.send_id, batch.c.seq).in_(keys))
    )


def _left(rid: int) -> Select[tuple[object, ...]]:
    """Why the recipient was left out, the newest of each plan last."""
    return select(exception).where(exception.c.rid == rid).order_by(exception.c.id)


def _received(
    plan: Row[tuple[int, str, str, int | None]],
    rid: int,
    batched: Row[tuple[object, ...]] | None,
    left: Row[tuple[object, ...]] | None,
    lost: Lost,
) -> Received | None:
    if batched and contains(batched.rids, rid):
        state, reason = State(batched.state), batched.reason or ""
        if (batched.send_id, batched.seq, batched.epoch) in lost and state in TAKEN_BACK:
            reason = OWNER_GONE if state is State.IN_FLIGHT else reason
            state = TAKEN_BACK[state]
        name = batch_name(batched.send_id, batched.seq)
        return Received(plan.edition, plan.transport, PLACES[state], name, batched.at, reason)
    return Received(plan.edition, plan.transport, left.kind, "", left.at, left.reason) if left else None

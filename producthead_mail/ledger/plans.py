"""Writes the plan of a send: invisible until it is whole, then there in one commit."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from producthead_mail.errors import OutsideError
from producthead_mail.ledger.database import Ledger
from producthead_mail.ledger.draft import Draft, Left
from producthead_mail.ledger.moves import add_batch
from producthead_mail.ledger.schema import batch, batch_body, batch_list, exception, send, unfinished_batch
from producthead_mail.ledger.states import Exclusion, State

ROWS_AT_ONCE = 5000
"""Recipients and exceptions in one transaction: others may write in between."""
CLEARED = "the plan was cleared before it was whole; run it again"
"""Its connection broke, so that it looked abandoned to another process."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A send as it was planned."""

    send_id: int
    edition: str
    transport: str
    digest: str
    message: bytes
    """Frozen."""
    send_at: float | None
    created_at: float
    selected: int
    state: str
    """ready, paused or cancelled."""
    part: int = 1
    """1, then one more for each top-up."""


def find_plan(ledger: Ledger, edition: str, transport: str) -> Plan | None:
    """The first part of an edition with something left to send, else its last; None where none is planned."""
    plans = plans_of(ledger, edition, transport)
    if len(plans) < 2:
        return plans[0] if plans else None
    return next((plan for plan in plans if something_left(ledger, plan.send_id)), plans[-1])


def plans_of(ledger: Ledger, edition: str, transport: str) -> list[Plan]:
    """Every part of an edition for this transport, in order."""
    with ledger.reading() as connection:
        rows = connection.execute(
            select(send)
            .where(send.c.edition == edition, send.c.transport == transport, send.c.state != "planning")
            .order_by(send.c.part)
        ).all()
    return [_plan(row) for row in rows]


def plan_of(ledger: Ledger, send_id: int) -> Plan | None:
    """The plan with this id; None where nobody may see it."""
    with ledger.reading() as connection:
        row = connection.execute(select(send).where(send.c.id == send_id, send.c.state != "planning")).first()
    return _plan(row) if row else None


def something_left(ledger: Ledger, send_id: int) -> bool:
    """True where a batch of the plan is planned or claimed."""
    left = batch.c.state.in_([State.PLANNED, State.CLAIMED]) & unfinished_batch
    with ledger.reading() as connection:
        found = select(batch.c.seq).where(batch.c.send_id == send_id, left).order_by(batch.c.seq).limit(1)
        return connection.execute(found).first() is not None


def next_id(ledger: Ledger) -> int:
    """The id that the next plan will have, unless another process is quicker."""
    with ledger.reading() as connection:
        return int(connection.execute(select(func.coalesce(func.max(send.c.id), 0))).scalar_one()) + 1


def start_plan(
    ledger: Ledger,
    *,
    edition: str,
    transport: str,
    digest: str,
    message: bytes,
    send_at: float | None,
    rate: int | None = None,
    part: int = 1,
) -> int:
    """The id of a new plan that nobody sees yet; plans left behind by processes that are gone are cleared."""
    clear_abandoned(ledger)
    with ledger.writing() as connection:
        return int(
            connection.execute(
                insert(send)
                .values(
                    edition=edition,
                    transport=transport,
                    part=part,
                    state="planning",
                    owner=ledger.owners.name,
                    digest=digest,
                    message=zlib.compress(message),
                    selected=0,
                    send_at=send_at,
                    not_before=0,
                    rate=rate,
                    created_at=ledger.now(),
                )
                .returning(send.c.id)
            ).scalar_one()
        )


def write_plan(ledger: Ledger, send_id: int, parts: Iterable[Draft | Left]) -> None:
    """Adds batches, in the order given, and exceptions to a plan that nobody sees yet."""
    pending: list[Draft | Left] = []
    size = seq = 0
    for part in parts:
        pending.append(part)
        size += len(part.rids) if isinstance(part, Draft) else 1
        if size >= ROWS_AT_ONCE:
            seq = _write(ledger, send_id, seq, pending)
            pending, size = [], 0
    _write(ledger, send_id, seq, pending)


def publish_plan(ledger: Ledger, send_id: int) -> bool:
    """Makes the plan visible in one commit; False, and it is gone, where another one was first.

    So it is with a top-up where an earlier part was cancelled or paused meanwhile.
    """
    try:
        with ledger.writing() as connection:
            if _stopped(connection, send_id):
                raise _Overtaken
            batches = select(func.coalesce(func.sum(batch.c.recipients), 0)).where(batch.c.send_id == send_id)
            left = select(func.count()).select_from(exception).where(exception.c.send_id == send_id)
            selected = connection.execute(batches).scalar_one() + connection.execute(left).scalar_one()
            # Counted once, here: from now on the account of the batches must come to the same.
            shown = connection.execute(
                update(send)
                .where(send.c.id == send_id, send.c.state == "planning")
                .values(state="ready", selected=selected)
            )
            if shown.rowcount != 1:
                raise OutsideError(CLEARED)
    except (IntegrityError, _Overtaken):
        discard_plan(ledger, send_id)
        return False
    return True


class _Overtaken(Exception):
    """The plan may not become visible any more."""


def _stopped(connection: Connection, send_id: int) -> bool:
    """True where an earlier part of the same edition is cancelled or paused; none will be until the end."""
    earlier = send.alias()
    states = connection.execute(
        select(earlier.c.state)
        .join(send, (earlier.c.edition == send.c.edition) & (earlier.c.transport == send.c.transport))
        .where(send.c.id == send_id, earlier.c.part < send.c.part)
        .with_for_update(read=True, of=earlier)
    ).scalars()
    return not {"cancelled", "paused"}.isdisjoint(states)


def set_rate(ledger: Ledger, send_id: int, rate: int) -> None:
    """From now on at most this many recipients an hour, by all processes together."""
    with ledger.writing() as connection:
        connection.execute(update(send).where(send.c.id == send_id).values(rate=rate))


def set_state(ledger: Ledger, send_id: int, since: str, to: str) -> bool:
    """Moves a visible plan between ready, paused and cancelled; False where it is not in `since`."""
    with ledger.writing() as connection:
        moved = connection.execute(
            update(send).where(send.c.id == send_id, send.c.state == since).values(state=to)
        )
    return moved.rowcount == 1


def plan_counts(ledger: Ledger, send_id: int) -> tuple[int, int, Counter[Exclusion]]:
    """Recipients, batches and exceptions of a plan, visible or not."""
    with ledger.reading() as connection:
        totals = connection.execute(
            select(func.coalesce(func.sum(batch.c.recipients), 0), func.count()).where(
                batch.c.send_id == send_id
            )
        ).one()
        kinds = connection.execute(
            select(exception.c.kind, func.count())
            .where(exception.c.send_id == send_id)
            .group_by(exception.c.kind)
        ).all()
    return totals[0], totals[1], Counter({Exclusion(kind): number for kind, number in kinds})


def discard_plan(ledger: Ledger, send_id: int) -> None:
    """Removes a plan that nobody has seen."""
    with ledger.writing() as connection:
        # Locked: it can't be published while it is taken away.
        hidden = select(send.c.id).where(send.c.id == send_id, send.c.state == "planning").with_for_update()
        if connection.execute(hidden).first() is None:
            return
        for table in (batch_body, batch_list, batch, exception):
            connection.execute(delete(table).where(table.c.send_id == send_id))
        connection.execute(delete(send).where(send.c.id == send_id))


def clear_abandoned(ledger: Ledger) -> None:
    """Removes plans whose process is gone before they were whole."""
    with ledger.reading() as connection:
        rows = connection.execute(select(send.c.id, send.c.owner).where(send.c.state == "planning")).all()
    for row in rows:
        if not ledger.owners.alive(row.owner):
            discard_plan(ledger, row.id)


def _write(ledger: Ledger, send_id: int, seq: int, parts: list[Draft | Left]) -> int:
    try:
        return _write_rows(ledger, send_id, seq, parts)
    except IntegrityError:
        raise OutsideError(CLEARED) from None


def _write_rows(ledger: Ledger, send_id: int, seq: int, parts: list[Draft | Left]) -> int:
    now = ledger.now()
    left = [part for part in parts if isinstance(part, Left)]
    with ledger.writing() as connection:
        for part in parts:
            if isinstance(part, Draft):
                seq += 1
                add_batch(connection, send_id, seq, part.rids, part.body, now)
        if left:
            rows = [
                {
                    "kind": one.kind,
                    "row": one.row,
                    "rid": one.rid,
                    "reason": one.reason,
                    "send_id": send_id,
                    "at": now,
                }
                for one in left
            ]
            connection.execute(insert(exception), rows)
    return seq


def _plan(row: Row[tuple[object, ...]]) -> Plan:
    return Plan(
        row.id,
        row.edition,
        row.transport,
        row.digest,
        zlib.decompress(row.message),
        row.send_at,
        row.created_at,
        row.selected,
        row.state,
        row.part,
    )

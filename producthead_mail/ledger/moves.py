"""Every move of a batch: one guarded update and one row in the attempts, in one transaction."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, case, delete, func, insert, select, update

from producthead_mail.errors import OutsideError
from producthead_mail.ledger.database import Ledger
from producthead_mail.ledger.draft import batch_name
from producthead_mail.ledger.journal import Begun
from producthead_mail.ledger.rids import pack, unpack
from producthead_mail.ledger.schema import (
    attempt,
    batch,
    batch_body,
    batch_list,
    exception,
    send,
    unfinished_batch,
)
from producthead_mail.ledger.states import MOVES, Exclusion, State

OWNER_GONE = "the process that was sending it ended before SendGrid's answer was recorded"
TAKEN_BACK: Mapping[State, State] = {State.CLAIMED: State.PLANNED, State.IN_FLIGHT: State.IN_DOUBT}
"""Where a batch goes whose process is gone: what was only claimed is planned again, what was begun never."""
BODY_KEPT = {State.PLANNED, State.CLAIMED, State.IN_FLIGHT, State.IN_DOUBT, State.REJECTED}


@dataclass(frozen=True, slots=True)
class Claim:
    """A batch taken by this process: with `epoch` it proves that it still holds it."""

    send_id: int
    seq: int
    epoch: int
    recipients: int

    @property
    def name(self) -> str:
        """The id a person knows the batch by."""
        return batch_name(self.send_id, self.seq)


def claim(ledger: Ledger, send_id: int, seq: int | None = None) -> Claim | None:
    """The next planned batch of a ready send, or the one of this number, now this process's own.

    None where there is none to take.
    """
    now = ledger.now()
    ready = select(send.c.id).where(send.c.id == send_id, send.c.state == "ready", send.c.not_before <= now)
    wanted = [ready.exists(), batch.c.send_id == send_id, batch.c.state == State.PLANNED, unfinished_batch]
    if seq is not None:
        wanted.append(batch.c.seq == seq)
    first = (
        select(batch.c.seq)
        .where(*wanted)
        .order_by(batch.c.seq)
        .limit(1)
        .with_for_update(skip_locked=True)  # PostgreSQL: past what another process is just claiming
        .scalar_subquery()
    )
    with ledger.writing() as connection:
        taken = connection.execute(
            update(batch)
            .where(batch.c.send_id == send_id, batch.c.seq == first, batch.c.state == State.PLANNED)
            .values(
                state=State.CLAIMED,
                owner=ledger.owners.name,
                lease_until=ledger.lease_until(now),
                epoch=batch.c.epoch + 1,
                at=now,
            )
            .returning(batch.c.seq, batch.c.epoch, batch.c.recipients)
        ).first()
        if taken is None:
            return None
        mine = Claim(send_id, taken.seq, taken.epoch, taken.recipients)
        _pace(connection, mine, now)
        _note(connection, mine, State.CLAIMED, now, {"owner": ledger.owners.name})
    return mine


def personalizations(ledger: Ledger, send_id: int, seq: int) -> bytes | None:
    """The frozen personalizations of a batch, as JSON; None once it is settled and they are dropped."""
    with ledger.reading() as connection:
        found = connection.execute(
            select(batch_body.c.personalizations).where(
                batch_body.c.send_id == send_id, batch_body.c.seq == seq
            )
        ).scalar_one_or_none()
    return None if found is None else zlib.decompress(found)


def begin(ledger: Ledger, mine: Claim) -> bool:
    """True once `in_flight` is on disk; where False the batch isn't ours any more: send nothing.

    OutsideError, and the batch is planned again, where the journal can't be written.
    """
    with ledger.writing() as connection:
        if not move(ledger, connection, mine, {State.CLAIMED}, State.IN_FLIGHT, owner=ledger.owners.name):
            return False
        edition = connection.execute(select(send.c.edition).where(send.c.id == mine.send_id)).scalar_one()
    try:
        # After the commit: whatever has a line is in this ledger, and in no copy of a moment before.
        ledger.journal.note(Begun(ledger.identity, mine.send_id, mine.seq, mine.epoch, edition))
    except OutsideError as error:
        finish(ledger, mine, State.PLANNED, reason=str(error))
        raise
    return True


def give_back(ledger: Ledger, mine: Claim, reason: str) -> bool:
    """Plans again a batch of which nothing was begun."""
    with ledger.writing() as connection:
        return move(
            ledger, connection, mine, {State.CLAIMED}, State.PLANNED, owner=ledger.owners.name, reason=reason
        )


def finish(ledger: Ledger, mine: Claim, state: State, *, message_id: str = "", reason: str = "") -> bool:
    """Records what came of a begun batch; False where it was decided otherwise meanwhile.

    Guarded by the epoch and not by the owner: a late answer of the same attempt settles a doubt.
    """
    with ledger.writing() as connection:
        since = {begun for begun in (State.IN_FLIGHT, State.IN_DOUBT) if state in MOVES[begun]}
        return move(
            ledger, connection, mine, since, state, message_id=message_id or None, reason=reason or None
        )


def finish_without(
    ledger: Ledger, mine: Claim, refused: Mapping[int, str], rewrite: Callable[[bytes, str], bytes]
) -> bool:
    """Takes recipients (position -> reason) out of a refused batch and plans the others anew.

    The batch is void afterwards; `rewrite` turns the JSON left into that of the batch with the name given.
    """
    with ledger.writing() as connection:
        reason = "; ".join(sorted(set(refused.values())))
        since = {State.IN_FLIGHT, State.IN_DOUBT}
        held = content(connection, mine.send_id, mine.seq)
        if held is None or not move(ledger, connection, mine, since, State.VOID, reason=reason):
            return False
        rids, parts = held[0], json.loads(held[1])
        now = ledger.now()
        connection.execute(
            insert(exception),
            [
                {
                    "send_id": mine.send_id,
                    "kind": Exclusion.INVALID,
                    "row": 0,
                    "rid": rids[at],
                    "at": now,
                    "reason": why,
                }
                for at, why in refused.items()
            ],
        )
        left = [at for at in range(len(rids)) if at not in refused]
        if left:
            seq = next_seq(connection, mine.send_id)
            body = rewrite(json.dumps([parts[at] for at in left]).encode(), batch_name(mine.send_id, seq))
            key = (batch.c.send_id == mine.send_id) & (batch.c.seq == mine.seq)
            group = connection.execute(select(batch.c.grp).where(key)).scalar_one()
            kept = [rids[at] for at in left]
            add_batch(connection, mine.send_id, seq, kept, body, now, parent=mine.seq, group=group)
    return True


def cancel_planned(ledger: Ledger, send_id: int) -> int:
    """Cancels every batch of which nothing was begun; how many recipients that are."""
    with ledger.writing() as connection:
        rows = connection.execute(
            select(batch).where(batch.c.send_id == send_id, batch.c.state == State.PLANNED, unfinished_batch)
        ).all()
        lost = [Claim(send_id, row.seq, row.epoch, row.recipients) for row in rows]
        why = "cancelled by the curator"
        return sum(
            one.recipients
            for one in lost
            if move(ledger, connection, one, {State.PLANNED}, State.CANCELLED, reason=why)
        )


def pause(ledger: Ledger, send_id: int, until: float) -> None:
    """No process claims a batch of this send before `until`."""
    with ledger.writing() as connection:
        connection.execute(
            update(send).where(send.c.id == send_id, send.c.not_before < until).values(not_before=until)
        )


def waiting_until(ledger: Ledger, send_id: int) -> float | None:
    """Unix time from which a planned batch may be claimed; None where there is no planned batch."""
    waits = batch.c.send_id == send_id, batch.c.state == State.PLANNED, unfinished_batch
    first = select(batch.c.seq).where(*waits).order_by(batch.c.seq).limit(1).scalar_subquery()
    ready = send.c.id == send_id, send.c.state == "ready", first.is_not(None)
    with ledger.reading() as connection:
        return connection.execute(select(send.c.not_before).where(*ready)).scalar_one_or_none()


def under_way(ledger: Ledger, send_id: int) -> bool:
    """True while any process has a batch of the send claimed or in flight."""
    taken = select(batch.c.seq).where(
        batch.c.send_id == send_id, batch.c.state.in_({State.CLAIMED, State.IN_FLIGHT}), unfinished_batch
    )
    with ledger.reading() as connection:
        return connection.execute(taken.order_by(batch.c.seq).limit(1)).first() is not None


def gone(ledger: Ledger) -> list[Row[Any]]:
    """The batches under way whose processes are gone, so that nothing more comes of them."""
    under_way = unfinished_batch, batch.c.state.in_(TAKEN_BACK)
    with ledger.reading() as connection:
        rows = connection.execute(select(batch).where(*under_way)).all()
    now = ledger.now()
    return [row for row in rows if not ledger.held(row.owner, row.lease_until, now)]


def reap(ledger: Ledger) -> int:
    """Takes back the batches of processes that are gone; how many came into doubt by it."""
    doubts = 0
    for row in gone(ledger):
        lost = Claim(row.send_id, row.seq, row.epoch, row.recipients)
        state = State(row.state)
        with ledger.writing() as connection:
            moved = move(
                ledger, connection, lost, {state}, TAKEN_BACK[state], owner=row.owner, reason=OWNER_GONE
            )
        doubts += moved and state is State.IN_FLIGHT
    return doubts


def add_batch(
    connection: Connection,
    send_id: int,
    seq: int,
    rids: Sequence[int],
    body: bytes,
    now: float,
    parent: int | None = None,
    group: int | None = None,
) -> None:
    """Adds a planned batch with its list of recipients and its frozen body."""
    key = {"send_id": send_id, "seq": seq}
    connection.execute(
        insert(batch).values(
            **key,
            state=State.PLANNED,
            recipients=len(rids),
            first_rid=rids[0],
            last_rid=rids[-1],
            epoch=0,
            at=now,
            parent=parent,
            grp=group,
        )
    )
    connection.execute(insert(batch_list).values(**key, rids=pack(rids)))
    connection.execute(insert(batch_body).values(**key, personalizations=zlib.compress(body, 1)))


def move(
    ledger: Ledger,
    connection: Connection,
    mine: Claim,
    since: set[State],
    to: State,
    owner: str | None = None,
    **values: Any,
) -> bool:
    """True where the batch was in one of these states, at this epoch (and this owner's), and is moved."""
    assert all(to in MOVES[state] for state in since)
    now = ledger.now()
    guard = [
        batch.c.send_id == mine.send_id,
        batch.c.seq == mine.seq,
        batch.c.epoch == mine.epoch,
        batch.c.state.in_(since),
    ]
    if owner is not None:
        guard.append(batch.c.owner == owner)
    lease = {"lease_until": ledger.lease_until(now)} if to is State.IN_FLIGHT else {}
    moved = connection.execute(update(batch).where(*guard).values(state=to, at=now, **lease, **values))
    if moved.rowcount != 1:
        return False
    _note(connection, mine, to, now, {"owner": owner, **values})
    if to not in BODY_KEPT:
        _drop_body(connection, mine, grouped_too=to is not State.ACCEPTED)
    return True


def _pace(connection: Connection, mine: Claim, now: float) -> None:
    """Where the send has a rate: the next claim waits for as long as this batch may take."""
    rate = connection.execute(select(send.c.rate).where(send.c.id == mine.send_id)).scalar_one()
    if rate:
        # On PostgreSQL two may claim at the same moment: then what they take adds up.
        since = case((send.c.not_before > now, send.c.not_before), else_=now)
        pace = since + mine.recipients * 3600 / rate
        connection.execute(update(send).where(send.c.id == mine.send_id).values(not_before=pace))


def _drop_body(connection: Connection, mine: Claim, *, grouped_too: bool) -> None:
    # A batch accepted ahead of its hour may have to be planned anew, together with its group.
    key = (batch.c.send_id == mine.send_id) & (batch.c.seq == mine.seq)
    droppable = select(batch.c.seq).where(key if grouped_too else key & batch.c.grp.is_(None))
    connection.execute(
        delete(batch_body).where(batch_body.c.send_id == mine.send_id, batch_body.c.seq.in_(droppable))
    )


def _note(connection: Connection, mine: Claim, state: State, now: float, values: Mapping[str, Any]) -> None:
    connection.execute(
        insert(attempt).values(
            send_id=mine.send_id, seq=mine.seq, epoch=mine.epoch, state=state, at=now, **values
        )
    )


def content(connection: Connection, send_id: int, seq: int) -> tuple[tuple[int, ...], bytes] | None:
    """Who is in a batch, and its personalizations as JSON; None once those are dropped."""
    found = connection.execute(
        select(batch_list.c.rids, batch_body.c.personalizations)
        .join_from(
            batch_list,
            batch_body,
            (batch_list.c.send_id == batch_body.c.send_id) & (batch_list.c.seq == batch_body.c.seq),
        )
        .where(batch_list.c.send_id == send_id, batch_list.c.seq == seq)
    ).first()
    if found is None:
        return None
    return unpack(found.rids), zlib.decompress(found.personalizations)


def next_seq(connection: Connection, send_id: int) -> int:
    """The number of a further batch of the send, this transaction's own until it ends."""
    connection.execute(select(send.c.id).where(send.c.id == send_id).with_for_update())
    last = connection.execute(select(func.max(batch.c.seq)).where(batch.c.send_id == send_id)).scalar_one()
    return int(last) + 1

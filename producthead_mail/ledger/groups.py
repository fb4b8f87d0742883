"""The send groups of an edition that waits for its hour: what can be called back together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from producthead_mail.ledger.database import Ledger
from producthead_mail.ledger.draft import batch_name
from producthead_mail.ledger.moves import Claim, add_batch, content, move, next_seq
from producthead_mail.ledger.schema import batch, batch_body, send, send_group, unfinished_batch
from producthead_mail.ledger.states import State

CALLED_BACK = "called back before its hour: whether or not it had arrived, it is discarded"
WAITING = (State.ACCEPTED, State.IN_DOUBT)
"""What of a group may lie at SendGrid."""


@dataclass(frozen=True, slots=True)
class Group:
    """One of SendGrid's handles on scheduled mail."""

    number: int
    batch_id: str
    """SendGrid's name for it."""
    state: str
    """open, cancelling (asked for, not yet read back) or cancelled."""


def groups(ledger: Ledger, send_id: int) -> list[Group]:
    """The groups of a send, in order."""
    with ledger.reading() as connection:
        rows = connection.execute(
            select(send_group).where(send_group.c.send_id == send_id).order_by(send_group.c.grp)
        ).all()
    return [Group(row.grp, row.batch_id, row.state) for row in rows]


def doubted_groups(ledger: Ledger, send_id: int) -> list[Group]:
    """Groups with a batch in doubt, and those whose calling back was begun."""
    with ledger.reading() as connection:
        numbers = connection.execute(
            select(batch.c.grp)
            .where(
                batch.c.send_id == send_id,
                batch.c.state == State.IN_DOUBT,
                batch.c.grp.is_not(None),
                unfinished_batch,
            )
            .distinct()
        ).scalars()
        doubted = set(numbers)
    return [
        group
        for group in groups(ledger, send_id)
        if group.state == "cancelling" or (group.state == "open" and group.number in doubted)
    ]


def ungrouped_batches(ledger: Ledger, send_id: int) -> int:
    """How many planned batches have no group yet; 0 where a group was ever made."""
    with ledger.reading() as connection:
        if connection.execute(select(send_group.c.grp).where(send_group.c.send_id == send_id)).first():
            return 0
        return int(
            connection.execute(
                select(func.count())
                .select_from(batch)
                .where(batch.c.send_id == send_id, batch.c.state == State.PLANNED, batch.c.epoch == 0)
            ).scalar_one()
        )


def make_groups(ledger: Ledger, send_id: int, batch_ids: Sequence[str]) -> None:
    """Divides the batches that nobody has claimed yet among these groups, in order."""
    with ledger.writing() as connection:
        _alone(connection, send_id)
        if connection.execute(select(send_group.c.grp).where(send_group.c.send_id == send_id)).first():
            return  # another process was first
        for number, batch_id in enumerate(batch_ids, 1):
            _open(connection, send_id, number, batch_id, ledger.now())
        seqs = list(
            connection.execute(
                select(batch.c.seq)
                .where(batch.c.send_id == send_id, batch.c.state == State.PLANNED, batch.c.epoch == 0)
                .order_by(batch.c.seq)
            ).scalars()
        )
        parts = groupby(enumerate(seqs), lambda one: one[0] * len(batch_ids) // len(seqs) + 1)
        for number, part in parts:
            _put(connection, send_id, [seq for _, seq in part], number)


def group_of(ledger: Ledger, mine: Claim) -> str:
    """SendGrid's name for the group of a batch; empty where it has none."""
    with ledger.reading() as connection:
        found = connection.execute(
            select(send_group.c.batch_id)
            .join_from(
                batch,
                send_group,
                (batch.c.send_id == send_group.c.send_id) & (batch.c.grp == send_group.c.grp),
            )
            .where(batch.c.send_id == mine.send_id, batch.c.seq == mine.seq)
        ).scalar_one_or_none()
    return found or ""


def waiting(ledger: Ledger, send_id: int, number: int) -> int:
    """How many recipients of a group have mail that may lie at SendGrid."""
    with ledger.reading() as connection:
        return sum(row.recipients for row in _waiting(connection, send_id, number))


def begin_calling_back(ledger: Ledger, send_id: int, number: int) -> None:
    """Records that SendGrid is about to be asked: from here on its accepted mail may be discarded."""
    with ledger.writing() as connection:
        _alone(connection, send_id)  # whoever plans a batch into the group has done so, or sees this
        _set(connection, ledger, send_id, number, "open", "cancelling")


def stop_calling_back(ledger: Ledger, send_id: int, number: int) -> None:
    """Records that SendGrid said no: the group stands as it was."""
    with ledger.writing() as connection:
        _set(connection, ledger, send_id, number, "cancelling", "open")


def replace_group(
    ledger: Ledger, send_id: int, number: int, batch_id: str, rewrite: Callable[[bytes, str], bytes]
) -> int:
    """Plans everyone of a called back group anew in a fresh group; how many recipients that are.

    What a late answer has planned in it again goes along; while such a batch is under way, the group waits.
    `rewrite` turns the personalizations of a batch into those of the batch with the name given.
    """
    with ledger.writing() as connection:
        _alone(connection, send_id)
        if not _is(connection, send_id, number, "cancelling"):
            return 0
        fresh = _fresh(connection, send_id, batch_id, ledger.now())
        moved = _take_along(connection, send_id, number, fresh)
        if _under_way(connection, send_id, number):
            return moved
        if not _set(connection, ledger, send_id, number, "cancelling", "cancelled"):
            return moved
        seq = next_seq(connection, send_id)
        for row in _waiting(connection, send_id, number):
            held = content(connection, send_id, row.seq)
            assert held is not None  # bodies of grouped batches stay until the hour is sure
            rids, body = held
            fresh_body = rewrite(body, batch_name(send_id, seq))
            if move(ledger, connection, _claim(row), {State(row.state)}, State.VOID, reason=CALLED_BACK):
                add_batch(
                    connection, send_id, seq, rids, fresh_body, ledger.now(), parent=row.seq, group=fresh
                )
                moved += row.recipients
                seq += 1
    return moved


def cancel_group(ledger: Ledger, send_id: int, number: int) -> int:
    """Records that a called back group is not to be sent again; how many recipients that are."""
    with ledger.writing() as connection:
        if not _set(connection, ledger, send_id, number, "cancelling", "cancelled"):
            return 0
        rows = _waiting(connection, send_id, number)
        for row in rows:
            move(ledger, connection, _claim(row), {State(row.state)}, State.CANCELLED, reason=CALLED_BACK)
    return sum(row.recipients for row in rows)


def release_bodies(ledger: Ledger, send_id: int) -> None:
    """Drops what accepted batches would have been planned anew from, once nothing may be any more."""
    with ledger.writing() as connection:
        if _may_be_replanned(connection, send_id):
            return
        settled = select(batch.c.seq).where(batch.c.send_id == send_id, batch.c.state == State.ACCEPTED)
        connection.execute(
            delete(batch_body).where(batch_body.c.send_id == send_id, batch_body.c.seq.in_(settled))
        )


def _may_be_replanned(connection: Connection, send_id: int) -> bool:
    unfinished = select(batch.c.seq).where(batch.c.send_id == send_id, unfinished_batch)
    called = select(send_group.c.grp).where(
        send_group.c.send_id == send_id, send_group.c.state == "cancelling"
    )
    return any(connection.execute(found.limit(1)).first() for found in (unfinished, called))


def _alone(connection: Connection, send_id: int) -> None:
    """Until the transaction ends no other process makes groups of the send: two would take one number."""
    connection.execute(select(send.c.id).where(send.c.id == send_id).with_for_update())


def _put(connection: Connection, send_id: int, seqs: Sequence[int], number: int) -> None:
    """Gives batches that nobody has claimed, neighbours among these, their group."""
    connection.execute(
        update(batch)
        .where(
            batch.c.send_id == send_id,
            batch.c.seq.between(seqs[0], seqs[-1]),
            batch.c.state == State.PLANNED,
            batch.c.epoch == 0,
        )
        .values(grp=number)
    )


def _open(connection: Connection, send_id: int, number: int, batch_id: str, now: float) -> None:
    connection.execute(
        insert(send_group).values(send_id=send_id, grp=number, batch_id=batch_id, state="open", at=now)
    )


def _fresh(connection: Connection, send_id: int, batch_id: str, now: float) -> int:
    """The number of the group with this name, made where it is new: one round has one fresh group."""
    found = connection.execute(
        select(send_group.c.grp).where(send_group.c.send_id == send_id, send_group.c.batch_id == batch_id)
    ).scalar_one_or_none()
    if found is not None:
        return int(found)
    last = connection.execute(
        select(func.max(send_group.c.grp)).where(send_group.c.send_id == send_id)
    ).scalar_one()
    _open(connection, send_id, int(last) + 1, batch_id, now)
    return int(last) + 1


def _take_along(connection: Connection, send_id: int, number: int, fresh: int) -> int:
    """Puts what is planned in a group into a fresh one; how many recipients that are."""
    planned = update(batch).where(
        batch.c.send_id == send_id, batch.c.grp == number, batch.c.state == State.PLANNED, unfinished_batch
    )
    moved = connection.execute(planned.values(grp=fresh).returning(batch.c.recipients)).scalars()
    return sum(moved)


def _under_way(connection: Connection, send_id: int, number: int) -> bool:
    taken = batch.c.state.in_((State.CLAIMED, State.IN_FLIGHT)) & unfinished_batch
    found = select(batch.c.seq).where(batch.c.send_id == send_id, batch.c.grp == number, taken).limit(1)
    return connection.execute(found).first() is not None


def _is(connection: Connection, send_id: int, number: int, state: str) -> bool:
    found = select(send_group.c.state).where(send_group.c.send_id == send_id, send_group.c.grp == number)
    return bool(connection.execute(found).scalar_one() == state)


def _set(connection: Connection, ledger: Ledger, send_id: int, number: int, since: str, to: str) -> bool:
    moved = connection.execute(
        update(send_group)
        .where(send_group.c.send_id == send_id, send_group.c.grp == number, send_group.c.state == since)
        .values(state=to, at=ledger.now())
    )
    return moved.rowcount == 1


def _waiting(connection: Connection, send_id: int, number: int) -> Sequence[Row[tuple[object, ...]]]:
    return connection.execute(
        select(batch)
        .where(batch.c.send_id == send_id, batch.c.grp == number, batch.c.state.in_(WAITING))
        .order_by(batch.c.seq)
    ).all()


def _claim(row: Row[tuple[object, ...]]) -> Claim:
    return Claim(row.send_id, row.seq, row.epoch, row.recipients)

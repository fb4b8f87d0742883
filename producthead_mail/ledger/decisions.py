"""What became of batches in doubt: which there are, and what a person decides about one."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Row, Select, and_, func, insert, select

from producthead_mail.errors import Refusal
from producthead_mail.ledger.database import Ledger
from producthead_mail.ledger.draft import batch_name
from producthead_mail.ledger.moves import Claim, add_batch, content, move, next_seq
from producthead_mail.ledger.schema import (
    attempt,
    batch,
    batch_body,
    decision,
    send,
    send_group,
    unfinished_batch,
)
from producthead_mail.ledger.states import PLACES, How, State

REJECTED = (
    "SendGrid sent none of it and the rejection is final; to reach these people, mend the cause and send "
    "them an edition of its own"
)


STATES = {How.ACCEPTED: State.ACCEPTED, How.RESEND: State.VOID, How.ABANDON: State.ABANDONED}


@dataclass(frozen=True, slots=True)
class OpenDoubt:
    """A batch in doubt, with what is needed to look for evidence of it."""

    edition: str
    transport: str
    claim: Claim
    begun_at: float
    """When its first byte may have left, by the ledger's clock."""
    since: float
    reason: str

    @property
    def batch(self) -> str:
        """The id a person knows the batch by."""
        return self.claim.name


@dataclass(frozen=True, slots=True)
class Known:
    """A batch that a person named."""

    send_id: int
    seq: int
    recipients: int
    edition: str
    transport: str


def open_doubts(ledger: Ledger, edition: str | None = None) -> list[OpenDoubt]:
    """Every batch in doubt, of one edition or of all, oldest first."""
    with ledger.reading() as connection:
        rows = connection.execute(_doubts(edition)).all()
    return [
        OpenDoubt(
            row.edition,
            row.transport,
            Claim(row.send_id, row.seq, row.epoch, row.recipients),
            row.begun_at or row.at,
            row.at,
            row.reason or "",
        )
        for row in rows
    ]


def doubted_body(ledger: Ledger, mine: Claim) -> bytes | None:
    """The frozen personalizations of a batch, as JSON; None where it is in doubt no more."""
    same = and_(batch.c.send_id == batch_body.c.send_id, batch.c.seq == batch_body.c.seq)
    with ledger.reading() as connection:
        found = connection.execute(
            select(batch_body.c.personalizations)
            .join_from(batch_body, batch, same)
            .where(
                batch.c.send_id == mine.send_id,
                batch.c.seq == mine.seq,
                batch.c.epoch == mine.epoch,
                batch.c.state == State.IN_DOUBT,
            )
        ).scalar_one_or_none()
    return None if found is None else zlib.decompress(found)


def find_batch(ledger: Ledger, name: str) -> Known | None:
    """The batch with this id, in doubt or not; None where there is none."""
    first, _, second = name.partition("-")
    if not (first.isdecimal() and second.isdecimal() and len(name) < 20):
        return None
    with ledger.reading() as connection:
        found = connection.execute(
            select(batch, send.c.edition, send.c.transport)
            .join_from(batch, send, send.c.id == batch.c.send_id)
            .where(batch.c.send_id == int(first), batch.c.seq == int(second), send.c.state != "planning")
        ).first()
    if found is None:
        return None
    return Known(found.send_id, found.seq, found.recipients, found.edition, found.transport)


def decide(
    ledger: Ledger,
    send_id: int,
    seq: int,
    how: How,
    reason: str,
    by: str,
    rewrite: Callable[[bytes, str], bytes],
) -> str:
    """Records what a person decided; the id of the batch that is planned instead, empty but for `resend`.

    Refusal, and nothing is changed, where the batch isn't in doubt any more. `rewrite` turns the
    personalizations of a batch into those of the batch with the name given.
    """
    with ledger.writing() as connection:
        # First of all: nobody begins to call back the group that a batch is planned into.
        connection.execute(select(send.c.id).where(send.c.id == send_id).with_for_update())
        row = connection.execute(_one(send_id, seq)).one()
        _refuse(row, how)
        held = content(connection, send_id, seq)
        if held is None:  # a body stays until the doubt is gone
            raise Refusal(_meanwhile(batch_name(send_id, seq), "settled"))
        mine = Claim(send_id, seq, row.epoch, row.recipients)
        words = f"decided by {by}: {reason}"
        # The move first: it makes every other process that decides or settles wait, and then find it done.
        if not move(ledger, connection, mine, {State.IN_DOUBT}, STATES[how], reason=words):
            raise Refusal(_meanwhile(mine.name, "settled"))
        connection.execute(
            insert(decision).values(
                send_id=send_id, seq=seq, how=how, reason=reason, by=by[:200], at=ledger.now()
            )
        )
        return _resend(connection, ledger, row, held, rewrite) if how is How.RESEND else ""


def _doubts(edition: str | None) -> Select[tuple[object, ...]]:
    begun = (
        select(func.max(attempt.c.at))
        .where(
            attempt.c.send_id == batch.c.send_id,
            attempt.c.seq == batch.c.seq,
            attempt.c.epoch == batch.c.epoch,
            attempt.c.state == State.IN_FLIGHT,
        )
        .scalar_subquery()
    )
    found = (
        select(batch, send.c.edition, send.c.transport, begun.label("begun_at"))
        .join_from(batch, send, send.c.id == batch.c.send_id)
        .where(batch.c.state == State.IN_DOUBT, unfinished_batch)
        .order_by(batch.c.send_id, batch.c.seq)
    )
    return found if edition is None else found.where(send.c.edition == edition)


def _one(send_id: int, seq: int) -> Select[tuple[object, ...]]:
    grouped = and_(send_group.c.send_id == batch.c.send_id, send_group.c.grp == batch.c.grp)
    return (
        select(
            batch, send.c.edition, send.c.state.label("send_state"), send_group.c.state.label("group_state")
        )
        .join_from(batch, send, send.c.id == batch.c.send_id)
        .outerjoin(send_group, grouped)
        .where(batch.c.send_id == send_id, batch.c.seq == seq)
    )


def _refuse(row: Row[tuple[object, ...]], how: How) -> None:
    state, name = State(row.state), batch_name(row.send_id, row.seq)
    if state is State.REJECTED:
        raise Refusal(f"batch {name} was rejected: {row.reason}; {REJECTED}")
    if state is not State.IN_DOUBT:
        raise Refusal(_meanwhile(name, PLACES.get(state, "replaced by another batch").replace("_", " ")))
    if how is How.RESEND and row.send_state == "cancelled":
        raise Refusal(f"batch {name}: {row.edition} is cancelled; nothing was changed")


def _meanwhile(name: str, where: str) -> str:
    return f"batch {name} isn't in doubt: it is {where}; nothing was changed"


def _resend(
    connection: Connection,
    ledger: Ledger,
    row: Row[tuple[object, ...]],
    held: tuple[Sequence[int], bytes],
    rewrite: Callable[[bytes, str], bytes],
) -> str:
    """Plans the recipients of a batch anew, in its group where that can still be called back."""
    rids, body = held
    seq = next_seq(connection, row.send_id)
    name = batch_name(row.send_id, seq)
    group = row.grp if row.group_state == "open" else None
    fresh = rewrite(body, name)
    add_batch(connection, row.send_id, seq, rids, fresh, ledger.now(), parent=row.seq, group=group)
    return name

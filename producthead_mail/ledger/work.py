"""What of a shared ledger waits for a worker: for processes that are told of one batch each."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, func, or_, select

from producthead_mail.ledger.database import Ledger
from producthead_mail.ledger.schema import batch, batch_body, send, send_group, unfinished_batch
from producthead_mail.ledger.states import State


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a batch and its send stand."""

    state: State
    lease_until: float | None
    """Unix time until which its owner may work on it."""
    ready: bool
    """False where the send is paused or cancelled."""
    not_before: float
    """Unix time from which a batch of the send may be claimed."""
    now: float
    """By the ledger's clock."""

    @property
    def taken(self) -> bool:
        """True where a process has it, alive or not."""
        return self.state in {State.CLAIMED, State.IN_FLIGHT}

    @property
    def left_behind(self) -> bool:
        """True where the process that has it may not work on it any more."""
        return self.taken and (self.lease_until or 0) <= self.now


def standing(ledger: Ledger, send_id: int, seq: int) -> Standing | None:
    """Where a batch stands; None where there is none."""
    with ledger.reading() as connection:
        row = connection.execute(
            select(batch.c.state, batch.c.lease_until, send.c.state.label("send_state"), send.c.not_before)
            .join_from(batch, send, send.c.id == batch.c.send_id)
            .where(batch.c.send_id == send_id, batch.c.seq == seq)
        ).first()
        now = ledger.now()
    if row is None:
        return None
    return Standing(State(row.state), row.lease_until, row.send_state == "ready", row.not_before, now)


def open_sends(ledger: Ledger, transport: str) -> list[int]:
    """The ids of ready sends with something left to do: batches, doubts, groups or bodies."""
    # From what is left to the sends, not the other way: nearly all of those are done.
    body = (batch_body.c.send_id == batch.c.send_id) & (batch_body.c.seq == batch.c.seq)
    left = [
        select(batch.c.send_id).where(unfinished_batch),
        select(batch_body.c.send_id).where(exists().where(body, batch.c.state == State.ACCEPTED)),
        select(send_group.c.send_id).where(send_group.c.state == "cancelling"),
    ]
    with ledger.reading() as connection:
        return list(
            connection.execute(
                select(send.c.id)
                .where(send.c.transport == transport, send.c.state == "ready")
                .where(or_(*(send.c.id.in_(ids) for ids in left)))
                .order_by(send.c.id)
            ).scalars()
        )


def overdue(ledger: Ledger, transport: str) -> list[str]:
    """Editions that are paused past their hour, with mail that waits here or may lie at SendGrid."""
    hour = func.coalesce(send.c.send_at, send.c.created_at)
    batched = (batch.c.send_id == send.c.id) & unfinished_batch
    grouped = (send_group.c.send_id == send.c.id) & (send_group.c.state != "cancelled")
    now = ledger.now()
    with ledger.reading() as connection:
        return list(
            connection.execute(
                select(send.c.edition)
                .where(send.c.transport == transport, send.c.state == "paused", hour <= now)
                .where(or_(exists().where(batched), exists().where(grouped)))
                .group_by(send.c.edition)
                .order_by(func.min(send.c.id))
            ).scalars()
        )


def claimable(ledger: Ledger, send_id: int) -> list[int]:
    """The batches of a send that may be claimed now, in order; one at a time where it has a rate."""
    now = ledger.now()
    with ledger.reading() as connection:
        found = connection.execute(
            select(send.c.rate).where(send.c.id == send_id, send.c.state == "ready", send.c.not_before <= now)
        ).first()
        if found is None:
            return []
        waiting = select(batch.c.seq).where(
            batch.c.send_id == send_id, batch.c.state == State.PLANNED, unfinished_batch
        )
        return list(connection.execute(waiting.order_by(batch.c.seq).limit(found.rate and 1)).scalars())


def troubled(ledger: Ledger, transport: str) -> bool:
    """True while a ready send has a doubt, or a batch that was refused and waits to be tried again."""
    refused = (batch.c.state == State.PLANNED) & batch.c.reason.is_not(None)
    with ledger.reading() as connection:
        found = connection.execute(
            select(batch.c.seq)
            .join_from(batch, send, send.c.id == batch.c.send_id)
            .where(
                send.c.transport == transport,
                send.c.state == "ready",
                unfinished_batch,
                or_(batch.c.state == State.IN_DOUBT, refused),
            )
            .limit(1)
        ).first()
    return found is not None

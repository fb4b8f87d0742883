"""One process of several that share a ledger: sends the batch it is told of, and looks after the rest.

Who tells it is never trusted: it may be told of a batch twice, late, or of one that somebody else has.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from producthead_mail.audience.api import Api
from producthead_mail.errors import MailError
from producthead_mail.ledger import moves
from producthead_mail.ledger.account import account
from producthead_mail.ledger.database import Ledger
from producthead_mail.ledger.plans import Plan, plan_of, something_left
from producthead_mail.ledger.states import State
from producthead_mail.ledger.work import Standing, claimable, open_sends, standing
from producthead_mail.rendering.freeze import thaw
from producthead_mail.sending.answers import replay
from producthead_mail.sending.dispatcher import Dispatcher, Event
from producthead_mail.sending.evidence import in_logs, settle_edition
from producthead_mail.sending.mailing import Mailing
from producthead_mail.sending.transport import Transport

REST_SECONDS = 60.0
"""So long no process tries a send that was stopped (a refused key, no network): as often as cron would."""
EVIDENCE_SECONDS = 600.0
"""Between two looks into SendGrid's logs for one send: they answer few questions a minute."""
SOON_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch that waits for a worker."""

    send_id: int
    seq: int


@dataclass(frozen=True, slots=True)
class Later:
    """When to look again, and whether at the one batch or at all of its send."""

    at: float
    """Unix time, by the ledger's clock."""
    whole: bool = False


def next_look(found: Standing | None) -> Later | None:
    """When to come back to a batch that was just tried; None where nothing is left to do for it."""
    if found is None or not found.ready:
        return None
    soon = found.now + SOON_SECONDS
    if found.taken:
        return Later(max(found.lease_until or 0, soon))
    if found.not_before > found.now:
        # One look for all of them: none of the send may be claimed before.
        return Later(found.not_before, whole=True)
    return Later(soon) if found.state is State.PLANNED else None


@dataclass(frozen=True, slots=True)
class _Send:
    edition: str
    dispatcher: Dispatcher
    """Remembers failures in a row, and what stopped it."""


@dataclass(slots=True)
class Worker:
    """The work of one process on every edition of a ledger; several threads may call its methods."""

    ledger: Ledger
    transport: Transport
    api: Api
    on_event: Callable[[str, Event], None] = lambda _, __: None
    """Told of each attempt, with its edition."""
    tell: Callable[[str], None] = lambda _: None
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)
    _sends: dict[int, _Send] = field(default_factory=dict, init=False)
    _asked: dict[int, float] = field(default_factory=dict, init=False)

    def send_one(self, one: Batch) -> Later | None:
        """Sends a batch unless it is sent or somebody has it; when to come back to it, if at all."""
        mine = self._send(one.send_id)
        if mine is None:
            return None
        try:
            mine.dispatcher.send_one(one.seq)
        except MailError as error:
            self._rest(one.send_id, mine, error)
        found = standing(self.ledger, one.send_id, one.seq)
        if found and found.left_behind:
            moves.reap(self.ledger)
            found = standing(self.ledger, one.send_id, one.seq)
        return next_look(found)

    def sweep(self) -> list[Batch]:
        """Every batch that waits for a worker; before that, what the dead have left is taken back.

        Where all of a send was submitted, it is closed: groups in doubt are called back, evidence is
        looked for, bodies are dropped.
        """
        replay(self.ledger)
        moves.reap(self.ledger)
        sends = open_sends(self.ledger, self.transport.name)
        self._forget_others(sends)
        found: list[Batch] = []
        for send_id in sends:
            plan = plan_of(self.ledger, send_id)
            assert plan  # a send that was seen stays
            try:
                found += [Batch(send_id, seq) for seq in self._waiting(plan)]
            except MailError as error:
                self.tell(f"{plan.edition}: {error}")
        return found

    def _waiting(self, plan: Plan) -> list[int]:
        mailing = Mailing(self.ledger, plan, self.transport, self.api, tell=self.tell)
        mailing.prepare()  # before any batch of it is handed out: it must carry its group
        if something_left(self.ledger, plan.send_id) or moves.under_way(self.ledger, plan.send_id):
            return claimable(self.ledger, plan.send_id)
        if mailing.fenced():
            return claimable(self.ledger, plan.send_id)
        self._look_for_evidence(plan)
        mailing.tidy()
        return []

    def _look_for_evidence(self, plan: Plan) -> None:
        now = time.monotonic()
        if now < self._asked.get(plan.send_id, 0):
            return
        self._asked[plan.send_id] = now + EVIDENCE_SECONDS
        look = in_logs(self.api, self.ledger.now())
        settle_edition(self.ledger, plan.edition, plan.transport, look, self.tell)
        found = account(self.ledger, plan.edition, plan.transport)
        if found and (doubted := found.recipients.in_doubt):
            words = f"{doubted} recipients are in doubt and not sent to again by themselves"
            self.tell(f"{plan.edition}: {words}: see `producthead settle {plan.edition}`")

    def _send(self, send_id: int) -> _Send | None:
        with self._lock:
            if send_id in self._sends:
                return self._sends[send_id]
        plan = plan_of(self.ledger, send_id)
        if plan is None or plan.transport != self.transport.name:
            return None
        fresh = _Send(
            plan.edition,
            Dispatcher(
                self.ledger,
                send_id,
                thaw(plan.message),
                self.transport,
                send_at=plan.send_at,
                on_event=lambda event: self.on_event(plan.edition, event),
            ),
        )
        with self._lock:
            return self._sends.setdefault(send_id, fresh)

    def _rest(self, send_id: int, mine: _Send, error: MailError) -> None:
        """Lets no process try a send for a while, then all of them: what was wrong may be mended by then."""
        try:
            moves.pause(self.ledger, send_id, self.ledger.now() + REST_SECONDS)
        finally:
            with self._lock:
                first = self._sends.get(send_id) is mine
                if first:
                    del self._sends[send_id]
            if first:  # several threads meet the same refusal
                self.tell(f"{mine.edition}: {error}; no worker tries it for {int(REST_SECONDS)} seconds")

    def _forget_others(self, sends: Sequence[int]) -> None:
        with self._lock:
            self._sends = {key: kept for key, kept in self._sends.items() if key in sends}
            self._asked = {key: at for key, at in self._asked.items() if key in sends}

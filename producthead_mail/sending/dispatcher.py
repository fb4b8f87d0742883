"""Sends the planned batches of one send, several at once, and records what came of each."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from producthead_mail.errors import AttentionError, MailError, OutsideError
from producthead_mail.ledger import moves
from producthead_mail.ledger.database import Ledger
from producthead_mail.ledger.groups import group_of
from producthead_mail.ledger.moves import Claim
from producthead_mail.rendering.message import Message
from producthead_mail.sending import answers
from producthead_mail.sending.outcome import Outcome, Verdict, classify
from producthead_mail.sending.payload import request_body
from producthead_mail.sending.transport import Transport

WORKERS = 4
GUARD_SECONDS = 2.0
"""Longer between the record and the first byte, and another process may have decided about the batch."""
PAUSES = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds after each failure in a row to reach SendGrid; after the last one the send stops."""
LONGEST_WAIT = 3600.0
"""Seconds; a later reset of SendGrid's rate limit stops the send."""
POLL_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Event:
    """What came of one attempt."""

    batch: str
    attempt: int
    recipients: int
    verdict: Verdict
    reason: str = ""
    named: int = 0
    """Recipients taken out because SendGrid named them."""


class _Attempt:
    """One claimed batch on its way out: whether the ledger knows that it has begun."""

    def __init__(self, ledger: Ledger, mine: Claim) -> None:
        self._ledger = ledger
        self._mine = mine
        self.begun = False
        self.lost = False
        """Another process has the batch by now."""

    def begin(self) -> bool:
        """True where `in_flight` is on disk and was put there just now: only then may a byte leave."""
        started = time.clock_gettime(time.CLOCK_BOOTTIME)
        self.begun = moves.begin(self._ledger, self._mine)
        self.lost = not self.begun
        # A process that slept in between wakes to a batch that others may have decided about.
        return self.begun and time.clock_gettime(time.CLOCK_BOOTTIME) - started <= GUARD_SECONDS

    def give_back(self, reason: str) -> None:
        """Plans the batch again, if it has not begun."""
        if not self.begun:
            moves.give_back(self._ledger, self._mine, reason)


class Dispatcher:
    """Works on one send until nothing is left to claim, something stops it, or `stop` is called."""

    def __init__(
        self,
        ledger: Ledger,
        send_id: int,
        message: Message,
        transport: Transport,
        *,
        send_at: float | None = None,
        workers: int = WORKERS,
        pauses: Sequence[float] = PAUSES,
        record_pauses: Sequence[float] = answers.PAUSES,
        on_event: Callable[[Event], None] = lambda _: None,
    ) -> None:
        self._ledger = ledger
        self._send_id = send_id
        self._message = message
        self._transport = transport
        self._send_at = send_at
        self._workers = workers
        self._pauses = pauses
        self._record_pauses = record_pauses
        self._on_event = on_event
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._failures = 0
        self._resume_at = 0.0
        self._error: BaseException | None = None

    def stop(self) -> None:
        """No further batch is claimed; what is in flight is finished."""
        self._stopping.set()

    def run(self) -> None:
        """Returns when this process has nothing more to do; raises what stopped it."""
        threads = [threading.Thread(target=self._work, name=f"batch-{n}") for n in range(self._workers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            # Not join(): the main thread must stay able to take a signal.
            while thread.is_alive():
                thread.join(POLL_SECONDS)
        if self._error:
            raise self._error

    def send_one(self, seq: int) -> bool:
        """True where this very batch could be claimed and was tried; raises what stops the send."""
        mine = moves.claim(self._ledger, self._send_id, seq)
        if mine:
            self._try(mine)
        if self._error:
            raise self._error
        return mine is not None

    def _work(self) -> None:
        try:
            while not self._stopping.is_set() and self._step():
                pass
        except BaseException as error:  # noqa: BLE001 - raised again by run()
            self._fail(error)

    def _step(self) -> bool:
        """Sends one batch or waits for one; False where nothing is left for this process."""
        mine = moves.claim(self._ledger, self._send_id)
        return self._wait() if mine is None else self._try(mine)

    def _try(self, mine: Claim) -> bool:
        """Sends a claimed batch and records what came of it; False where this process is stopping."""
        attempt = _Attempt(self._ledger, mine)
        if self._stopping.is_set():
            # What stopped us may have planned this very batch again while the claim waited its turn.
            attempt.give_back("stopping")
            return False
        try:
            body = self._body(mine)
            if body is None:
                return True  # this process stood still, and others have sent the batch meanwhile
            seen = self._transport.send(body, attempt.begin)
        except MailError:
            attempt.give_back("not begun")
            raise
        if attempt.lost:
            return True
        outcome = classify(seen, now=self._now())
        try:
            # First stop or pause, then plan again: else another worker would take the batch at once.
            self._react(outcome)
        finally:
            if attempt.begun:
                answers.record(self._ledger, mine, outcome, self._record_pauses)
            else:
                attempt.give_back(outcome.reason)
        self._on_event(
            Event(mine.name, mine.epoch, mine.recipients, outcome.verdict, outcome.reason, len(outcome.named))
        )
        return True

    def _now(self) -> float:
        """The ledger's time; this machine's where the ledger is away: an answer must not get lost by it."""
        try:
            return self._ledger.now()
        except OutsideError:
            return time.time()

    def _body(self, mine: Claim) -> bytes | None:
        frozen = moves.personalizations(self._ledger, mine.send_id, mine.seq)
        if frozen is None:
            return None
        if self._send_at is None or self._send_at <= self._ledger.now():
            return request_body(self._message, frozen)
        group = group_of(self._ledger, mine)
        return request_body(self._message, frozen, send_at=int(self._send_at), batch_id=group)

    def _react(self, outcome: Outcome) -> None:
        if outcome.verdict is Verdict.STOPPED:
            self._fail(OutsideError(f"the sending stopped: {outcome.reason}"))
        elif outcome.verdict is Verdict.NOT_SENT:
            self._pause(outcome)
        elif outcome.verdict is Verdict.ACCEPTED:
            self._failures = 0

    def _pause(self, outcome: Outcome) -> None:
        now = self._ledger.now()
        until = self._backoff(now) if outcome.not_before is None else outcome.not_before
        if until is None:
            self._fail(OutsideError(f"nothing gets through: {outcome.reason}; run it again later"))
            return
        if until - now > LONGEST_WAIT:
            self._fail(OutsideError(f"{outcome.reason}; run it again after {int(until - now) // 60} minutes"))
            return
        moves.pause(self._ledger, self._send_id, until)

    def _backoff(self, now: float) -> float | None:
        """When to try again after a failure to reach SendGrid; None after too many in a row."""
        with self._lock:
            # Batches that were under way together fail together: that is one failure.
            if now >= self._resume_at:
                self._failures += 1
                if self._failures > len(self._pauses):
                    return None
                self._resume_at = now + self._pauses[self._failures - 1]
            return self._resume_at

    def _wait(self) -> bool:
        """False where no batch waits; else comes back when a pause is over."""
        until = moves.waiting_until(self._ledger, self._send_id)
        if until is None:
            return False
        pause = max(0.0, until - self._ledger.now())
        self._stopping.wait(min(pause, POLL_SECONDS) if pause else 0.01)
        return True

    def _fail(self, error: BaseException) -> None:
        with self._lock:
            # An answer that only this process knows is told rather than what else failed with it.
            if self._error is None or isinstance(error, AttentionError):
                self._error = error
        self._stopping.set()

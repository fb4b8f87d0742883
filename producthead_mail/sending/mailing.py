"""Sends what a plan holds, to the end: groups, batches, and the fence where doubt is left."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from producthead_mail.audience.api import Api
from producthead_mail.errors import OutsideError
from producthead_mail.ledger.database import Ledger
from producthead_mail.ledger.groups import release_bodies
from producthead_mail.ledger.moves import reap, under_way, waiting_until
from producthead_mail.ledger.plans import Plan
from producthead_mail.rendering.freeze import thaw
from producthead_mail.sending import fence
from producthead_mail.sending.dispatcher import Dispatcher, Event
from producthead_mail.sending.transport import Transport

POLL_SECONDS = 0.3
PATIENCE_SECONDS = 120.0
"""Longer than a request and its record may take: a living process has gone on by then."""
BUSY = "another process holds some of it and doesn't go on; end that process, then run this again"


@dataclass(slots=True)
class Mailing:
    """One plan on its way out by this process."""

    ledger: Ledger
    plan: Plan
    transport: Transport
    api: Api | None = None
    """SendGrid's, for groups; None for the outbox."""
    on_event: Callable[[Event], None] = lambda _: None
    tell: Callable[[str], None] = lambda _: None
    _dispatcher: Dispatcher | None = field(default=None, init=False)
    _stopped: bool = field(default=False, init=False)

    def run(self) -> None:
        """Returns when nothing is planned or in flight any more; raises what stopped it."""
        self.prepare()
        more = True
        while more and not self._stopped:
            self._dispatch()
            more = self._taken_over() or self.fenced()
        self.tidy()

    def prepare(self) -> None:
        """Makes the groups of a plan that waits for its hour, where it has none yet."""
        if self.api:
            fence.prepare(self.ledger, self.plan, self.api)

    def stop(self) -> None:
        """No further batch is claimed; what is in flight is finished."""
        self._stopped = True
        if self._dispatcher:
            self._dispatcher.stop()

    def _dispatch(self) -> None:
        self._dispatcher = Dispatcher(
            self.ledger,
            self.plan.send_id,
            thaw(self.plan.message),
            self.transport,
            send_at=self.plan.send_at,
            on_event=self.on_event,
        )
        if not self._stopped:
            self._dispatcher.run()

    def _taken_over(self) -> bool:
        """Waits for the batches of other processes; True where one of them left something to do."""
        now = self.ledger.now()
        end = max(self.ledger.lease_until(now) or 0, now + PATIENCE_SECONDS)
        while not self._stopped:
            reap(self.ledger)
            # Of this part alone: a top-up's batches are another part's. First what may yet be planned again.
            busy = under_way(self.ledger, self.plan.send_id)
            if waiting_until(self.ledger, self.plan.send_id) is not None:
                return True
            if not busy:
                return False
            if self.ledger.now() > end:
                raise OutsideError(f"{self.plan.edition}: {BUSY}")
            time.sleep(POLL_SECONDS)
        return False

    def fenced(self) -> bool:
        """True where people were called back and are planned again."""
        if self.api is None:
            return False
        done = fence.fence(self.ledger, self.plan, self.api)
        for reason in done.refused:
            self.tell(f"the doubt stays: {reason}")
        if done.replanned:
            self.tell(f"{done.replanned} recipients were called back in time and are sent again")
        return done.replanned > 0

    def tidy(self) -> None:
        """Drops the bodies that nothing will be planned anew from."""
        release_bodies(self.ledger, self.plan.send_id)
        self.ledger.compact()

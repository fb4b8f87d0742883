"""How far a send has come: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import threading
import time
from types import TracebackType
from typing import TYPE_CHECKING, Any

from producthead_mail.cli.console import counted, log, talks_json

if TYPE_CHECKING:
    from producthead_mail.ledger.database import Ledger
    from producthead_mail.ledger.plans import Plan
    from producthead_mail.sending.dispatcher import Event

LINE_SECONDS = 10.0
"""Between plain lines of progress: a cron job's mail should be short."""


WORDS = {"not_sent": "not sent, planned again", "in_doubt": "in doubt", "named": "planned again without"}


def log_attempt(edition: str, event: Event) -> None:
    """One attempt and what came of it, with the ids it is about."""
    what = WORDS.get(event.verdict, str(event.verdict))
    what += f" {counted(event.named, 'refused recipient')}" if event.named else ""
    what += f": {event.reason}" if event.reason else ""
    log(
        f"batch {event.batch}, {counted(event.recipients, 'recipient')}: {what}",
        edition=edition,
        batch=event.batch,
        attempt=event.attempt,
    )


class Progress:
    """Shows each attempt that isn't simply accepted (in JSON: all), and how many recipients are done."""

    def __init__(self, ledger: Ledger, plan: Plan, *, quiet: bool) -> None:
        from producthead_mail.ledger.plans import plan_counts

        self._edition = plan.edition
        self._total = plan_counts(ledger, plan.send_id)[0]
        self._done = 0
        self._quiet = quiet
        self._lock = threading.Lock()
        self._last_line = time.monotonic()
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> Progress:
        if sys.stderr.isatty() and not self._quiet:
            self._start_bar()
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()

    def show(self, event: Event) -> None:
        """One attempt; called from any thread."""
        with self._lock:
            if event.verdict == "accepted":
                self._done += event.recipients
            if event.verdict != "accepted" or talks_json():
                log_attempt(self._edition, event)
            if self._bar:
                self._bar.update(self._task, completed=self._done)
            elif not self._quiet and not talks_json() and time.monotonic() - self._last_line > LINE_SECONDS:
                self._last_line = time.monotonic()
                log(f"{self._edition}: {self._done} of {self._total} accepted", edition=self._edition)

    def _start_bar(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        self._bar = Bar(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
        )
        self._task = self._bar.add_task("accepted", total=self._total)
        self._bar.start()

"""`producthead worker`: works on the batches of a shared ledger until stopped."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from importlib.util import find_spec
from typing import TYPE_CHECKING, Annotated

import typer

from producthead_mail.cli.console import tell
from producthead_mail.cli.context import project_of
from producthead_mail.cli.dispatch import Lead, MaxLate, Task, beat, due_tasks, plan_task, read_window
from producthead_mail.cli.failures import failed
from producthead_mail.cli.progress import log_attempt
from producthead_mail.cli.wiring import (
    TransportName,
    api_of,
    ledger_of,
    publication_for,
    tell_kept,
    transport_of,
)
from producthead_mail.config import load_settings
from producthead_mail.errors import InputError, Interrupted, MailError, OutsideError, Problem, Refusal

if TYPE_CHECKING:
    from producthead_mail.config import Project
    from producthead_mail.ledger.database import Ledger

STOPPED = "stopped; what was in flight is recorded"
SILENCE_SECONDS = 3600.0
"""The same words are not said again before that: a worker looks every minute."""
REST_SECONDS = 600.0
"""An edition with errors is looked at again after that, as a cron job would."""

Dispatch = Annotated[
    bool, typer.Option("--dispatch", help="Also plan what is approved and due, in cron's place.")
]


def worker(
    ctx: typer.Context, dispatch: Dispatch = False, lead: Lead = "60m", max_late: MaxLate = "6h"
) -> None:
    """Send what a PostgreSQL ledger has planned, together with other workers, until stopped."""
    project = project_of(ctx)
    window = read_window(lead, max_late)
    url = load_settings(project).ledger
    _refuse_alone(url)
    _refuse_without_engine()
    with ledger_of(project) as ledger:
        ledger.owners.enter()
        planner = Planner(project, ledger, window, Seldom(tell)) if dispatch else None
        _work(project, ledger, url, planner)


def _work(project: Project, ledger: Ledger, url: str, planner: Planner | None) -> None:
    """Works until it is told to stop (Interrupted) or the database goes away (OutsideError)."""
    from producthead_mail.sending.cluster import Cluster, prepare_schema
    from producthead_mail.sending.worker import Worker

    publication, fault = publication_for(project, ledger)
    api = api_of(TransportName.SENDGRID, project, publication)
    assert api is not None  # SendGrid has one
    prepare_schema(ledger)
    tell_kept(fault)
    say = Seldom(tell)
    with transport_of(TransportName.SENDGRID, project, publication) as carrier:
        if Cluster(url, Worker(ledger, carrier, api, log_attempt, say), planner, say).run():
            raise Interrupted(STOPPED)
    raise OutsideError("the database went away; the ledger has everything: start it again")


def _refuse_alone(url: str) -> None:
    if url and not url.startswith("sqlite"):
        return
    raise InputError(
        [
            Problem(
                "environment PRODUCTHEAD_LEDGER",
                0,
                0,
                "a worker shares its ledger with others, and this one is in SQLite, for one machine",
                "there `producthead dispatch` from cron does all of it; for several machines name a "
                "PostgreSQL database",
            )
        ]
    )


def _refuse_without_engine() -> None:
    if find_spec("procrastinate"):
        return
    message = "a worker needs the package procrastinate, which is not installed"
    raise InputError(
        [Problem("producthead worker", 0, 0, message, "pip install 'producthead-mail[cluster]'")]
    )


class Seldom:
    """Says something unless the same was said within the hour; from any thread."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._lock = threading.Lock()
        self._said: dict[str, float] = {}

    def __call__(self, words: str) -> None:
        now = time.monotonic()
        with self._lock:
            self._said = {said: at for said, at in self._said.items() if now - at < SILENCE_SECONDS}
            if words in self._said:
                return
            self._said[words] = now
        self._say(words)


@dataclass(slots=True)
class Planner:
    """What `dispatch` does before anything is sent: plans what is approved and due; called every minute."""

    project: Project
    ledger: Ledger
    window: tuple[timedelta, timedelta]
    say: Callable[[str], None]
    _resting: dict[str, float] = field(default_factory=dict, init=False)

    def __call__(self) -> None:
        """Plans each edition that is due, and tells the monitor where all is well."""
        from producthead_mail.content.loader import load_publication
        from producthead_mail.ledger.work import troubled

        try:
            self.ledger.owners.enter()  # a plan is cleared where its process seems gone
            publication = load_publication(self.project)
            tasks = list(due_tasks(self.project, publication, self.ledger, self.window))
        except MailError as error:
            self.say(str(error))
            return
        well = [self._planned(task) for task in tasks if task.plan is None]
        if all(well) and not troubled(self.ledger, TransportName.SENDGRID):
            beat(self.project)

    def _planned(self, task: Task) -> bool:
        """True where the edition has its plan now."""
        if time.monotonic() < self._resting.get(task.edition, 0):
            return False
        try:
            if task.action == "report":
                raise Refusal(f"{task.edition}: {task.reason}")
            plan_task(self.project, self.ledger, task)
        except (Refusal, OutsideError) as error:
            self.say(str(error))
        except OSError as error:
            self.say(str(failed(error)))
        except MailError as error:
            self.say(str(error))
            self._resting[task.edition] = time.monotonic() + REST_SECONDS
        except typer.Exit:  # the gate has said why
            self._resting[task.edition] = time.monotonic() + REST_SECONDS
        else:
            return True
        return False

"""`producthead dispatch`: what cron runs; sends what is approved and due, once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from producthead_mail.cli.console import print_json, show, tell
from producthead_mail.cli.context import load_path, project_of
from producthead_mail.cli.delivery import deliver
from producthead_mail.cli.failures import failed
from producthead_mail.cli.options import Json
from producthead_mail.cli.planning import Order, plan_edition, refuse_unapproved, refuse_unusable
from producthead_mail.cli.status import lines
from producthead_mail.cli.wiring import (
    TransportName,
    api_of,
    ledger_of,
    publication_for,
    tell_kept,
    transport_of,
)
from producthead_mail.errors import InputError, Interrupted, MailError, Refusal, UsageError

if TYPE_CHECKING:
    from producthead_mail.config import Project
    from producthead_mail.content.publication import Publication
    from producthead_mail.ledger.database import Ledger
    from producthead_mail.ledger.plans import Plan

GRAVITY = (130, 5, 4, 3, 2, 1, 0)
"""Exit codes, the gravest first: one run has one."""
HEARTBEAT_SECONDS = 10

Lead = Annotated[
    str, typer.Option("--lead", metavar="TIME", help="How long before its hour an edition is due.")
]
MaxLate = Annotated[
    str, typer.Option("--max-late", metavar="TIME", help="How long after its hour it is still sent.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what a run would do or refuse, and do nothing.")]


@dataclass(frozen=True, slots=True)
class Task:
    """One edition that wants something done."""

    edition: str
    action: str
    """send, go on or report."""
    reason: str
    path: Path | None = None
    plan: Plan | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a task."""

    edition: str
    action: str
    code: int
    message: str


def dispatch(
    ctx: typer.Context,
    lead: Lead = "60m",
    max_late: MaxLate = "6h",
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Send every edition that is approved and due, once; for cron."""
    project = project_of(ctx)
    window = read_window(lead, max_late)
    with ledger_of(project) as ledger:
        ledger.owners.enter()
        publication, fault = publication_for(project, ledger)
        tasks, fault = _tasks(project, publication, ledger, window, fault)
        if fault and not tasks:
            raise fault
        tell_kept(fault)
        if dry_run:
            done = each(tasks, lambda task: _would(project, task, quiet=json))
        else:
            done = each(tasks, lambda task: _one(project, publication, ledger, task, quiet=json))
    codes = {one.code for one in done} | ({fault.exit_code} if fault else set())
    code = next(code for code in GRAVITY if code == 0 or code in codes)
    if json:
        print_json({"editions": [asdict(one) for one in done]})
    if code == 0 and not dry_run:
        beat(project)
    if code:
        raise typer.Exit(code)


def _tasks(
    project: Project,
    publication: Publication,
    ledger: Ledger,
    window: tuple[timedelta, timedelta],
    fault: InputError | None,
) -> tuple[list[Task], InputError | None]:
    """What is to be done; only what was begun where the publication or the editions can't be read."""
    if fault is None:
        try:
            return list(due_tasks(project, publication, ledger, window)), None
        except InputError as error:
            fault = error
    return list(unfinished_tasks(ledger)), fault


def unfinished_tasks(ledger: Ledger) -> Iterator[Task]:
    """What was begun and is to be gone on with now, or was held back past its hour; it needs no file.

    What waits for its rate or for SendGrid's limit is left alone: else each run of cron would come and wait
    beside the process that waits already. Where that is gone, a run after the wait finds it.
    """
    from producthead_mail.ledger.moves import waiting_until
    from producthead_mail.ledger.plans import plan_of
    from producthead_mail.ledger.work import open_sends, overdue

    # Not by its batches alone: with each of them settled a group may still be on its way back.
    plans = [plan for send_id in open_sends(ledger, "sendgrid") if (plan := plan_of(ledger, send_id))]
    for slug, plan in {plan.edition: plan for plan in reversed(plans)}.items():
        if (waiting_until(ledger, plan.send_id) or 0) > ledger.now():
            continue
        yield Task(slug, "go on", "not finished", plan=plan)
    for slug in overdue(ledger, "sendgrid"):
        remedy = f"`producthead resume {slug}` lets it go, `producthead cancel {slug}` ends this"
        yield Task(slug, "report", f"is paused and its hour has passed; {remedy}")


def due_tasks(
    project: Project, publication: Publication, ledger: Ledger, window: tuple[timedelta, timedelta]
) -> Iterator[Task]:
    """What is to be done, in the order of the files' dates."""
    from producthead_mail.content.library import due_editions, mistimed_editions
    from producthead_mail.ledger.account import editions
    from producthead_mail.sending.schedule import Due, due

    known = set(editions(ledger, "sendgrid"))
    yield from unfinished_tasks(ledger)
    now = datetime.fromtimestamp(ledger.now(), UTC)
    for path, send_at in due_editions(project, publication.timezone):
        if path.stem in known:
            continue
        state = due(send_at, now, lead=window[0], max_late=window[1])
        hour = send_at.isoformat(sep=" ", timespec="minutes")
        if state is Due.NOW:
            yield Task(path.stem, "send", f"due at {hour}", path)
        elif state is Due.MISSED:
            remedy = (
                f"`producthead send {path.stem} --now` sends it, `producthead cancel {path.stem}` ends this"
            )
            yield Task(
                path.stem, "report", f"was due at {hour} and is too late to go by itself; {remedy}", path
            )
    for path in mistimed_editions(project, publication.timezone):
        if path.stem not in known:
            reason = f"has a send_at that can't be read, and never goes; see `producthead check {path.stem}`"
            yield Task(path.stem, "report", reason, path)


def each(tasks: list[Task], do: Callable[[Task], Done]) -> list[Done]:
    """What came of each task; one that fails keeps no other from being done, but an interrupt does."""
    done = []
    for task in tasks:
        try:
            done.append(do(task))
        except (MailError, OSError) as raised:
            error = failed(raised) if isinstance(raised, OSError) else raised
            tell(str(error))
            done.append(Done(task.edition, task.action, error.exit_code, str(error)))
            if isinstance(error, Interrupted):
                break
        except typer.Exit as stopped:  # the gate has said why
            done.append(Done(task.edition, task.action, stopped.exit_code, "its findings stop it"))
    return done


def _one(project: Project, publication: Publication, ledger: Ledger, task: Task, *, quiet: bool) -> Done:
    if task.action == "report":
        raise Refusal(f"{task.edition}: {task.reason}")
    from producthead_mail.sending.evidence import in_logs, settle_edition

    with transport_of(TransportName.SENDGRID, project, publication) as carrier:
        plan = task.plan or plan_task(project, ledger, task)
        api = api_of(TransportName.SENDGRID, project, publication)
        if task.plan and api:
            settle_edition(ledger, plan.edition, plan.transport, in_logs(api, ledger.now()), tell)
        found, error = deliver(ledger, plan, carrier, api, quiet=quiet)
    if not quiet:
        for line in lines(found, publication.timezone):
            show(line)
    if error:
        raise error
    return Done(task.edition, task.action, 0, f"{found.recipients.accepted} accepted")


def plan_task(project: Project, ledger: Ledger, task: Task) -> Plan:
    """The plan of an edition that is due, visible from now on."""
    assert task.path is not None
    return plan_edition(_order(project), ledger, load_path(project, task.path))


def _order(project: Project) -> Order:
    return Order(project, TransportName.SENDGRID, yes=True, aside=True)


def _would(project: Project, task: Task, *, quiet: bool) -> Done:
    """What the run would do; Refusal or InputError where it would send nothing of an edition that is due."""
    if task.path and task.action == "send":
        loaded = load_path(project, task.path)
        refuse_unapproved(_order(project), loaded)
        refuse_unusable(project, loaded)
    words = {"send": "would be sent", "go on": "would be gone on with", "report": "would be reported"}
    if not quiet:
        show(f"{task.edition}: {words[task.action]}: {task.reason}")
    return Done(task.edition, task.action, Refusal.exit_code if task.action == "report" else 0, task.reason)


def read_window(lead: str, max_late: str) -> tuple[timedelta, timedelta]:
    """How long before and after its hour an edition is due; UsageError where that is not a time."""
    from producthead_mail.sending.schedule import read_duration

    found = []
    for option, text in (("--lead", lead), ("--max-late", max_late)):
        try:
            found.append(read_duration(text))
        except ValueError as error:
            raise UsageError(f"{option}: {error}") from None
    return found[0], found[1]


def beat(project: Project) -> None:
    """Tells the monitor that the run went well; a monitor that is away is no failure of the run."""
    from urllib.error import URLError
    from urllib.request import urlopen

    from producthead_mail.config import load_settings

    url = load_settings(project).heartbeat_url
    if not url:
        return
    try:
        urlopen(url, timeout=HEARTBEAT_SECONDS).close()  # noqa: S310 - load_settings lets no other scheme pass
    except (URLError, OSError, ValueError):
        tell("the heartbeat address did not answer; the run itself went well")

"""Hands out the batches of a PostgreSQL ledger to any number of processes, by Procrastinate.

Its tables stand beside the ledger's, and nothing in them is trusted or missed: whatever is lost, late or
told twice there, the ledger refuses repeats and a sweep tells of everything again.
"""

from __future__ import annotations

import asyncio
import logging
import re
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

import psycopg
from procrastinate import App, PsycopgConnector, RetryStrategy, sql
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Job, Status
from procrastinate.schema import SchemaManager
from sqlalchemy import Connection, func, make_url, select, text

from producthead_mail.errors import InputError, OutsideError, Problem
from producthead_mail.ledger.database import Ledger
from producthead_mail.ledger.draft import batch_name
from producthead_mail.ledger.postgres import SCHEMA_LOCK
from producthead_mail.sending.dispatcher import WORKERS
from producthead_mail.sending.worker import Batch, Worker

QUEUE = "producthead"
PLANNING = "producthead-planning"
"""The queue that only workers with --dispatch listen to."""
EVERY_MINUTE = "* * * * *"
SWEEP = EVERY_MINUTE
"""When sweeps are due (cron; a sixth field would be seconds)."""
HEARTBEAT_SECONDS = 10.0
STALLED_SECONDS = 30.0
"""Without a sign of life for so long a worker's jobs are handed out again; the ledger knows if it lives."""
CONCURRENCY = WORKERS + 2
"""Jobs at once: requests as many as `send` has in flight, and a sweep and a planning beside them."""
JOBS_AT_ONCE = 1000
AGAIN = RetryStrategy(wait=10)
"""Every job that failed, for ever: at worst the ledger says that nothing is left to do."""
WAIT_SECONDS = 10.0
"""For a connection; after that the database is away."""
POLL_SECONDS = 1.0
"""Between two looks for jobs whose time has come; of new ones the server tells."""
LONG_AGO = datetime.fromtimestamp(0, UTC)
LOGGERS = ("procrastinate", "psycopg.pool", "asyncio")
NOTHING_LOST = "the ledger has everything: start it again"
FUNCTIONS = re.compile(r"procrastinate_\w+_v\d+")
"""In their names Procrastinate counts versions: what a query calls is there, or the schema is another's."""


def prepare_schema(ledger: Ledger) -> None:
    """Makes Procrastinate's tables where there are none; InputError where they are of another version."""
    with ledger.writing() as connection:
        connection.execute(select(func.pg_advisory_xact_lock(SCHEMA_LOCK)))
        if connection.execute(select(func.to_regclass("procrastinate_jobs"))).scalar_one() is None:
            plain = connection.execution_options(no_parameters=True)
            plain.exec_driver_sql(SchemaManager.get_schema())
        if missing := _missing(connection):
            message = f"the tables of Procrastinate are of another version (without {', '.join(missing)})"
            remedy = "stop all workers, then migrate or drop them as docs/cluster.md says"
            raise InputError([Problem(f"ledger {ledger.name}", 0, 0, message, remedy)])


def _missing(connection: Connection) -> list[str]:
    wanted = {name for query in sql.queries.values() for name in FUNCTIONS.findall(query)}
    there = text(
        "SELECT proname FROM pg_proc WHERE pg_function_is_visible(oid)"
        " UNION SELECT typname FROM pg_type WHERE pg_type_is_visible(oid)"
    )
    return sorted(wanted - set(connection.execute(there).scalars()))


class Cluster:
    """This process among those that work on a ledger."""

    def __init__(
        self, url: str, worker: Worker, plan: Callable[[], None] | None, tell: Callable[[str], None]
    ) -> None:
        self._worker = worker
        self._plan = plan
        self._tell = tell
        self._stopping = False
        self._app = App(connector=_connector(url), periodic_defaults={"max_delay": 60.0})
        self._jobs = self._app.job_manager
        self._send_one = self._app.task(name="send_one", queue=QUEUE, retry=AGAIN)(self._do_send_one)
        self._sweep = self._app.task(name="sweep", queue=QUEUE, priority=1)(self._do_sweep)
        self._app.periodic(cron=SWEEP, queueing_lock="sweep")(self._sweep)
        self._queues = [QUEUE]
        if plan:
            # By a lock, as planning may take minutes: the next one waits.
            planning = self._app.task(name="plan", queue=PLANNING, priority=1, lock="plan")(self._do_plan)
            self._app.periodic(cron=EVERY_MINUTE, queueing_lock="plan")(planning)
            self._queues.append(PLANNING)

    def run(self) -> bool:
        """True once it was told to stop and has ended what it had; OutsideError where the queue is away."""
        with _told(self._tell):
            try:
                return asyncio.run(self._run())
            except (ConnectorException, psycopg.Error) as error:
                raise OutsideError(f"the queue is away: {_reason(error)}; {NOTHING_LOST}") from None

    async def _run(self) -> bool:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(CONCURRENCY, thread_name_prefix="job"))
        async with self._app.open_async():
            for kind in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(kind, self._stop)
            while not self._stopping:
                self._working = asyncio.create_task(self._enter())
                try:
                    await self._working
                except asyncio.CancelledError:
                    break
                except ConnectorException as error:
                    if not isinstance(error.__cause__, psycopg.errors.ForeignKeyViolation):
                        raise
                    # Frozen for long, it was struck off by another that started: it enters anew.
                else:
                    return False
        return True

    async def _enter(self) -> None:
        await self._app.run_worker_async(
            queues=self._queues,
            concurrency=CONCURRENCY,
            fetch_job_polling_interval=POLL_SECONDS,
            update_heartbeat_interval=HEARTBEAT_SECONDS,
            stalled_worker_timeout=STALLED_SECONDS,
            delete_jobs="always",
            install_signal_handlers=False,
        )

    def _stop(self) -> None:
        # Cancelled once, it takes no further job and ends after those it has; twice, it would not wait.
        if not self._stopping:
            self._stopping = True
            self._working.cancel()

    async def _do_send_one(self, send_id: int, seq: int) -> None:
        one = Batch(send_id, seq)
        later = await asyncio.to_thread(self._worker.send_one, one)
        if later is None:
            return
        at = datetime.fromtimestamp(later.at, UTC)
        with suppress(AlreadyEnqueued):
            if later.whole:
                wake = self._sweep.configure(queueing_lock=f"wake-{send_id}", schedule_at=at)
                await wake.defer_async(timestamp=int(later.at))
            else:
                await self._jobs.defer_job_async(self._job(one, at))

    async def _do_sweep(self, timestamp: int) -> None:  # noqa: ARG002 - Procrastinate says when it was due
        await self._revive()
        await self._hand_out(await asyncio.to_thread(self._worker.sweep))

    async def _do_plan(self, timestamp: int) -> None:
        assert self._plan
        await asyncio.to_thread(self._plan)
        await self._do_sweep(timestamp)

    async def _revive(self) -> None:
        """Hands out again what workers had that give no sign of life; the ledger knows whether they live."""
        for queue in (QUEUE, PLANNING):
            for job in await self._jobs.get_stalled_jobs(
                queue=queue, seconds_since_heartbeat=STALLED_SECONDS
            ):
                try:
                    await self._jobs.retry_job(job, retry_at=LONG_AGO)
                except ConnectorException:  # one like it waits already, or it has ended by now
                    with suppress(ConnectorException):
                        await self._jobs.finish_job(job, Status.FAILED, delete_job=True)

    async def _hand_out(self, batches: Sequence[Batch]) -> None:
        """Tells of these batches, those aside that wait in the queue already."""
        if not batches:
            return
        queued = await self._jobs.list_jobs_async(queue=QUEUE, task="send_one", status="todo")
        waiting = {job.queueing_lock for job in queued}
        jobs = [job for one in batches if (job := self._job(one)).queueing_lock not in waiting]
        for start in range(0, len(jobs), JOBS_AT_ONCE):
            some = jobs[start : start + JOBS_AT_ONCE]
            try:
                await self._jobs.batch_defer_jobs_async(some)
            except AlreadyEnqueued:  # another sweep was at it, too: all or none of them were taken
                for job in some:
                    with suppress(AlreadyEnqueued):
                        await self._jobs.defer_job_async(job)

    def _job(self, one: Batch, at: datetime | None = None) -> Job:
        told = self._send_one.configure(
            queueing_lock=batch_name(one.send_id, one.seq),
            task_kwargs={"send_id": one.send_id, "seq": one.seq},
            schedule_at=at,
        )
        return told.job


def _reason(error: BaseException) -> str:
    """The server's words, without the query."""
    cause = error.__cause__ or error
    said = cause.diag.message_primary if isinstance(cause, psycopg.Error) else None
    return " ".join((said or str(cause)).split())


def _connector(url: str) -> PsycopgConnector:
    place = make_url(url).set(drivername="postgresql+psycopg")
    _, arguments = place.get_dialect()().create_connect_args(place)
    # Jobs may be forgotten in a crash of the server: a sweep tells of them again.
    arguments["options"] = f"{arguments.get('options', '')} -csynchronous_commit=off".strip()
    arguments["application_name"] = "producthead worker"
    return PsycopgConnector(min_size=1, max_size=CONCURRENCY, timeout=WAIT_SECONDS, kwargs=arguments)


class _Lines(logging.Handler):
    """What libraries log, one line each and without a traceback."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        super().__init__(logging.WARNING)
        self._say = tell

    def emit(self, record: logging.LogRecord) -> None:
        cause = record.exc_info[1] if record.exc_info else None
        if record.name == "asyncio" and isinstance(cause, ConnectorException):
            return  # a job was told to another worker meanwhile, or could not be ticked off: the ledger knows
        words = " ".join(record.getMessage().split()).rstrip(": ")
        self._say(f"{words}: {_reason(cause)}" if cause else words)


@contextmanager
def _told(tell: Callable[[str], None]) -> Iterator[None]:
    """Passes on warnings of the libraries at work while the block runs."""
    handler = _Lines(tell)
    loggers = [logging.getLogger(name) for name in LOGGERS]
    for logger in loggers:
        logger.addHandler(handler)
        logger.propagate = False
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeHandler(handler)
            logger.propagate = True

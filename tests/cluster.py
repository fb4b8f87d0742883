"""A worker of a cluster as a process of its own, quick to look round and quick to give others up."""

import multiprocessing
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from producthead_mail.errors import MailError
from producthead_mail.ledger.database import open_ledger
from producthead_mail.sending import cluster, worker
from producthead_mail.sending.sendgrid_api import SendGridApi
from producthead_mail.sending.sendgrid_client import SendGridClient
from producthead_mail.sending.transports.sendgrid import SendGridTransport

Process = multiprocessing.process.BaseProcess
PATIENCE = 60.0


@dataclass(frozen=True)
class Post:
    """Where a worker works."""

    folder: Path
    ledger_url: str
    sendgrid_url: str
    key: str
    lease_seconds: float = 180
    timeout_seconds: float = 5
    sweep: str = "* * * * * *"
    """Every second."""


def work(post: Post) -> None:
    """What `producthead worker` does, without the rest of the command; exits as it does."""
    cluster.SWEEP, cluster.HEARTBEAT_SECONDS, cluster.STALLED_SECONDS = post.sweep, 0.3, 1.5
    worker.REST_SECONDS = worker.EVIDENCE_SECONDS = 1.0
    ledger = open_ledger(post.ledger_url, post.folder / "ledger.db", post.lease_seconds)
    try:
        ledger.owners.enter()
        cluster.prepare_schema(ledger)
        client = SendGridClient(post.key, post.sendgrid_url, post.timeout_seconds)
        working = worker.Worker(ledger, SendGridTransport(client), SendGridApi(client), tell=_say)
        stopped = cluster.Cluster(post.ledger_url, working, None, _say).run()
    except MailError as error:
        _say(str(error))
        sys.exit(error.exit_code)
    finally:
        ledger.close()
    sys.exit(130 if stopped else 4)


def start(post: Post) -> Process:
    """A worker at this post."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.cluster"])
    process = context.Process(target=work, args=(post,))
    process.start()
    return process


@contextmanager
def workers(post: Post, number: int) -> Iterator[list[Process]]:
    """So many workers at a post; killed at the end, if they still run."""
    processes = [start(post) for _ in range(number)]
    try:
        yield processes
    finally:
        for process in processes:
            process.kill()
        for process in processes:
            process.join()


def until(true: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Returns once it holds; AssertionError where it doesn't for so long."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.05)


def _say(words: str) -> None:
    sys.stderr.write(f"{words}\n")

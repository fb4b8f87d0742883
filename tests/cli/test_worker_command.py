"""`producthead worker`: what it refuses, and what it does by the clock, as processes of their own."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import NullPool, create_engine, func, make_url, select, text

from tests.cli.conftest import Run
from tests.cluster import until
from tests.postgres import new_schema
from tests.standin import Standin

SLUG = "2024-02-12-in-search-of-deeper-alignment"
MINUTE = 60
HOUR = 3600


@pytest.fixture
def shared(postgres_url: str, sendgrid: Standin, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of a ledger in PostgreSQL, which commands use from now on."""
    url = new_schema(postgres_url)
    monkeypatch.setenv("PRODUCTHEAD_LEDGER", url)
    return url


@pytest.fixture
def beats(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What the monitor was called with."""
    called: list[str] = []

    class Monitor(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            called.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Monitor)
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    monkeypatch.setenv("PRODUCTHEAD_HEARTBEAT_URL", f"http://127.0.0.1:{server.server_port}/alive")
    yield called
    server.shutdown()
    server.server_close()
    thread.join()


@dataclass(frozen=True)
class Working:
    """A worker, and the file that it talks to."""

    process: subprocess.Popen[str]
    file: Path

    def said(self) -> str:
        return self.file.read_text()

    def stop(self) -> tuple[int, str, str]:
        """Exit code, stdout and stderr, once it was told to stop."""
        self.process.terminate()
        out, _ = self.process.communicate(timeout=60)
        return self.process.returncode, out, self.said()


@contextmanager
def workers(project: Path, number: int, *options: str, root: Sequence[str] = ()) -> Iterator[list[Working]]:
    """So many workers; killed at the end, if they still run."""
    command = [sys.executable, "-m", "producthead_mail", "--project", str(project), *root, "worker", *options]
    running: list[Working] = []
    for one in range(number):
        file = project / f"worker-{one}.log"
        with file.open("w") as talk:
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=talk, text=True)
        running.append(Working(process, file))
    try:
        yield running
    finally:
        for worker in running:
            worker.process.kill()
            worker.process.communicate()


def at_work(url: str) -> int:
    """How many workers have begun."""
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), poolclass=NullPool)
    with engine.connect() as connection:
        there = connection.execute(select(func.to_regclass("procrastinate_workers"))).scalar_one()
        return (
            connection.execute(text("SELECT count(*) FROM procrastinate_workers")).scalar_one()
            if there
            else 0
        )


def due(project: Path, run: Run, ahead: float, *, approve: bool = True) -> None:
    """Makes the edition due so many seconds from now."""
    path = project / "content/editions" / f"{SLUG}.md"
    lines = [one for one in path.read_text().splitlines(keepends=True) if not one.startswith("send_at:")]
    hour = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(time.time() + ahead))
    path.write_text("".join(lines).replace("\ndate:", f"\nsend_at: {hour}\ndate:", 1))
    if approve:
        assert run("approve", SLUG, "--untested", "a test").exit_code == 0


def state(run: Run) -> str:
    found = json.loads(run("status", SLUG, "--json").stdout)
    assert found["balanced"]
    return str(found["state"])


@pytest.mark.parametrize("url", ["", "sqlite:///ledger.db"])
def test_on_one_machine_it_says_what_does_it_all(
    run: Run, project: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("PRODUCTHEAD_LEDGER", url)
    result = run("worker")
    assert (result.exit_code, result.stdout) == (3, "")
    assert "`producthead dispatch` from cron does all of it" in result.stderr
    assert not (project / ".producthead").exists()


def test_without_the_engine_it_says_how_to_get_it(
    run: Run, shared: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "procrastinate", None)
    result = run("worker")
    assert (result.exit_code, result.stdout) == (3, "")
    assert "pip install 'producthead-mail[cluster]'" in result.stderr


@pytest.mark.parametrize("option", ["--lead", "--max-late"])
def test_times_are_read_before_anything_is_done(run: Run, shared: str, option: str) -> None:
    result = run("worker", "--dispatch", option, "soon")
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"{option}: 'soon' is not a time" in result.stderr


def test_with_nothing_to_do_it_is_quiet_and_stops_when_told(project: Path, shared: str) -> None:
    with workers(project, 1) as (one,):
        until(lambda: at_work(shared))
        time.sleep(2)
        assert one.stop() == (130, "", "stopped; what was in flight is recorded\n")


def test_two_plan_and_send_what_is_due_once_with_its_hour(
    run: Run, project: Path, shared: str, sendgrid: Standin, beats: list[str]
) -> None:
    due(project, run, 50 * MINUTE)
    with workers(project, 2, "--dispatch", root=("--log-format", "json")) as running:
        until(lambda: at_work(shared) == 2)
        until(lambda: sendgrid.account.requests and beats)
        until(lambda: state(run) == "scheduled")
        said = [one.stop() for one in running]
    assert [(code, out) for code, out, _ in said] == [(130, "")] * 2
    (request,) = sendgrid.account.requests
    assert "send_at" in request
    assert "batch_id" in request
    assert set(sendgrid.account.counts().values()) == {1}
    assert state(run) == "scheduled"
    lines = [json.loads(line) for _, _, err in said for line in err.splitlines()]
    (sent,) = [one for one in lines if "batch" in one]
    assert sent.pop("time")
    assert sent == {
        "message": f"batch 1-1, {len(sendgrid.account.counts())} recipients: accepted",
        "edition": SLUG,
        "batch": "1-1",
        "attempt": 1,
    }
    assert "@" not in "".join(err for _, _, err in said)


def test_without_dispatch_it_sends_what_others_plan_and_plans_nothing(
    run: Run, project: Path, shared: str, sendgrid: Standin
) -> None:
    due(project, run, -MINUTE)
    with workers(project, 1) as (one,):
        until(lambda: at_work(shared))
        time.sleep(2)
        assert state(run) == "new"
        assert one.stop()[0] == 130
    assert sendgrid.account.requests == []


def test_what_is_due_and_not_approved_is_said_and_keeps_the_monitor_waiting(
    run: Run, project: Path, shared: str, sendgrid: Standin, beats: list[str]
) -> None:
    due(project, run, -MINUTE, approve=False)
    with workers(project, 1, "--dispatch") as (one,):
        until(lambda: at_work(shared))
        until(lambda: f"{SLUG}: not approved; test it, then run `producthead approve`\n" in one.said())
        time.sleep(1)
        assert one.stop()[0] == 130
    assert (sendgrid.account.requests, beats) == ([], [])

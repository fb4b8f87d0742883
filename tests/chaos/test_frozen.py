"""A process is frozen at the worst moments, and woken when others have long gone on."""

import os
import signal
import subprocess
import time
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from producthead_mail.ledger.moves import reap
from producthead_mail.ledger.states import State
from tests.chaos.points import Point, decide_all, hit, plan_once, send_in_turn
from tests.chaos.setting import Setting, batches, opened
from tests.chaos.strikes import forkserver
from tests.chaos.worker import send
from tests.ledger_fixtures import Place, new_schema
from tests.standin import Standin

LEASE = 1.0
CLAIMED = Point("producthead_mail.ledger.moves:claim", "after", 2, signal.SIGSTOP)
BEGUN = Point("producthead_mail.ledger.moves:begin", "after", 2, signal.SIGSTOP)
SLEEP = 2.5
"""Seconds: longer than the lease, and than may pass between the record and the first byte."""


def freeze(place: Place, standin: Standin, point: Point) -> tuple[Setting, BaseProcess]:
    """Three batches of two; a process that has sent the first is frozen with the second."""
    standin.validate = False
    setting = Setting(place.folder, standin.url, place.url, lease_seconds=LEASE, recipients=6, batch=2)
    plan_once(setting)
    process = forkserver().Process(target=hit, args=(send_in_turn, setting, point))
    process.start()
    end = time.monotonic() + 30
    while state_of(process) != "T" and time.monotonic() < end:
        time.sleep(0.02)
    assert len(standin.account.counts()) == 2
    return setting, process


def state_of(process: BaseProcess) -> str:
    """`T` for a process that is stopped."""
    proc = Path(f"/proc/{process.pid}/stat")
    if proc.exists():  # a bare Linux has no ps
        return proc.read_text().rpartition(")")[2].split()[0]
    ps = subprocess.run(["ps", "-o", "state=", "-p", str(process.pid)], capture_output=True, text=True)
    return ps.stdout.strip()[:1]


def wake(process: BaseProcess) -> None:
    assert process.pid
    os.kill(process.pid, signal.SIGCONT)
    process.join(60)
    assert process.exitcode == 0


@pytest.fixture
def shared(postgres_url: str, tmp_path: Path) -> Place:
    """Where a lease says who holds a batch, not a lock that a frozen process keeps."""
    return Place("postgres", new_schema(postgres_url), tmp_path)


def test_with_a_batch_that_another_has_sent_meanwhile_it_sends_nothing(
    shared: Place, sendgrid_server: Standin
) -> None:
    setting, process = freeze(shared, sendgrid_server, CLAIMED)
    send(setting)
    assert set(sendgrid_server.account.counts().values()) == {1}
    assert len(sendgrid_server.account.counts()) == 6
    wake(process)
    assert len(sendgrid_server.account.accepted) == 6
    with opened(setting) as ledger:
        assert batches(ledger) == {State.ACCEPTED: 3}


def test_between_the_record_and_the_first_byte_it_sends_nothing_that_was_decided_about(
    shared: Place, sendgrid_server: Standin
) -> None:
    setting, process = freeze(shared, sendgrid_server, BEGUN)
    time.sleep(SLEEP)
    with opened(setting) as ledger:
        assert reap(ledger) == 1
    decide_all(setting)
    send(setting)
    assert len(sendgrid_server.account.accepted) == 6
    wake(process)
    assert len(sendgrid_server.account.accepted) == 6
    assert set(sendgrid_server.account.counts().values()) == {1}
    with opened(setting) as ledger:
        assert batches(ledger) == {State.ACCEPTED: 3, State.VOID: 1}


@pytest.mark.parametrize("point", [CLAIMED, BEGUN], ids=["claimed", "begun"])
def test_on_one_machine_it_keeps_its_batch_for_as_long_as_it_lives(
    tmp_path: Path, sendgrid_server: Standin, point: Point
) -> None:
    setting, process = freeze(Place("sqlite", "", tmp_path), sendgrid_server, point)
    time.sleep(SLEEP)
    with opened(setting) as ledger:
        assert reap(ledger) == 0
    wake(process)
    # What had begun is planned again by itself, since it knows that not a byte has left.
    assert len(sendgrid_server.account.accepted) == 6
    assert set(sendgrid_server.account.counts().values()) == {1}
    with opened(setting) as ledger:
        assert batches(ledger) == {State.ACCEPTED: 3}

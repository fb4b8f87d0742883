"""Clocks of machines that work together and differ."""

import time
from pathlib import Path

import pytest
import time_machine

from producthead_mail.cli import clocks
from tests.cli.conftest import Run
from tests.cli.test_dispatch import MINUTE, due
from tests.postgres import new_schema
from tests.standin import Standin


@pytest.fixture(autouse=True)
def _silent_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clocks, "_told", set())


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (-300, "this machine's clock is 5 min ahead of SendGrid's: set the one that is wrong, "),
        (300, "this machine's clock is 5 min behind SendGrid's: set the one that is wrong, "),
        (50, ""),
    ],
)
def test_sendgrids_clock_is_compared_once(run: Run, sendgrid: Standin, ahead: int, words: str) -> None:
    sendgrid.account.clock_ahead = ahead
    result = run("suppressions", "pull")
    assert (result.exit_code, result.stderr.count("this machine's clock")) == (0, bool(words))
    assert words in result.stderr


def test_the_databases_clock_is_compared(
    run: Run, postgres_url: str, monkeypatch: pytest.MonkeyPatch, sendgrid: Standin
) -> None:
    monkeypatch.setenv("PRODUCTHEAD_LEDGER", new_schema(postgres_url))
    with time_machine.travel(time.time() + 600, tick=True):
        result = run("dispatch")
    assert (result.exit_code, "clock is 10 min ahead of the ledger's" in result.stderr) == (0, True)


def test_a_date_that_is_none_is_passed_over(capsys: pytest.CaptureFixture[str]) -> None:
    for header in ("", "yesterday", "Mon, 99 Feb 2024 07:00:00 GMT"):
        clocks.compare_date(header)
    assert capsys.readouterr().err == ""


def test_what_is_due_goes_all_the_same(run: Run, project: Path, sendgrid: Standin) -> None:
    due(project, run, -MINUTE)
    sendgrid.account.clock_ahead = 300
    result = run("send", "--yes")
    assert (result.exit_code, result.stderr.count("this machine's clock")) == (0, 1)

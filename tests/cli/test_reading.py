"""Commands that only ask answer where nothing can be written, and change nothing."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from producthead_mail.config import Project
from producthead_mail.ledger.database import open_ledger
from producthead_mail.ledger.moves import begin, claim
from producthead_mail.ledger.plans import find_plan
from tests.cli.conftest import Run
from tests.cli.test_dispatch import MINUTE, SLUG, due
from tests.standin import Fault, Kind, Standin

WITHOUT_WRITING = """
import resource, sys
from producthead_mail.start import main
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # of any file: as on a full disk
main()
"""


def without_writing(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-B", "-c", WITHOUT_WRITING, "--project", str(project), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def state_of(folder: Path) -> dict[str, tuple[int, int]]:
    return {str(one): (one.stat().st_mtime_ns, one.stat().st_size) for one in folder.rglob("*")}


@pytest.fixture
def dead(run: Run, project: Path, sendgrid: Standin) -> None:
    """An edition whose only batch a process began that has ended since."""
    due(project, run, -MINUTE)
    sendgrid.script([Fault(Kind.STATUS, status=401)])
    assert run("send", "--yes").exit_code == 4
    ledger = open_ledger("", Project(project).state / "ledger.db")
    ledger.owners.enter()
    plan = find_plan(ledger, SLUG, "sendgrid")
    assert plan
    mine = claim(ledger, plan.send_id)
    assert mine
    assert begin(ledger, mine)
    ledger.close()


@pytest.mark.usefixtures("dead")
def test_status_shows_the_doubt_of_a_dead_process_and_writes_nothing(project: Path) -> None:
    before = state_of(project)
    result = without_writing(project, "status", SLUG, "--json")
    assert (result.returncode, result.stderr) == (0, "")
    document = json.loads(result.stdout)
    assert (document["state"], document["recipients"]["in_doubt"], document["balanced"]) == (
        "attention",
        14,
        True,
    )
    assert document["doubts"][0]["reason"].startswith("the process that was sending it ended")
    person = without_writing(project, "status", "--recipient", "ada@example.org", "--json")
    assert person.returncode == 0
    assert without_writing(project, "suppressions", "list").returncode == 0
    assert state_of(project) == before


@pytest.mark.usefixtures("dead")
def test_send_writes_nothing_and_sends_nothing_on_a_full_disk(project: Path, sendgrid: Standin) -> None:
    sent = len(sendgrid.seen)
    result = without_writing(project, "send", SLUG, "--yes")
    assert result.returncode == 4
    assert "Traceback" not in result.stderr
    assert len(sendgrid.seen) == sent


def test_answers_that_wait_are_mentioned(run: Run, project: Path, sendgrid: Standin) -> None:
    due(project, run, -MINUTE)
    assert run("send", "--yes").exit_code == 0
    (project / ".producthead/ledger.db.answers").write_text('{"batch": 1}\n')
    result = run("status", SLUG)
    assert (result.exit_code, result.stderr) == (
        0,
        "answers of SendGrid wait to be recorded: `producthead settle` does that, and any send\n",
    )

"""What is planned goes on though publication.yaml or the edition's file has faults or is gone."""

import json
import shutil
from pathlib import Path

import pytest

from producthead_mail.cli.wiring import client_of, ledger_of, publication_for
from producthead_mail.config import Project
from tests.cli.conftest import Run
from tests.cli.test_dispatch import HOUR, MINUTE, SLUG, due, status
from tests.standin import Fault, Kind, Standin

GOES_ON = "what is planned goes on all the same, as it was planned\n"
UNCLOSED = "name: [PRODUCTHEAD\n"


@pytest.fixture
def planned(run: Run, project: Path, sendgrid: Standin) -> None:
    """The edition is planned and nothing of it was sent, since SendGrid refused; then its files break."""
    due(project, run, -MINUTE)
    sendgrid.script([Fault(Kind.STATUS, status=401)])
    assert run("send", "--yes").exit_code == 4
    (project / "content/publication.yaml").write_text(UNCLOSED)
    (project / "content/editions" / f"{SLUG}.md").write_text("---\ntitle: [\n")


def everyone_once(sendgrid: Standin) -> bool:
    return len(sendgrid.account.counts()) == 14 and set(sendgrid.account.counts().values()) == {1}


@pytest.mark.usefixtures("planned")
def test_send_says_what_is_wrong_and_sends_what_was_planned(run: Run, sendgrid: Standin) -> None:
    result = run("send", SLUG, "--yes")
    assert (result.exit_code, everyone_once(sendgrid)) == (0, True)
    fault, goes_on, left, files, *_ = result.stderr.splitlines(keepends=True)
    assert fault.startswith("content/publication.yaml:1:7: YAML: ")
    assert goes_on == GOES_ON
    assert left.endswith("going on with 14 recipients\n")
    assert files == f"{SLUG}: its files are gone or have faults now; the bytes that were planned are sent\n"


@pytest.mark.usefixtures("planned")
def test_dispatch_goes_on_and_exits_by_the_fault(run: Run, sendgrid: Standin) -> None:
    result = run("dispatch")
    assert (result.exit_code, everyone_once(sendgrid)) == (3, True)
    assert GOES_ON in result.stderr
    again = run("dispatch")
    assert (again.exit_code, GOES_ON in again.stderr, everyone_once(sendgrid)) == (3, False, True)
    assert again.stderr.startswith("content/publication.yaml:1:7: YAML: ")


def test_dispatch_tells_a_folder_it_can_not_read_and_goes_on(
    run: Run, project: Path, sendgrid: Standin
) -> None:
    due(project, run, -MINUTE)
    sendgrid.script([Fault(Kind.STATUS, status=401)])
    assert run("send", "--yes").exit_code == 4
    shutil.rmtree(project / "content/editions")
    (project / "content/editions").write_text("a file in its place")
    result = run("dispatch")
    assert (result.exit_code, everyone_once(sendgrid)) == (3, True)
    assert result.stderr.startswith(f"content/editions: can't be read: Not a directory\n{GOES_ON}")


@pytest.mark.usefixtures("planned")
def test_nothing_new_is_begun(run: Run, project: Path, sendgrid: Standin) -> None:
    edition = project / "content/editions/2024-03-01-other.md"
    edition.write_text("---\ntitle: Other\ndate: 2024-03-01\n---\n")
    for command in (("send", "2024-03-01-other", "--yes"), ("send", SLUG, "--top-up", "--yes")):
        result = run(*command)
        assert (result.exit_code, GOES_ON in result.stderr) == (3, False), command
    assert sendgrid.account.requests == []


@pytest.mark.usefixtures("planned")
def test_cancel_needs_no_file(run: Run) -> None:
    assert run("cancel", SLUG).exit_code == 0
    assert status(run)["state"] == "cancelled"


def test_what_sendgrid_holds_is_called_back_without_a_file(
    run: Run, project: Path, sendgrid: Standin
) -> None:
    due(project, run, 2 * HOUR)
    assert run("send", "--yes").exit_code == 0
    (project / "content/publication.yaml").write_text(UNCLOSED)
    result = run("cancel", SLUG)
    assert (result.exit_code, GOES_ON in result.stderr, sendgrid.account.delivered()) == (0, True, [])


def test_doubt_is_settled_without_a_file(run: Run, project: Path, sendgrid: Standin) -> None:
    due(project, run, -MINUTE)
    sendgrid.script([Fault(Kind.LOST)])
    assert run("send", "--yes").exit_code == 5
    (project / "content/publication.yaml").write_text(UNCLOSED)
    assert run("settle", SLUG).exit_code == 0
    assert status(run)["state"] == "settled"


def test_where_nothing_was_planned_the_file_is_needed(run: Run, project: Path) -> None:
    (project / "content/publication.yaml").write_text(UNCLOSED)
    for command in (("send", "--yes"), ("dispatch",)):
        result = run(*command)
        assert (result.exit_code, GOES_ON in result.stderr) == (3, False)
        assert "content/publication.yaml:1:7: YAML: " in result.stderr


@pytest.mark.usefixtures("sendgrid")
def test_the_region_is_that_of_the_plan(run: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an address in the environment the region decides where requests go."""
    publication = project / "content/publication.yaml"
    publication.write_text(publication.read_text().replace("region: global", "region: eu"))
    due(project, run, -MINUTE)
    assert run("send", "--yes").exit_code == 0
    publication.write_text(UNCLOSED)
    monkeypatch.delenv("PRODUCTHEAD_SENDGRID_URL")
    with ledger_of(Project(project)) as ledger:
        kept, fault = publication_for(Project(project), ledger)
    assert fault is not None
    assert kept.sendgrid.region == "eu"
    assert client_of(Project(project), kept) is not None
    assert json.loads(run("status", SLUG, "--json").stdout)["state"] == "settled"

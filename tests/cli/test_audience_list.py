"""A SendGrid list as the audience, through every command that reads one."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.test_dispatch import MINUTE, due, status
from tests.standin import Standin

LIST = "ca1ca9b2-6f00-4ab5-9d2c-0d1a6f7e4c11"


@pytest.fixture(autouse=True)
def contacts(project: Path, sendgrid: Standin) -> None:
    """The project's audience is a list with two people, one of them twice, and a contact without address."""
    publication = project / "content/publication.yaml"
    text = publication.read_text()
    publication.write_text(text.replace("csv: audience/sample.csv", f"sendgrid_list: {LIST}"))
    assert LIST in publication.read_text()
    people = [("ada@example.org", "Ada", ""), ("bob@example.com", "Bob", ""), ("", "Cy", "")]
    sendgrid.account.contacts.add(LIST, *people, ("ADA@example.org", "Ada", ""))


def test_check_and_show(run: Run) -> None:
    result = run("audience", "check", "--json")
    document = json.loads(result.stdout)
    assert (document["selected"], document["valid"], document["source"]) == (4, 2, f"SendGrid list {LIST}")
    assert result.stderr == f"SendGrid list {LIST}: SendGrid exports it; that may take some minutes\n"
    shown = run("audience", "show", "--limit", "1", "--json")
    assert json.loads(shown.stdout)["recipients"][0]["fields"]["first_name"] == "Ada"


def test_send_renders_for_and_mails_each_of_them_once(run: Run, project: Path, sendgrid: Standin) -> None:
    due(project, run, -MINUTE)
    assert run("render", "--recipient", "bob@example.com", "--out", str(project / "out")).exit_code == 0
    assert run("send", "--dry-run").exit_code == 0
    assert run("send", "--yes").exit_code == 0
    assert sendgrid.account.counts() == {"ada@example.org": 1, "bob@example.com": 1}


def test_dispatch_plans_from_it(run: Run, project: Path, sendgrid: Standin) -> None:
    due(project, run, 50 * MINUTE)
    assert run("dispatch").exit_code == 0
    assert status(run)["recipients"] == {
        "selected": 4,
        "suppressed": 0,
        "invalid": 1,
        "duplicate": 1,
        "planned": 0,
        "in_flight": 0,
        "accepted": 2,
        "rejected": 0,
        "in_doubt": 0,
        "abandoned": 0,
        "cancelled": 0,
    }


def test_a_list_that_can_not_be_read_plans_nothing(run: Run, project: Path, sendgrid: Standin) -> None:
    due(project, run, -MINUTE)
    sendgrid.account.contacts.failure = "try later"
    result = run("send", "--yes")
    assert (result.exit_code, sendgrid.account.requests) == (4, [])
    assert "its export failed: try later" in result.stderr
    del sendgrid.account.contacts.lists[LIST]
    assert run("dispatch").exit_code == 3
    assert status(run)["state"] == "new"


def test_what_no_list_can_be_is_a_fault_with_its_place(run: Run, project: Path) -> None:
    publication = project / "content/publication.yaml"
    text = publication.read_text()
    line = next(n for n, one in enumerate(text.splitlines(), 1) if LIST in one)
    publication.write_text(text.replace(LIST, "7"))
    result = run("audience", "check")
    assert result.exit_code == 3
    assert (
        f"content/publication.yaml:{line}:27: audience.sendgrid_list: '7' is not the id of a SendGrid list; "
        "copy it from the address of the list's page in SendGrid" in result.stderr
    )
    publication.write_text(text.replace("region: global", "region: eu"))
    result = run("audience", "check")
    assert result.exit_code == 3
    assert (
        f"content/publication.yaml:{line}:27: 'audience.sendgrid_list': SendGrid has no Marketing contacts "
        "in its region eu; keep the audience in a CSV file or a database" in result.stderr
    )

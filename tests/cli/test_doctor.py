"""`producthead doctor`, as an operator runs it: against the stand-in and a name server of the test's own."""

import json
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import dns.resolver
import pytest

from producthead_mail.config import Project
from producthead_mail.doctor import project as counting
from producthead_mail.doctor.account import QUESTIONS
from producthead_mail.doctor.rights import SCHEDULING, SETTLING, STOPPING
from producthead_mail.ledger.database import open_ledger
from producthead_mail.ledger.journal import Begun
from tests.cli.conftest import ROOT, Run
from tests.cli.test_reading import state_of
from tests.standin import Standin
from tests.standin.dns import NameServer, serving, zone_of

PROGRAMS = {"chromium", "spamassassin"}


@pytest.fixture(autouse=True)
def _no_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chromium and SpamAssassin take longer to say their versions than all the rest."""
    monkeypatch.setenv("PATH", "")


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Iterator[NameServer]:
    """The name server that the command line asks."""
    with serving(zone_of()) as server:
        monkeypatch.setattr(dns.resolver, "default_resolver", server.resolver())
        yield server


@pytest.fixture
def right(names: NameServer, sendgrid: Standin) -> Standin:
    """An account that is as it should be."""
    sendgrid.account.settings.domain("example.com", default=True)
    return sendgrid


def faults(output: str) -> dict[str, str]:
    """Check -> state and message of each line that is not ok, whatever programs this machine has."""
    rows = [line for line in output.splitlines() if line.startswith("  ") and not line.startswith("  ok")]
    found = {row[11:31].strip(): f"{row[2:9].strip()}: {row[31:]}" for row in rows}
    return {check: line for check, line in found.items() if check not in PROGRAMS}


@pytest.mark.usefixtures("right")
def test_where_everything_is_right_it_says_so_and_changes_nothing(run: Run, project: Path) -> None:
    before = state_of(project)
    result = run("doctor")
    assert (result.exit_code, result.stderr) == (0, "")
    assert faults(result.stdout) == {
        "region": "warning: mail goes to this machine instead of SendGrid (PRODUCTHEAD_SENDGRID_URL); "
        "unset PRODUCTHEAD_SENDGRID_URL to send",
        "tables": "skipped: there is no ledger yet",
    }
    assert result.stdout.startswith("Project\n  ok       publication         PRODUCTHEAD, from producthead@")
    assert state_of(project) == before


def test_no_secret_and_no_readers_address_is_shown(run: Run, right: Standin) -> None:
    for arguments in (["doctor"], ["doctor", "--json"]):
        result = run(*arguments)
        assert right.account.key not in result.output
        assert "@example.org" not in result.output


@pytest.mark.usefixtures("right")
def test_as_json_it_is_one_document(run: Run) -> None:
    document = json.loads(run("doctor", "--json").stdout)
    assert list(document) == ["checks", "counts"]
    assert {"group", "check", "state", "message", "remedy"} == set(document["checks"][0])
    states = [one["state"] for one in document["checks"]]
    assert document["counts"] == {name: states.count(name) for name in ("ok", "warning", "error", "skipped")}
    assert states.count("error") == 0
    groups = dict.fromkeys(one["group"] for one in document["checks"])
    assert list(groups) == ["Project", "SendGrid", "DNS", "Ledger", "Machine"]
    assert all(one["remedy"] for one in document["checks"] if one["state"] in {"warning", "error"})
    assert not any(one["remedy"] for one in document["checks"] if one["state"] == "ok")


@pytest.mark.usefixtures("right")
def test_every_check_is_documented(run: Run) -> None:
    text = (ROOT / "docs/commands.md").read_text()
    section = text.partition("\n## `producthead doctor")[2].partition("\n## ")[0]
    table = [line.split("|")[2] for line in section.splitlines() if line.startswith("| ")]
    named = [name.strip() for cell in table for name in cell.split(",")][2:]
    checks = json.loads(run("doctor", "--json").stdout)["checks"]
    assert named == [one["check"] for one in checks]


def test_every_scope_is_documented() -> None:
    text = (ROOT / "docs/commands.md").read_text()
    section = text.partition("\n## `producthead doctor")[2].partition("\n## ")[0]
    needed = {right.scope for right in (*STOPPING, *SCHEDULING, *SETTLING)}
    asked = {scope for _, scope in QUESTIONS.values()} - {"sender verification"}
    assert {scope for scope in needed | asked if f"`{scope}`" not in section} == set()


def test_without_network_and_key_what_is_left_is_checked(run: Run, names: NameServer) -> None:
    names.zone.clear()
    result = run("doctor")
    told = faults(result.stdout)
    assert result.exit_code == 0
    assert {line.partition(":")[0] for line in told.values()} == {"skipped"}
    assert told["key"] == "skipped: SENDGRID_API_KEY is not set; put it into .env, to send by SendGrid"
    assert told["credits"] == "skipped: needs the key"
    assert told["DMARC"] == "skipped: the name server here knows only names of its own"
    assert told["clock"] == "skipped: needs an answer of SendGrid, which tells the time"
    assert "publication" not in told


def test_a_fault_of_each_group_is_an_error_and_the_others_are_checked_all_the_same(
    run: Run, project: Path, right: Standin, names: NameServer
) -> None:
    (project / "content/audience/sample.csv").write_text("email\n")
    (project / "layouts/producthead/edition.mjml.j2").write_text("<mjml><mj-bdy/></mjml>")
    right.account.scopes.remove("mail.send")
    right.account.clock_ahead = -600
    del names.zone["s1._domainkey.example.com", "CNAME"]
    ledger = open_ledger("", Project(project).state / "ledger.db")
    ledger.journal.note(Begun(ledger.identity, 7, 1, 1))
    ledger.close()

    result = run("doctor")

    told = faults(result.stdout)
    assert result.exit_code == 1
    assert [check for check, line in told.items() if line.startswith("error")] == [
        "next edition",
        "audience",
        "rights to send",
        "DKIM",
        "ledger",
        "clock",
    ]
    assert told["audience"] == (
        "error: content/audience/sample.csv: a header and no rows; add a row for each recipient"
    )
    assert told["ledger"].startswith("error: the ledger is older than what was sent: batch 7-1 began and")
    assert told["clock"].startswith("error: 10 min ahead of SendGrid's: editions would go too soon; set ")


@pytest.mark.usefixtures("right")
def test_a_layout_that_the_next_edition_does_not_use_is_a_warning(run: Run, project: Path) -> None:
    (project / "layouts/announcement/edition.mjml.j2").write_text("<mjml><mj-bdy/></mjml>")
    result = run("doctor")
    told = faults(result.stdout)
    assert result.exit_code == 0
    assert told["layouts"].startswith(
        "warning: layouts/announcement/edition.mjml.j2:1:1: <mjml> has no <mj-body>"
    )
    assert "next edition" not in told


@pytest.mark.usefixtures("right")
def test_an_edition_that_cant_be_read_is_told_once(run: Run, project: Path) -> None:
    for file in (project / "content/editions").glob("*.md"):
        file.write_text("---\ntitle: A\n---\n")
    told = faults(run("doctor").stdout)
    assert told["next edition"].startswith("error: content/editions/")
    assert told["layouts"] == "skipped: the next edition can't be rendered"


@pytest.mark.usefixtures("right")
def test_a_publication_that_cant_be_used_leaves_ledger_and_machine(run: Run, project: Path) -> None:
    file = project / "content/publication.yaml"
    file.write_text(file.read_text().replace("timezone: Europe/London", "timezone: Europe/Londn"))
    result = run("doctor")
    told = faults(result.stdout)
    assert result.exit_code == 1
    assert told["publication"].startswith("error: content/publication.yaml:9:11: timezone: 'Europe/Lo")
    assert told["layouts"] == told["key"] == told["SPF"] == "skipped: publication.yaml can't be used"
    assert "ledger" not in told
    assert "packages" not in told


@pytest.mark.usefixtures("right")
def test_an_environment_that_cant_be_used_is_told(run: Run, project: Path) -> None:
    (project / ".env").write_text("PRODUCTHEAD_HEARTBEAT_URL=http://example.com\n")
    told = faults(run("doctor").stdout)
    assert told["environment"] == (
        "error: environment PRODUCTHEAD_HEARTBEAT_URL: plain http to example.com, which is not this machine; "
        "use https"
    )
    assert told["key"] == told["credits"] == told["ledger"] == "skipped: the environment can't be used"


@pytest.mark.usefixtures("right")
def test_a_folder_where_the_key_file_belongs_is_told(run: Run, project: Path) -> None:
    (project / ".env").mkdir()
    assert ".env is no file, so only the environment's variables count" in run("doctor").stdout


@pytest.mark.usefixtures("right")
def test_a_misspelt_variable_is_told_which_else_would_begin_another_ledger(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRODUCTHEAD_LEGDER", "postgresql://db/producthead")
    assert faults(run("doctor").stdout)["environment"] == (
        "warning: environment PRODUCTHEAD_LEGDER: counts for nothing; did you mean PRODUCTHEAD_LEDGER?"
    )


@pytest.mark.usefixtures("right")
def test_a_key_file_that_others_can_read_is_told(run: Run, project: Path) -> None:
    (project / ".env").write_text("SENDGRID_API_KEY=SG.standin\n")
    (project / ".env").chmod(0o644)
    assert faults(run("doctor").stdout)["environment"] == (
        "warning: .env can be read by others on this machine; chmod 600 .env"
    )


@pytest.mark.usefixtures("names")
def test_a_ledger_that_nobody_answers_for_is_an_error(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRODUCTHEAD_LEDGER", "postgresql://nobody:hush@127.0.0.1:9/none")
    result = run("doctor")
    told = faults(result.stdout)
    assert result.exit_code == 1
    assert told["ledger"].startswith("error: ledger postgresql://127.0.0.1:9/none: connection failed: ")
    assert told["ledger"].endswith("; see that the server is up and can be reached, then run it again")
    assert told["ledger clock"] == "skipped: the ledger could not be looked at"
    assert "hush" not in result.output


LIST = "b5e1f0a2-3c4d-4e5f-8a9b-0c1d2e3f4a5b"
SLOW = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000000) "
    "SELECT 'a@example.org' AS email FROM n WHERE i < 0"
)


def test_recipients_who_left_by_a_column_of_ones_own_are_a_warning(run: Run, project: Path) -> None:
    (project / "content/audience/sample.csv").write_text(
        "email,opt_out\na@example.org,no\nb@example.org,yes\n"
    )

    assert faults(run("doctor").stdout)["audience"] == (
        "warning: 2 recipients; mail also goes to 1 recipient who left (column opt_out); "
        "take them out, or let `producthead audience import` make a file without them"
    )


def with_audience(project: Path, audience: str) -> None:
    file = project / "content/publication.yaml"
    file.write_text(re.sub(r"audience: .*", f"audience: {audience}", file.read_text()))


def test_contacts_of_a_list_are_counted_and_held_against_the_credits(
    run: Run, project: Path, right: Standin
) -> None:
    with_audience(project, f"{{sendgrid_list: {LIST}}}")
    right.account.contacts.add(LIST, *[(f"a{number}@example.org", "", "") for number in range(12)])
    right.account.settings.plan, right.account.credits = 100, 10
    result = run("doctor")
    assert "ok       audience            12 recipients in SendGrid's list “Readers”\n" in result.stdout
    assert faults(result.stdout)["credits"].startswith("warning: 10 of 100 left until 2024-03-01, for 12 rec")


@pytest.mark.parametrize(
    ("contacts", "scoped", "line"),
    [
        ([], True, "error: SendGrid's list “Readers” has no contacts; add some to it"),
        (
            None,
            True,
            f"error: the account has no list {LIST}; copy audience.sendgrid_list from the address of "
            "the list's page in SendGrid",
        ),
        ([], False, "skipped: the key may not ask this; give it marketing.read"),
    ],
)
def test_a_list_that_cant_be_counted_is_told(
    run: Run, project: Path, right: Standin, contacts: list[str] | None, scoped: bool, line: str
) -> None:
    with_audience(project, f"{{sendgrid_list: {LIST}}}")
    if contacts is not None:
        right.account.contacts.add(LIST)
    if not scoped:
        right.account.scopes.remove("marketing.read")
    told = faults(run("doctor").stdout)
    assert told["audience"] == line
    assert "credits" not in told


@pytest.mark.usefixtures("names")
def test_a_list_is_not_counted_without_a_key(run: Run, project: Path) -> None:
    with_audience(project, f"{{sendgrid_list: {LIST}}}")
    told = faults(run("doctor").stdout)
    assert told["audience"] == "skipped: needs the key: it is a list of SendGrid's"


@pytest.mark.usefixtures("right")
def test_a_query_that_keeps_silent_keeps_no_other_check_from_being_made(
    run: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sqlite3.connect(project / "content/readers.db").close()
    with_audience(project, f'{{sql: "sqlite:///readers.db", query: "{SLOW}"}}')
    monkeypatch.setattr(counting, "COUNTING_SECONDS", -0.9)
    told = faults(run("doctor").stdout)
    assert told.pop("audience").startswith("skipped: nobody is counted after ")
    assert set(told) == {"region", "tables"}

"""Suppressions as a curator meets them: pulled, listed, added, and left out of a mailing."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.standin import Standin

SLUG = "2024-02-12-in-search-of-deeper-alignment"


pytestmark = pytest.mark.usefixtures("sendgrid")


@pytest.fixture(autouse=True)
def readers(project: Path) -> None:
    rows = "".join(f"{name}@example.org,{name}\n" for name in ("ada", "bob", "eve"))
    (project / "content/audience/sample.csv").write_text(f"email,first_name\n{rows}")


@pytest.fixture
def approved(run: Run) -> None:
    assert run("send", "--test", "--transport", "outbox").exit_code == 0
    assert run("approve").exit_code == 0


def people(run: Run) -> dict[str, int]:
    found = json.loads(run("status", "--json").stdout)
    assert found["balanced"]
    return {name: number for name, number in found["recipients"].items() if number}


def kinds(run: Run, *command: str) -> dict[str, int]:
    result = run("suppressions", *command, "--json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)["kinds"]


def test_nothing_is_known_at_first_and_listing_makes_no_ledger(run: Run, project: Path) -> None:
    assert kinds(run, "list") == {}
    assert "no suppressions are known" in run("suppressions", "list").stderr
    assert json.loads(run("suppressions", "list", "ADA@Example.org", "--json").stdout) == {
        "recipient": "ADA@example.org",
        "suppressed": False,
        "suppressions": [],
    }
    assert "nothing keeps this address" in run("suppressions", "list", "ada@example.org").stderr
    assert not (project / ".producthead").exists()


def test_pulled_suppressions_are_counted_and_told_by_address(run: Run, sendgrid: Standin) -> None:
    sendgrid.account.suppress("bounces", "ada@example.org", "550 <ada@example.org> unknown")
    sendgrid.account.groups[12345].add("Ada@example.org")
    assert kinds(run, "pull") == {"asm:12345": 1, "bounce": 1}
    assert run("suppressions", "list").stdout == "        1  asm:12345\n        1  bounce\n"
    shown = run("suppressions", "list", "ada@example.org").stdout.splitlines()
    assert [line.rpartition(",")[0] for line in shown] == [
        "asm:12345: left the unsubscribe group",
        "bounce: bounced: 550 <[address]> unknown",
    ]
    sendgrid.account.forgive("bounces", "ada@example.org")
    assert kinds(run, "pull") == {"asm:12345": 1}


def test_no_address_is_in_the_ledger(run: Run, sendgrid: Standin, project: Path) -> None:
    sendgrid.account.suppress("bounces", "zoe@example.net", "550 <zoe@example.net> unknown")
    assert run("suppressions", "pull").exit_code == 0
    assert run("suppressions", "add", "max@example.net", "--reason", "max@example.net wrote").exit_code == 0
    files = [file for file in (project / ".producthead").rglob("*") if file.is_file()]
    assert files
    assert not any(b"example.net" in file.read_bytes() for file in files)


def test_one_of_your_own_stays_whatever_sendgrid_says(run: Run) -> None:
    result = run("suppressions", "add", "ada@example.org", "ADA@example.org", "--reason", "asked by post")
    assert (result.exit_code, result.stderr) == (0, "1 recipient will get nothing from now on\n")
    assert kinds(run, "pull") == {"local": 1}
    assert run("suppressions", "list", "ada@example.org").stdout.startswith("local: asked by post, 20")


def test_bad_addresses_are_all_told_and_none_is_added(run: Run) -> None:
    result = run("suppressions", "add", "ada@example.org", "nobody", "also nobody")
    assert result.exit_code == 3
    assert result.stderr.count("is no address") == 2
    assert kinds(run, "list") == {}
    assert run("suppressions", "list", "nobody").exit_code == 3
    assert run("suppressions", "add").exit_code == 2


@pytest.mark.usefixtures("approved")
def test_the_suppressed_get_nothing_and_the_account_says_why(run: Run, sendgrid: Standin) -> None:
    sendgrid.account.suppress("bounces", "BOB@example.org")
    run("suppressions", "add", "eve@example.org")
    sendgrid.account.suppress("blocks", "ada@example.org")
    assert run("send", "--yes").exit_code == 0
    assert dict(sendgrid.account.counts()) == {"ada@example.org": 1}
    assert people(run) == {"selected": 3, "suppressed": 2, "accepted": 1}
    (told,) = json.loads(run("status", "--recipient", "bob@example.org", "--json").stdout)["editions"]
    assert (told["edition"], told["state"], told["reason"]) == (
        SLUG,
        "suppressed",
        "bounced: 550 no such user",
    )
    (told,) = json.loads(run("status", "--recipient", "eve@example.org", "--json").stdout)["editions"]
    assert (told["state"], told["reason"]) == ("suppressed", "added by hand")


@pytest.mark.usefixtures("approved")
def test_where_the_lists_cannot_be_read_nothing_is_planned(run: Run, sendgrid: Standin) -> None:
    del sendgrid.account.groups[12345]
    result = run("send", "--yes")
    assert (result.exit_code, people(run), sendgrid.account.requests) == (4, {}, [])
    assert "no unsubscribe group 12345; mend unsubscribe.asm_group" in result.stderr
    sendgrid.account.groups[12345] = set()
    assert run("send", "--yes").exit_code == 0
    assert people(run) == {"selected": 3, "accepted": 3}


@pytest.mark.usefixtures("approved")
def test_who_is_suppressed_after_an_edition_was_planned_still_gets_it_and_that_is_said(
    run: Run, sendgrid: Standin
) -> None:
    sendgrid.account.credits = 0
    assert run("send", "--yes").exit_code == 4
    add = ("suppressions", "add", "EVE@example.org", "bob@example.org", "new@example.org")
    assert run(*add).stderr == (
        "3 recipients will get nothing from now on\n"
        f"but {SLUG} was planned before and goes to 2 recipients of these; only `producthead cancel {SLUG}`, "
        "which stops it for all, would change that\n"
    )
    sendgrid.account.credits = None
    assert run("send", "--yes").exit_code == 0
    assert people(run) == {"selected": 3, "accepted": 3}
    assert run(*add).stderr == "3 recipients will get nothing from now on\n"


@pytest.mark.usefixtures("approved")
def test_a_rehearsal_goes_by_what_the_ledger_knows(run: Run, sendgrid: Standin) -> None:
    sendgrid.account.suppress("bounces", "bob@example.org")
    run("suppressions", "add", "eve@example.org")
    sendgrid.seen.clear()
    found = json.loads(run("send", "--dry-run", "--json").stdout)["recipients"]
    assert found == {"selected": 3, "suppressed": 1, "invalid": 0, "duplicate": 0, "planned": 2}
    assert sendgrid.seen == []
    assert run("send", "--sandbox").exit_code == 0
    assert sendgrid.seen == [("POST", "/v3/mail/send")]


@pytest.mark.usefixtures("approved")
def test_the_outbox_asks_sendgrid_nothing(run: Run, sendgrid: Standin, project: Path) -> None:
    run("suppressions", "add", "eve@example.org")
    sendgrid.seen.clear()
    assert run("send", "--yes", "--transport", "outbox").exit_code == 0
    assert (sendgrid.seen, people(run)) == ([], {"selected": 3, "suppressed": 1, "accepted": 2})


@pytest.mark.usefixtures("approved")
def test_an_audience_of_nobody_but_the_suppressed_is_refused(run: Run) -> None:
    run("suppressions", "add", "ada@example.org", "bob@example.org", "eve@example.org")
    result = run("send", "--yes")
    assert (result.exit_code, people(run)) == (1, {})
    assert "nobody is left to send to" in result.stderr

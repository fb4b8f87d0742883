"""`send --top-up`: who was added since gets the same bytes, and nobody gets them twice."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.standin import Fault, Kind, Standin, rules

SLUG = "2024-02-12-in-search-of-deeper-alignment"


pytestmark = pytest.mark.usefixtures("sendgrid")


@pytest.fixture
def approved(run: Run, project: Path, sendgrid: Standin) -> None:
    audience(project, "ada", "bob")
    assert run("send", "--test", "--transport", "outbox").exit_code == 0
    assert run("approve").exit_code == 0


@pytest.fixture
def sent(run: Run, approved: None) -> None:
    assert run("send", "--yes").exit_code == 0


def audience(project: Path, *names: str) -> None:
    rows = "".join(f"{name if '@' in name else name + '@example.org'},{name}\n" for name in names)
    (project / "content/audience/sample.csv").write_text(f"email,first_name\n{rows}")


def people(run: Run) -> dict[str, int]:
    found = json.loads(run("status", "--json").stdout)
    assert found["balanced"]
    return {name: number for name, number in found["recipients"].items() if number}


def received(run: Run, name: str) -> list[tuple[str, str]]:
    found = json.loads(run("status", "--recipient", f"{name}@example.org", "--json").stdout)
    return [(one["state"], one["batch"]) for one in found["editions"]]


def mails(sendgrid: Standin) -> dict[str, int]:
    return {email.partition("@")[0]: number for email, number in sorted(sendgrid.account.counts().items())}


@pytest.mark.usefixtures("sent")
def test_who_was_added_gets_the_same_bytes_and_the_others_nothing(
    run: Run, project: Path, sendgrid: Standin
) -> None:
    audience(project, "ada", "bob", "eve", "zoe")
    edition = project / "content/editions" / f"{SLUG}.md"
    edition.write_text(edition.read_text().replace("deeper alignment", "deeper agreement"))
    result = run("send", "--yes", "--top-up")
    assert (result.exit_code, mails(sendgrid)) == (0, {"ada": 1, "bob": 1, "eve": 1, "zoe": 1})
    assert "2 recipients added since" in result.stderr
    first, second = sendgrid.account.requests
    assert first["content"] == second["content"]
    assert people(run) == {"selected": 4, "accepted": 4}
    assert (received(run, "ada"), received(run, "zoe")) == ([("accepted", "1-1")], [("accepted", "2-1")])


@pytest.mark.usefixtures("sent")
def test_a_second_top_up_sends_nothing(run: Run, project: Path, sendgrid: Standin) -> None:
    audience(project, "ada", "bob", "eve")
    for _ in range(3):
        result = run("send", "--yes", "--top-up")
        assert result.exit_code == 0
    assert "nobody was added since" in result.stderr
    assert mails(sendgrid) == {"ada": 1, "bob": 1, "eve": 1}
    assert people(run) == {"selected": 3, "accepted": 3}
    audience(project, "zoe", "ada", "ADA")
    assert run("send", "--yes", "--top-up").exit_code == 0
    assert mails(sendgrid) == {"ada": 1, "bob": 1, "eve": 1, "zoe": 1}
    assert people(run) == {"selected": 5, "duplicate": 1, "accepted": 4}


@pytest.mark.usefixtures("approved")
def test_what_was_left_out_is_counted_once(run: Run, project: Path, sendgrid: Standin) -> None:
    audience(project, "ada", "no@where", "ADA", "bob")
    sendgrid.account.suppress("bounces", "bob@example.org")
    assert run("send", "--yes").exit_code == 0
    before = {"selected": 4, "suppressed": 1, "invalid": 1, "duplicate": 1, "accepted": 1}
    assert people(run) == before
    assert run("send", "--yes", "--top-up").exit_code == 0
    assert people(run) == before
    sendgrid.account.suppress("unsubscribes", "ada@example.org")
    audience(project, "ada", "no@where", "ADA", "bob", "eve", "no@body", "Eve")
    assert run("send", "--yes", "--top-up").exit_code == 0
    assert people(run) == {"selected": 7, "suppressed": 1, "invalid": 2, "duplicate": 2, "accepted": 2}
    assert received(run, "ada") == [("accepted", "1-1")]


@pytest.mark.usefixtures("sent")
def test_the_newly_suppressed_are_left_out_of_a_top_up(run: Run, project: Path, sendgrid: Standin) -> None:
    sendgrid.account.groups[12345].add("zoe@example.org")
    audience(project, "ada", "bob", "eve", "zoe")
    assert run("send", "--yes", "--top-up").exit_code == 0
    assert mails(sendgrid) == {"ada": 1, "bob": 1, "eve": 1}
    assert people(run) == {"selected": 4, "suppressed": 1, "accepted": 3}


@pytest.mark.usefixtures("sent")
def test_where_only_suppressed_ones_were_added_nothing_is_planned(
    run: Run, project: Path, sendgrid: Standin
) -> None:
    sendgrid.account.groups[12345].add("zoe@example.org")
    audience(project, "ada", "bob", "zoe")
    result = run("send", "--yes", "--top-up")
    assert (result.exit_code, people(run)) == (0, {"selected": 2, "accepted": 2})
    assert "nobody was added since; 1 suppressed left out" in result.stderr


@pytest.mark.usefixtures("approved")
def test_whoever_is_in_doubt_is_not_sent_to_again(run: Run, project: Path, sendgrid: Standin) -> None:
    sendgrid.script([Kind.CLOSE_AFTER])
    assert run("send", "--yes").exit_code == 5
    audience(project, "ada", "bob", "eve")
    assert run("send", "--yes", "--top-up").exit_code == 5
    assert mails(sendgrid) == {"eve": 1}
    assert people(run) == {"selected": 3, "in_doubt": 2, "accepted": 1}


@pytest.mark.usefixtures("approved")
def test_whoever_was_rejected_is_tried_again(run: Run, project: Path, sendgrid: Standin) -> None:
    sendgrid.script([Fault(Kind.STATUS, status=400, errors=(rules.error("bad", "subject"),))])
    assert run("send", "--yes").exit_code == 5
    assert run("send", "--yes", "--top-up").exit_code == 5
    assert mails(sendgrid) == {"ada": 1, "bob": 1}
    assert people(run) == {"selected": 4, "rejected": 2, "accepted": 2}
    assert received(run, "ada") == [("accepted", "2-1")]
    run("send", "--yes", "--top-up")
    assert mails(sendgrid) == {"ada": 1, "bob": 1}


@pytest.mark.usefixtures("approved")
def test_an_address_that_sendgrid_refused_is_not_tried_again(
    run: Run, project: Path, sendgrid: Standin
) -> None:
    refusal = rules.error("no valid address", "personalizations.0.to.0.email")
    sendgrid.script([Fault(Kind.STATUS, status=400, errors=(refusal,))])
    assert run("send", "--yes").exit_code == 0
    assert people(run) == {"selected": 2, "invalid": 1, "accepted": 1}
    assert run("send", "--yes", "--top-up").exit_code == 0
    assert people(run) == {"selected": 2, "invalid": 1, "accepted": 1}


@pytest.mark.usefixtures("approved")
def test_an_unfinished_edition_is_finished_with_its_top_up(
    run: Run, project: Path, sendgrid: Standin
) -> None:
    refusal = Fault(Kind.STATUS, status=401, errors=(rules.error("bad key"),))
    sendgrid.script([refusal])
    assert run("send", "--yes").exit_code == 4
    audience(project, "ada", "bob", "eve")
    sendgrid.script([refusal])
    assert run("send", "--yes", "--top-up").exit_code == 4
    assert people(run) == {"selected": 3, "planned": 3}
    assert run("send", "--yes").exit_code == 0
    assert mails(sendgrid) == {"ada": 1, "bob": 1, "eve": 1}
    assert people(run) == {"selected": 3, "accepted": 3}


@pytest.fixture
def waiting(run: Run, project: Path, approved: None) -> None:
    """An edition that waits for its hour, with a part that was added to it."""
    ahead = (datetime.now(UTC) + timedelta(hours=2)).isoformat(timespec="seconds")
    assert run("send", "--yes", "--at", ahead).exit_code == 0
    audience(project, "ada", "bob", "eve")
    assert run("send", "--yes", "--top-up").exit_code == 0


@pytest.mark.usefixtures("waiting")
def test_a_top_up_of_an_edition_that_waits_goes_at_the_same_hour(run: Run, sendgrid: Standin) -> None:
    first, second = sendgrid.account.requests
    assert first["send_at"] == second["send_at"]
    assert first["batch_id"] != second["batch_id"]
    assert json.loads(run("status", "--json").stdout)["state"] == "scheduled"
    assert people(run) == {"selected": 3, "accepted": 3}


@pytest.mark.usefixtures("waiting")
def test_cancelling_takes_back_every_part(run: Run, sendgrid: Standin) -> None:
    assert run("cancel").exit_code == 0
    assert people(run) == {"selected": 3, "cancelled": 3}
    assert json.loads(run("status", "--json").stdout)["state"] == "cancelled"
    assert sorted(sendgrid.account.scheduled.values()) == ["cancel", "cancel"]
    assert mails(sendgrid) == {}


@pytest.mark.usefixtures("waiting")
def test_pausing_holds_every_part_and_resuming_lets_it_go(run: Run, sendgrid: Standin) -> None:
    assert run("pause").exit_code == 0
    assert sorted(sendgrid.account.scheduled.values()) == ["pause", "pause"]
    assert run("resume").exit_code == 0
    assert sendgrid.account.scheduled == {}
    assert mails(sendgrid) == {"ada": 1, "bob": 1, "eve": 1}


@pytest.mark.usefixtures("sent")
def test_a_suppression_pull_that_fails_plans_nothing(run: Run, project: Path, sendgrid: Standin) -> None:
    audience(project, "ada", "bob", "eve")
    del sendgrid.account.groups[12345]
    assert run("send", "--yes", "--top-up").exit_code == 4
    assert people(run) == {"selected": 2, "accepted": 2}


@pytest.mark.usefixtures("approved")
def test_what_was_not_sent_cannot_be_topped_up(run: Run) -> None:
    result = run("send", "--yes", "--top-up")
    assert (result.exit_code, people(run)) == (1, {})
    assert "not sent yet; leave out --top-up" in result.stderr


@pytest.mark.usefixtures("sent")
def test_a_top_up_asks_first(run: Run, project: Path, sendgrid: Standin) -> None:
    audience(project, "ada", "bob", "eve")
    assert run("send", "--top-up").exit_code == 2
    assert mails(sendgrid) == {"ada": 1, "bob": 1}


@pytest.mark.parametrize("others", [["--test"], ["--dry-run"], ["--sandbox"], ["--now"], ["--at", "07:00"]])
def test_a_top_up_goes_with_nothing_else(run: Run, others: list[str]) -> None:
    assert run("send", "--top-up", *others).exit_code == 2


@pytest.mark.usefixtures("approved")
def test_what_was_cancelled_is_not_topped_up(run: Run, project: Path, sendgrid: Standin) -> None:
    sendgrid.script([Fault(Kind.STATUS, status=401, errors=(rules.error("bad key"),))])
    assert run("send", "--yes").exit_code == 4
    assert run("pause").exit_code == 0
    assert run("send", "--yes", "--top-up").exit_code == 1
    assert run("cancel").exit_code == 0
    result = run("send", "--yes", "--top-up")
    assert (result.exit_code, mails(sendgrid)) == (1, {})
    assert "cancelled; what was cancelled is not sent" in result.stderr


@pytest.mark.usefixtures("approved")
def test_a_rehearsal_is_topped_up_by_itself(run: Run, project: Path, sendgrid: Standin) -> None:
    assert run("send", "--yes", "--transport", "outbox").exit_code == 0
    audience(project, "ada", "bob", "eve")
    assert run("send", "--yes", "--transport", "outbox", "--top-up").exit_code == 0
    assert people(run) == {"selected": 3, "accepted": 3}
    assert run("send", "--yes").exit_code == 0
    assert mails(sendgrid) == {"ada": 1, "bob": 1, "eve": 1}


def test_doubt_about_the_first_part_is_called_back_though_there_is_a_second(
    run: Run, project: Path, sendgrid: Standin, approved: None
) -> None:
    at = datetime.now(UTC) + timedelta(hours=1)
    for _ in range(10):
        sendgrid.account.scheduled[sendgrid.account.new_batch()] = "cancel"
    sendgrid.script([Fault(Kind.CLOSE_AFTER)])
    assert run("send", "--yes", "--at", at.isoformat(timespec="seconds")).exit_code == 5
    audience(project, "ada", "bob", "eve")
    assert run("send", "--yes", "--top-up").exit_code == 5
    assert people(run) == {"selected": 3, "in_doubt": 2, "accepted": 1}
    sendgrid.account.scheduled.clear()
    assert run("dispatch").exit_code == 0
    assert (people(run), mails(sendgrid)) == ({"selected": 3, "accepted": 3}, {"ada": 1, "bob": 1, "eve": 1})

"""From test send to account, as a curator runs it: against the stand-in and into the outbox."""

import json
import os
import signal
import subprocess
import sys
import time
import zlib
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlalchemy import select

from producthead_mail.ledger import plans
from producthead_mail.ledger.database import Ledger
from producthead_mail.ledger.schema import send
from tests.cli.conftest import Run
from tests.standin import Fault, Kind, Standin, rules

SLUG = "2024-02-12-in-search-of-deeper-alignment"


pytestmark = pytest.mark.usefixtures("sendgrid")


@pytest.fixture
def approved(run: Run) -> None:
    assert run("send", "--test", "--transport", "outbox").exit_code == 0
    assert run("approve").exit_code == 0


def audience(project: Path, count: int) -> None:
    rows = "".join(f"reader{n}@example.org,Reader {n}\n" for n in range(count))
    (project / "content/audience/sample.csv").write_text(f"email,first_name\n{rows}")


def status(run: Run) -> dict[str, object]:
    found = json.loads(run("status", "--json").stdout)
    assert found["balanced"]
    return found


def people(run: Run) -> dict[str, int]:
    found = status(run)["recipients"]
    assert isinstance(found, dict)
    return {name: number for name, number in found.items() if number}


def test_a_test_goes_to_the_test_recipients_with_a_mark(run: Run, sendgrid: Standin) -> None:
    result = run("send", "--test", "--json")
    document = json.loads(result.stdout)
    assert (document["edition"], document["transport"], document["to"]) == (
        SLUG,
        "sendgrid",
        ["curator@example.com"],
    )
    (request,) = sendgrid.account.requests
    assert request["subject"].startswith("[TEST] PRODUCTHEAD: ")
    assert request["categories"] == ["producthead", "test"]
    (tested,) = status(run)["tests"]
    assert (tested["to"], tested["digest"]) == (["curator@example.com"], document["digest"])


def test_a_test_can_go_to_others(run: Run, sendgrid: Standin) -> None:
    run("send", "--test", "--to", "a@example.org", "--to", "A@Example.org", "--to", "b@example.org")
    assert sorted(sendgrid.account.counts()) == ["a@example.org", "b@example.org"]


def test_a_bad_test_address_is_told_before_anything_is_sent(run: Run, sendgrid: Standin) -> None:
    result = run("send", "--test", "--to", "nobody", "--to", "b@example.org")
    assert (result.exit_code, sendgrid.account.requests) == (3, [])
    assert "--to: 'nobody' is no address" in result.stderr


@pytest.mark.parametrize(
    ("fault", "code", "words"),
    [
        (Fault(Kind.LOST), 5, "may or may not have been sent"),
        (
            Fault(Kind.STATUS, status=400, errors=(rules.error("bad", "subject"),)),
            1,
            "refused: SendGrid answered 400",
        ),
        (Fault(Kind.STATUS, status=401, errors=(rules.error("bad key"),)), 4, "check SENDGRID_API_KEY"),
    ],
    ids=["lost", "400", "401"],
)
def test_a_test_that_was_not_taken_is_not_recorded(
    run: Run, sendgrid: Standin, fault: Fault, code: int, words: str
) -> None:
    sendgrid.script([fault])
    result = run("send", "--test")
    assert (result.exit_code, words in result.stderr) == (code, True)
    assert status(run)["tests"] == []
    assert run("approve").exit_code == 1


def test_only_what_was_tested_can_be_approved_and_only_that_is_sent(run: Run, project: Path) -> None:
    edition = project / "content/editions" / f"{SLUG}.md"
    assert run("approve").exit_code == 1
    run("send", "--test")
    edition.write_text(edition.read_text().replace("deeper alignment", "deeper agreement"))
    result = run("approve")
    assert (result.exit_code, "were never test-sent" in result.stderr) == (1, True)
    run("send", "--test")
    assert run("approve").exit_code == 0
    edition.write_text(edition.read_text().replace("deeper agreement", "deeper alignment"))
    result = run("send", "--yes")
    assert (result.exit_code, "changed since it was approved" in result.stderr) == (1, True)
    assert not people(run)


def test_an_untested_approval_wants_a_reason(run: Run) -> None:
    assert run("approve", "--untested", " ").exit_code == 2
    assert run("approve", "--untested", "the API is down").exit_code == 0


def test_an_edition_with_an_error_is_neither_approved_nor_sent(run: Run, project: Path) -> None:
    edition = project / "content/editions" / f"{SLUG}.md"
    edition.write_text(edition.read_text().replace("\ndate:", "\nsubject: Dear {{ first_name }}\ndate:", 1))
    for command in (
        ["approve", "--untested", "x"],
        ["send", "--yes"],
        ["send", "--dry-run"],
        ["send", "--sandbox"],
    ):
        result = run(*command)
        assert (result.exit_code, "merge" in result.stdout) == (1, True), command


@pytest.mark.usefixtures("approved")
def test_what_was_tested_is_byte_for_byte_what_is_sent(run: Run, sendgrid: Standin) -> None:
    run("send", "--test")
    assert run("send", "--yes").exit_code == 0
    tested, sent = sendgrid.account.requests
    assert tested["content"] == sent["content"]
    assert tested["subject"] == f"[TEST] {sent['subject']}"
    assert (tested["from"], tested["reply_to"], tested["asm"]) == (
        sent["from"],
        sent["reply_to"],
        sent["asm"],
    )


@pytest.mark.usefixtures("approved")
def test_sending_again_sends_nothing(run: Run, sendgrid: Standin) -> None:
    assert run("send", "--yes").exit_code == 0
    again = run("send", "--yes")
    assert (again.exit_code, len(sendgrid.account.requests)) == (0, 1)
    assert "nothing is left to send" in again.stderr
    assert people(run) == {"selected": 14, "accepted": 14}


@pytest.mark.usefixtures("approved")
def test_without_a_terminal_nothing_is_sent_unasked(run: Run, sendgrid: Standin) -> None:
    result = run("send")
    assert (result.exit_code, sendgrid.account.requests) == (2, [])
    assert "add --yes" in result.stderr
    assert status(run)["state"] == "new"


def test_modes_do_not_mix(run: Run) -> None:
    assert run("send", "--test", "--dry-run").exit_code == 2
    assert run("send", "--to", "a@example.org").exit_code == 2
    assert run("send", "--sandbox", "--out", "x").exit_code == 2


@pytest.mark.usefixtures("approved")
def test_a_dry_run_writes_the_bytes_that_leave_later(run: Run, project: Path, sendgrid: Standin) -> None:
    audience(project, 1500)
    result = run("send", "--dry-run", "--json")
    document = json.loads(result.stdout)
    assert (document["batches"], document["cost"], document["problems"]) == (2, {"credits": 1500}, [])
    assert sendgrid.seen == []
    written = [json.loads(path.read_bytes()) for path in sorted(Path(document["out"]).iterdir())]
    run("send", "--yes")
    sent = sorted(sendgrid.account.requests, key=lambda body: str(body["personalizations"][0]["custom_args"]))
    assert written == sent


def test_a_dry_run_without_a_ledger_makes_none(run: Run, project: Path) -> None:
    assert run("send", "--dry-run", "--out", str(project / "requests")).exit_code == 0
    assert [path.name for path in (project / "requests").iterdir()] == ["request-0001.json"]
    assert not (project / ".producthead").exists()


@pytest.mark.usefixtures("approved")
def test_the_sandbox_takes_every_request_and_delivers_none(
    run: Run, project: Path, sendgrid: Standin
) -> None:
    audience(project, 1500)
    result = run("send", "--sandbox", "--json")
    assert json.loads(result.stdout)["accepted"] == 2
    assert (result.exit_code, len(sendgrid.seen), sendgrid.account.accepted) == (0, 2, [])
    assert not people(run)


@pytest.mark.usefixtures("approved")
def test_a_missing_key_is_told_before_anything_is_planned(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SENDGRID_API_KEY")
    result = run("send", "--yes")
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (
        3,
        "environment SENDGRID_API_KEY: missing; put it into the environment or the project's .env; "
        "`send --transport outbox` needs none",
    )
    assert not people(run)


@pytest.mark.usefixtures("approved")
def test_invalid_and_duplicate_rows_are_counted_and_get_nothing(
    run: Run, project: Path, sendgrid: Standin
) -> None:
    (project / "content/audience/sample.csv").write_text(
        "email,first_name\na@example.org,A\nnobody,N\nA@EXAMPLE.org,A\nb@example.org,B\n,\n"
    )
    assert run("send", "--yes").exit_code == 0
    assert people(run)["accepted"] == 2
    assert people(run)["duplicate"] == 1
    assert sorted(sendgrid.account.counts()) == ["a@example.org", "b@example.org"]
    told = json.loads(run("status", "--recipient", "A@example.ORG", "--json").stdout)
    assert [(one["edition"], one["state"], one["batch"]) for one in told["editions"]] == [
        (SLUG, "accepted", "1-1")
    ]
    assert json.loads(run("status", "--recipient", "x@example.org", "--json").stdout)["editions"] == []


@pytest.mark.usefixtures("approved")
@pytest.mark.parametrize("how", ["--yes", "--dry-run", "--sandbox"])
def test_an_audience_of_invalid_rows_is_bad_input_and_leaves_no_plan(
    run: Run, project: Path, sendgrid: Standin, how: str
) -> None:
    audience = project / "content/audience/sample.csv"
    audience.write_text("email,first_name\nnobody,A\n,B\n")
    result = run("send", how)
    assert (result.exit_code, result.stderr) == (
        3,
        f"{audience}:2: no row is a recipient; this one: An email address must have an @-sign; "
        "mend the rows; `producthead audience check` shows them\n",
    )
    assert (status(run)["state"], sendgrid.account.counts()) == ("new", {})


@pytest.mark.usefixtures("approved")
def test_a_row_too_large_is_named_by_its_line_and_nothing_is_planned(run: Run, project: Path) -> None:
    (project / "content/audience/sample.csv").write_text(
        f"email,first_name\na@example.org,A\nb@example.org,{'x' * 20_000}\n"
    )
    rewrite(project, run, "subject: For [[ first_name ]]")
    result = run("send", "--yes")
    assert (result.exit_code, "audience:3: " in result.stderr) == (3, True)
    assert status(run)["state"] == "new"


@pytest.mark.usefixtures("approved")
def test_what_was_planned_is_sent_whatever_became_of_the_files(
    run: Run, project: Path, sendgrid: Standin
) -> None:
    sendgrid.script([Fault(Kind.STATUS, status=401, errors=(rules.error("Maximum credits exceeded"),))])
    stopped = run("send", "--yes")
    assert (stopped.exit_code, "wait until the credits renew" in stopped.stderr) == (4, True)
    edition = project / "content/editions" / f"{SLUG}.md"
    edition.write_text(edition.read_text().replace("In search of deeper alignment", "Something else"))
    resumed = run("send", "--yes")
    assert (resumed.exit_code, "its files have changed since" in resumed.stderr) == (0, True)
    (request,) = sendgrid.account.requests
    assert "deeper alignment" in request["subject"]
    assert people(run) == {"selected": 14, "accepted": 14}


@pytest.mark.usefixtures("approved")
def test_what_was_planned_is_sent_though_its_file_and_layout_are_gone(
    run: Run, project: Path, sendgrid: Standin
) -> None:
    sendgrid.script([Fault(Kind.STATUS, status=401)])
    assert run("send", "--yes").exit_code == 4
    (project / "content/editions" / f"{SLUG}.md").unlink()
    (project / "layouts").rename(project / "gone")
    assert run("send", SLUG, "--yes").exit_code == 0
    assert [count for count in sendgrid.account.counts().values() if count != 1] == []
    assert len(sendgrid.account.accepted) == 14


@pytest.mark.usefixtures("approved")
def test_doubt_is_shown_and_exits_5(run: Run, sendgrid: Standin) -> None:
    sendgrid.script([Fault(Kind.LOST)])
    result = run("send", "--yes", "--json")
    assert result.exit_code == 5
    document = json.loads(result.stdout)
    assert (document["state"], document["recipients"]["in_doubt"]) == ("attention", 14)
    (doubt,) = document["doubts"]
    assert (doubt["batch"], doubt["recipients"]) == ("1-1", 14)
    assert run("send", "--yes").exit_code == 5
    assert len(sendgrid.account.requests) == 1


@pytest.mark.usefixtures("approved")
def test_the_outbox_holds_one_mail_for_each_and_keeps_nobody_from_the_real_one(
    run: Run, project: Path, sendgrid: Standin
) -> None:
    assert run("send", "--yes", "--transport", "outbox").exit_code == 0
    folder = project / ".producthead/outbox" / SLUG
    mails = [
        message_from_bytes(path.read_bytes(), policy=policy.default) for path in folder.glob("1-1-*.eml")
    ]
    assert len({mail["To"] for mail in mails}) == 14
    assert status(run)["transport"] == "outbox"
    assert run("send", "--yes").exit_code == 0
    assert len(sendgrid.account.accepted) == 14
    assert status(run)["transport"] == "sendgrid"


@pytest.mark.usefixtures("approved")
def test_mail_for_a_later_hour_is_handed_over_with_it(run: Run, project: Path, sendgrid: Standin) -> None:
    at = int(time.time()) + 3 * 3600
    rewrite(project, run, time.strftime("send_at: %Y-%m-%d %H:%M:%S+00:00", time.gmtime(at)))
    assert run("send", "--yes").exit_code == 0
    assert [request["send_at"] for request in sendgrid.account.requests if "send_at" in request] == [at]
    assert status(run)["state"] == "scheduled"


@pytest.mark.usefixtures("approved")
def test_mail_more_than_72_hours_ahead_is_refused(run: Run, project: Path, sendgrid: Standin) -> None:
    rewrite(project, run, "send_at: 2124-02-12 07:00")
    result = run("send", "--yes")
    assert (result.exit_code, "at most 72 hours" in result.stderr) == (1, True)
    assert sendgrid.account.accepted == []


@pytest.mark.usefixtures("approved")
def test_the_outbox_takes_mail_for_any_hour(run: Run, project: Path) -> None:
    rewrite(project, run, "send_at: 2124-02-12 07:00")
    assert run("send", "--yes", "--transport", "outbox").exit_code == 0
    assert people(run) == {"selected": 14, "accepted": 14}


@pytest.mark.usefixtures("approved")
def test_a_slot_without_a_field_is_bad_input_and_nothing_is_planned(run: Run, project: Path) -> None:
    rewrite(project, run, "subject: For [[ frist_name ]]", approve=False)
    for command in (["send", "--yes"], ["send", "--dry-run"], ["send", "--test"], ["approve"], ["check"]):
        result = run(*command)
        assert (result.exit_code, "did you mean 'first_name'" in result.output) == (3, True), command
    assert status(run)["state"] == "new"


def rewrite(project: Path, run: Run, line: str, *, approve: bool = True) -> None:
    """Adds the line to the front matter, then tests and approves what came of it."""
    edition = project / "content/editions" / f"{SLUG}.md"
    edition.write_text(edition.read_text().replace("\ndate:", f"\n{line}\ndate:", 1))
    if approve:
        run("send", "--test", "--transport", "outbox")
        assert run("approve").exit_code == 0


@pytest.mark.usefixtures("approved")
def test_killed_in_the_middle_and_run_again_nobody_gets_it_twice(
    run: Run, project: Path, sendgrid: Standin
) -> None:
    audience(project, 2500)
    sendgrid.script([None, Fault(Kind.SLOW, seconds=5), Fault(Kind.SLOW, seconds=5)])
    process = start(project)
    wait_for(lambda: len(sendgrid.account.requests) == 1 and mails(sendgrid) == 3)
    wait_for(lambda: people(run).get("accepted") in (500, 1000))
    process.kill()
    process.wait()
    after = people(run)
    assert after["accepted"] + after["in_doubt"] == 2500
    assert run("send", "--yes").exit_code == 5
    assert people(run) == after
    wait_for(lambda: len(sendgrid.account.requests) == 3)
    counts = sendgrid.account.counts()
    assert (len(counts), max(counts.values())) == (2500, 1)


@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.usefixtures("approved")
def test_interrupted_it_finishes_what_is_in_flight_and_goes_on_later(
    run: Run, project: Path, sendgrid: Standin, kind: signal.Signals
) -> None:
    audience(project, 6000)
    sendgrid.script([Fault(Kind.SLOW, seconds=1)] * 4)
    process = start(project)
    wait_for(lambda: mails(sendgrid) == 4)
    process.send_signal(kind)
    assert process.wait() == 130
    assert people(run) == {"selected": 6000, "planned": 2000, "accepted": 4000}
    assert run("send", "--yes").exit_code == 0
    assert people(run) == {"selected": 6000, "accepted": 6000}
    assert max(sendgrid.account.counts().values()) == 1


def mails(sendgrid: Standin) -> int:
    """How many requests to send mail there were, whatever came of them."""
    return sendgrid.seen.count(("POST", "/v3/mail/send"))


def start(project: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "producthead_mail", "--project", str(project), "send", "--yes"]
    return subprocess.Popen(
        command, env=dict(os.environ), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def wait_for(condition: object, seconds: float = 20) -> None:
    assert callable(condition)
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.usefixtures("approved")
def test_json_logs_tell_each_attempt_by_its_ids_and_no_address(
    project: Path, run: Run, sendgrid: Standin
) -> None:
    audience(project, 2500)
    sendgrid.script([None, Kind.CLOSE_AFTER])
    result = run("--log-format", "json", "send", "--yes")
    assert "@" not in result.stderr
    lines = [json.loads(line) for line in result.stderr.splitlines()]
    attempts = sorted((one["batch"], one["attempt"]) for one in lines if "batch" in one)
    assert attempts == [("1-1", 1), ("1-2", 1), ("1-3", 1)]
    assert {one["edition"] for one in lines if "batch" in one} == {SLUG}


@pytest.mark.usefixtures("approved")
def test_who_plans_second_is_told_of_the_hour_that_holds(
    run: Run, project: Path, sendgrid: Standin, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish = plans.publish_plan

    def overtaken(ledger: Ledger, send_id: int) -> bool:
        with ledger.reading() as connection:
            packed = connection.execute(select(send.c.message).where(send.c.id == send_id)).scalar_one()
        other = plans.start_plan(
            ledger,
            edition=SLUG,
            transport="sendgrid",
            digest="d",
            message=zlib.decompress(packed),
            send_at=None,
        )
        assert publish(ledger, other)
        return publish(ledger, send_id)

    monkeypatch.setattr(plans, "publish_plan", overtaken)
    ahead = (datetime.now(UTC) + timedelta(hours=2)).isoformat(timespec="seconds")
    result = run("send", "--yes", "--at", ahead)
    assert "another process planned it first; it goes now" in result.stderr

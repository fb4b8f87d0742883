"""What cron runs, hour by hour, against the stand-in."""

import json
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import time_machine

from producthead_mail.cli.dispatch import Done, Task, each
from producthead_mail.ledger.database import open_ledger
from producthead_mail.ledger.moves import pause
from tests.cli.conftest import Run
from tests.standin import Fault, Kind, Standin, rules

SLUG = "2024-02-12-in-search-of-deeper-alignment"
MINUTE = 60
HOUR = 3600


pytestmark = pytest.mark.usefixtures("sendgrid")


def due(project: Path, run: Run, ahead: float, *, approve: bool = True, slug: str = SLUG) -> float:
    """Makes the edition due so many seconds from now; its hour."""
    at = int(time.time() + ahead)
    path = project / "content/editions" / f"{slug}.md"
    text = (project / "content/editions" / f"{SLUG}.md").read_text()
    lines = [
        line for line in text.splitlines(keepends=True) if not line.startswith(("send_at:", "approved:"))
    ]
    hour = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(at))
    path.write_text("".join(lines).replace("\ndate:", f"\nsend_at: {hour}\ndate:", 1))
    if approve:
        assert run("approve", slug, "--untested", "a test").exit_code == 0
    return at


def status(run: Run, slug: str = SLUG) -> dict[str, object]:
    found: dict[str, object] = json.loads(run("status", slug, "--json").stdout)
    assert found["balanced"]
    return found


def test_with_nothing_to_do_it_says_nothing(run: Run, project: Path) -> None:
    for ahead in (None, 2 * HOUR):
        if ahead:
            due(project, run, ahead)
        result = run("dispatch")
        assert (result.exit_code, result.output) == (0, "")


def test_an_approved_edition_whose_hour_is_mistyped_is_reported(run: Run, project: Path) -> None:
    due(project, run, 50 * MINUTE)
    path = project / "content/editions" / f"{SLUG}.md"
    path.write_text(re.sub(r"(?m)^send_at: .*$", "send_at: 2026-11-1 07:00", path.read_text()))
    result = run("dispatch")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        f"{SLUG}: has a send_at that can't be read, and never goes; see `producthead check {SLUG}`\n"
    )
    path.write_text(re.sub(r"(?m)^approved: .*\n", "", path.read_text()))
    assert run("dispatch").output == ""  # a draft, which can't be approved as it is


def test_what_is_due_and_approved_goes_once_with_its_hour(run: Run, project: Path, sendgrid: Standin) -> None:
    at = due(project, run, 50 * MINUTE)
    assert run("dispatch").exit_code == 0
    (request,) = sendgrid.account.requests
    assert (request["send_at"], "batch_id" in request) == (at, True)
    assert status(run)["state"] == "scheduled"
    again = run("dispatch")
    assert (again.exit_code, again.output, len(sendgrid.account.requests)) == (0, "", 1)


def test_a_lost_answer_ahead_of_the_hour_leaves_no_doubt(run: Run, project: Path, sendgrid: Standin) -> None:
    due(project, run, 50 * MINUTE)
    sendgrid.script([Fault(Kind.LOST)])
    assert run("dispatch").exit_code == 0
    assert status(run)["state"] == "scheduled"
    assert set(sendgrid.account.counts().values()) == {1}


def test_one_with_an_error_is_passed_over_and_the_others_go(
    run: Run, project: Path, sendgrid: Standin
) -> None:
    due(project, run, -MINUTE)
    due(project, run, -MINUTE, approve=False, slug="2024-02-01-earlier")
    earlier = project / "content/editions/2024-02-01-earlier.md"
    earlier.write_text(earlier.read_text().replace("\ndate:", "\nsubject: Dear {{ first_name }}\ndate:", 1))
    result = run("dispatch", "--json")
    done = {one["edition"]: (one["code"], one["message"]) for one in json.loads(result.stdout)["editions"]}
    assert done == {"2024-02-01-earlier": (1, "its findings stop it"), SLUG: (0, "14 accepted")}
    assert (result.exit_code, len(sendgrid.account.accepted)) == (1, 14)
    assert "2024-02-01-earlier: not sent: the errors above have to be mended first" in result.stderr


def test_one_that_fails_at_a_file_is_passed_over_too() -> None:
    def do(task: Task) -> Done:
        if task.edition == "one":
            raise PermissionError(13, "Permission denied", "layouts/one")
        return Done(task.edition, "send", 0, "14 accepted")

    assert each([Task("one", "send", "due"), Task("two", "send", "due")], do) == [
        Done("one", "send", 4, "layouts/one: Permission denied"),
        Done("two", "send", 0, "14 accepted"),
    ]


def test_a_late_one_goes_and_one_too_late_is_reported(run: Run, project: Path, sendgrid: Standin) -> None:
    due(project, run, -7 * HOUR)
    for _ in range(2):
        result = run("dispatch")
        assert (result.exit_code, sendgrid.account.requests) == (1, [])
        assert "too late to go by itself" in result.stderr
    assert run("dispatch", "--max-late", "8h").exit_code == 0
    assert len(sendgrid.account.requests) == 1


def test_a_missed_edition_is_settled_by_cancelling_it(run: Run, project: Path, sendgrid: Standin) -> None:
    due(project, run, -7 * HOUR)
    assert run("cancel", SLUG).exit_code == 0
    assert run("dispatch").output == ""
    assert status(run)["state"] == "cancelled"
    refused = run("send", SLUG, "--yes")
    assert (refused.exit_code, "cancelled" in refused.stderr, sendgrid.account.requests) == (1, True, [])


def test_what_is_not_approved_stays_and_the_others_go(run: Run, project: Path, sendgrid: Standin) -> None:
    due(project, run, 30 * MINUTE, approve=False)
    due(project, run, 40 * MINUTE, slug="2024-02-19-another")
    result = run("dispatch", "--json")
    assert result.exit_code == 1
    done = {one["edition"]: (one["action"], one["code"]) for one in json.loads(result.stdout)["editions"]}
    assert done == {SLUG: ("send", 1), "2024-02-19-another": ("send", 0)}
    assert len(sendgrid.account.requests) == 1


def test_a_broken_file_is_bad_input_and_the_others_go(run: Run, project: Path, sendgrid: Standin) -> None:
    due(project, run, 40 * MINUTE, slug="2024-02-19-another")
    due(project, run, 30 * MINUTE)
    path = project / "content/editions" / f"{SLUG}.md"
    path.write_text(path.read_text().replace("\ndate:", "\nnonsense: 1\ndate:", 1))
    result = run("dispatch")
    assert (result.exit_code, "nonsense" in result.stderr) == (3, True)
    assert len(sendgrid.account.requests) == 1


def test_an_audience_of_invalid_rows_is_bad_input(run: Run, project: Path, sendgrid: Standin) -> None:
    due(project, run, 30 * MINUTE)
    (project / "content/audience/sample.csv").write_text("email,first_name\nnobody,A\n")
    for arguments in (["--dry-run"], []):
        result = run("dispatch", *arguments)
        assert (result.exit_code, "no row is a recipient" in result.stderr) == (3, True)
        assert (sendgrid.account.requests, status(run)["state"]) == ([], "new")


def test_what_was_not_finished_is_gone_on_with(run: Run, project: Path, sendgrid: Standin) -> None:
    due(project, run, 50 * MINUTE)
    sendgrid.script([Fault(Kind.STATUS, status=401, errors=(rules.error("Maximum credits exceeded"),))])
    assert run("dispatch").exit_code == 4
    (project / "content/editions" / f"{SLUG}.md").unlink()
    assert run("dispatch").exit_code == 0
    assert status(run)["state"] == "scheduled"


def test_a_dry_run_says_what_and_does_nothing(run: Run, project: Path, sendgrid: Standin) -> None:
    due(project, run, 50 * MINUTE)
    result = run("dispatch", "--dry-run")
    assert (result.exit_code, "would be sent: due at" in result.stdout) == (0, True)
    assert (sendgrid.account.requests, status(run)["state"]) == ([], "new")


def test_a_dry_run_says_what_would_be_refused(run: Run, project: Path, sendgrid: Standin) -> None:
    due(project, run, 50 * MINUTE)
    path = project / "content/editions" / f"{SLUG}.md"
    path.write_text(path.read_text().replace("\ntitle: ", "\ntitle: Not ", 1))
    result = run("dispatch", "--dry-run")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.endswith(
        f"{SLUG}: changed since it was approved; test it and run `producthead approve` again\n"
    )


def test_a_dry_run_answers_with_one_document(run: Run, project: Path, sendgrid: Standin) -> None:
    due(project, run, 50 * MINUTE)
    (one,) = json.loads(run("dispatch", "--dry-run", "--json").stdout)["editions"]
    assert (one["edition"], one["action"], one["code"]) == (SLUG, "send", 0)


def test_two_runs_at_the_same_second_send_it_once(run: Run, project: Path, sendgrid: Standin) -> None:
    due(project, run, 50 * MINUTE)
    command = [sys.executable, "-m", "producthead_mail", "--project", str(project), "dispatch"]
    runs = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(3)]
    assert [one.wait() for one in runs] == [0, 0, 0]
    counts = sendgrid.account.counts()
    assert (len(counts), max(counts.values())) == (14, 1)


def test_a_paused_edition_waits_and_a_resumed_one_goes(run: Run, project: Path, sendgrid: Standin) -> None:
    due(project, run, 50 * MINUTE)
    run("dispatch")
    assert run("pause", SLUG).exit_code == 0
    assert list(sendgrid.account.scheduled.values()) == ["pause"]
    assert run("dispatch").output == ""
    assert run("resume", SLUG).exit_code == 0
    assert sendgrid.account.scheduled == {}
    assert len(sendgrid.account.delivered()) == 14


def test_an_edition_that_is_paused_past_its_hour_is_reported_until_somebody_decides(
    run: Run, project: Path, sendgrid: Standin
) -> None:
    due(project, run, 50 * MINUTE)
    assert run("dispatch").exit_code == 0
    assert run("pause", SLUG).exit_code == 0
    with time_machine.travel(time.time() + HOUR):
        for _ in range(2):
            result = run("dispatch")
            assert (result.exit_code, result.stdout) == (1, "")
            assert result.stderr == (
                f"{SLUG}: is paused and its hour has passed; `producthead resume {SLUG}` lets it go, "
                f"`producthead cancel {SLUG}` ends this\n"
            )
        assert run("resume", SLUG).exit_code == 0
        assert run("dispatch").output == ""
    assert len(sendgrid.account.delivered()) == 14


def test_what_was_paused_too_late_is_no_matter_for_cron(run: Run, project: Path, sendgrid: Standin) -> None:
    due(project, run, -MINUTE)
    assert run("dispatch").exit_code == 0
    assert run("pause", SLUG).exit_code == 1
    assert run("dispatch").output == ""
    assert len(sendgrid.account.delivered()) == 14


def test_a_cancelled_edition_needs_no_key(run: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    due(project, run, 50 * MINUTE)
    assert run("cancel", SLUG).exit_code == 0
    monkeypatch.delenv("SENDGRID_API_KEY")
    again = run("cancel", SLUG)
    assert (again.exit_code, f"{SLUG}: cancelled already" in again.stderr) == (0, True)
    assert "cancelled; that can't be taken back" in run("resume", SLUG).stderr


def test_a_scheduled_edition_is_called_off_until_ten_minutes_before(
    run: Run, project: Path, sendgrid: Standin
) -> None:
    due(project, run, 50 * MINUTE)
    run("dispatch")
    result = run("cancel", SLUG, "--json")
    assert (result.exit_code, json.loads(result.stdout)["state"]) == (0, "cancelled")
    assert json.loads(result.stdout)["recipients"]["cancelled"] == 14
    assert sendgrid.account.delivered() == []
    assert run("cancel", SLUG).exit_code == 0


def test_too_late_to_call_off_is_said_and_changes_no_account(
    run: Run, project: Path, sendgrid: Standin
) -> None:
    due(project, run, 9 * MINUTE)
    run("dispatch")
    for command in ("pause", "cancel"):
        result = run(command, SLUG)
        assert (result.exit_code, f"{SLUG}: too late, nothing of it was stopped" in result.stderr) == (
            1,
            True,
        )
        assert "14 recipients whose mail is with SendGrid or out, and stays so" in result.stderr
    assert len(sendgrid.account.delivered()) == 14


@pytest.fixture
def monitor() -> Iterator[tuple[str, list[str]]]:
    called: list[str] = []

    class Monitor(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            called.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Monitor)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/beat", called
    server.shutdown()
    server.server_close()


def test_the_monitor_is_called_after_a_run_that_went_well(
    run: Run, project: Path, monitor: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, called = monitor
    monkeypatch.setenv("PRODUCTHEAD_HEARTBEAT_URL", url)
    assert (run("dispatch").output, called) == ("", ["/beat"])
    due(project, run, 30 * MINUTE, approve=False)
    assert (run("dispatch").exit_code, called) == (1, ["/beat"])


def test_a_time_without_a_unit_is_a_matter_of_usage(run: Run) -> None:
    result = run("dispatch", "--lead", "60")
    assert (result.exit_code, "such as 90s, 60m, 6h or 2d" in result.stderr) == (2, True)


def test_another_hour_can_be_named(run: Run, project: Path, sendgrid: Standin) -> None:
    assert run("approve", "--untested", "x").exit_code == 0
    at = int(time.time()) + HOUR
    assert run("send", "--yes", "--at", "2020-01-01 07:00").exit_code == 2
    assert run("send", "--yes", "--at", time.strftime("%Y-%m-%d %H:%M:%SZ", time.gmtime(at))).exit_code == 0
    assert sendgrid.account.requests[0]["send_at"] == at
    refused = run("send", "--yes", "--now")
    assert (refused.exit_code, "already planned" in refused.stderr) == (1, True)


def test_a_rate_spreads_the_batches(run: Run, project: Path, sendgrid: Standin) -> None:
    rows = "".join(f"reader{n}@example.org,\n" for n in range(2500))
    (project / "content/audience/sample.csv").write_text(f"email,first_name\n{rows}")
    assert run("approve", "--untested", "x").exit_code == 0
    assert run("send", "--yes", "--rate", "fast").exit_code == 2
    before = time.monotonic()
    assert run("send", "--yes", "--rate", "3600000/h").exit_code == 0
    assert len(sendgrid.account.requests) == 3
    # A thousand a second: the third may not be claimed sooner, on however slow a machine.
    assert time.monotonic() - before >= 2


def test_what_was_being_called_back_is_gone_on_with_once_its_doubt_is_settled(
    run: Run, project: Path, sendgrid: Standin, monkeypatch: pytest.MonkeyPatch
) -> None:
    due(project, run, 50 * MINUTE)
    sendgrid.script([Fault(Kind.LOST)])
    with monkeypatch.context() as patched:
        patched.setattr("producthead_mail.sending.fence.status_of", lambda *_: "")  # it shows it later
        assert run("dispatch").exit_code == 5
    assert list(sendgrid.account.scheduled.values()) == ["cancel"]
    assert "calling back is not confirmed" in run("status", SLUG).stdout
    assert run("settle", "--batch", "1-1", "--as", "accepted", "--reason", "it is in the logs").exit_code == 0
    assert run("dispatch").exit_code == 0
    counts = sendgrid.account.counts()
    assert (len(counts), max(counts.values())) == (14, 1)


def test_an_interrupted_run_begins_no_further_edition_though_one_needs_attention(
    run: Run, project: Path, sendgrid: Standin
) -> None:
    other = "2024-02-13-another"
    due(project, run, -MINUTE)
    due(project, run, -MINUTE, slug=other)
    sendgrid.script([Fault(Kind.HANG, seconds=2)])
    command = [sys.executable, "-m", "producthead_mail", "--project", str(project), "dispatch"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    while ("POST", "/v3/mail/send") not in sendgrid.seen:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate()
    assert (process.returncode, "14 recipients are in doubt" in said) == (130, True)
    assert status(run, other)["state"] == "new"


def test_addresses_of_a_run_that_was_killed_at_its_end_are_dropped_by_the_next(
    run: Run, project: Path, sendgrid: Standin, monkeypatch: pytest.MonkeyPatch
) -> None:
    due(project, run, 50 * MINUTE)
    with monkeypatch.context() as patched:
        patched.setattr("producthead_mail.sending.mailing.Mailing.tidy", lambda _: None)
        assert run("dispatch").exit_code == 0
    with sqlite3.connect(project / ".producthead/ledger.db") as ledger:
        held = "SELECT count(*) FROM batch_body"
        assert ledger.execute(held).fetchone() == (1,)
        assert run("dispatch").exit_code == 0
        assert ledger.execute(held).fetchone() == (0,)


def test_what_was_held_too_long_needs_attention_and_is_sent_by_a_top_up(
    run: Run, project: Path, sendgrid: Standin
) -> None:
    at = due(project, run, 50 * MINUTE)
    run("dispatch")
    run("pause", SLUG)
    with time_machine.travel(at + 73 * HOUR):
        result = run("resume", SLUG)
        assert (result.exit_code, "14 recipients got nothing" in result.stderr) == (5, True)
        assert run("send", SLUG, "--top-up", "--yes").exit_code == 0
    counts = sendgrid.account.counts()
    assert (len(counts), max(counts.values())) == (14, 1)


def test_an_edition_that_is_planned_while_it_is_cancelled_is_not_told_to_be_unsent(
    run: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from producthead_mail.ledger import plans

    due(project, run, 50 * MINUTE)
    start_plan = plans.start_plan

    def late(*arguments: Any, **options: Any) -> int:
        monkeypatch.setattr(plans, "start_plan", start_plan)
        assert run("dispatch").exit_code == 0
        return start_plan(*arguments, **options)

    monkeypatch.setattr(plans, "start_plan", late)
    result = run("cancel", SLUG)
    assert (result.exit_code, "run it again" in result.stderr) == (1, True)
    assert status(run)["state"] == "scheduled"
    assert run("cancel", SLUG).exit_code == 0
    assert status(run)["state"] == "cancelled"


def test_what_waits_for_its_pace_is_left_to_the_process_that_waits(
    run: Run, project: Path, sendgrid: Standin
) -> None:
    due(project, run, 50 * MINUTE)
    sendgrid.script([Fault(Kind.STATUS, status=401, errors=(rules.error("bad key"),))])
    assert run("dispatch").exit_code == 4
    ledger = open_ledger("", project / ".producthead/ledger.db")
    pause(ledger, 1, time.time() + 5 * MINUTE)
    ledger.close()
    waiting = run("dispatch")
    assert (waiting.exit_code, waiting.output, sendgrid.account.requests) == (0, "", [])
    with time_machine.travel(time.time() + 6 * MINUTE):
        assert run("dispatch").exit_code == 0
    assert len(sendgrid.account.requests) == 1

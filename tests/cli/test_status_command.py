"""The account as a tired curator reads it."""

from pathlib import Path

import time_machine

from tests.cli.conftest import Run
from tests.standin import Fault, Kind, Standin

SLUG = "2024-02-12-in-search-of-deeper-alignment"


@time_machine.travel("2024-07-08 05:00:00+00:00", tick=False)
def test_hours_are_told_in_the_publications_time_zone(run: Run, project: Path, sendgrid: Standin) -> None:
    file = project / f"content/editions/{SLUG}.md"
    file.write_text(file.read_text().replace("---\n", "---\nsend_at: 2024-07-08 07:00\n", 1))
    for command in (("send", "--test"), ("approve",), ("send", "--yes")):
        assert run(*command).exit_code == 0
    assert run("status", SLUG).stdout == (
        f"{SLUG}: scheduled for 2024-07-08 07:00 BST, by sendgrid\n"
        "14 selected = 14 accepted\n"
        "tested: 2024-07-08 06:00 BST to curator@example.com by sendgrid (these bytes)\n"
    )
    (project / "content/publication.yaml").write_text("name: [")
    assert "scheduled for 2024-07-08 06:00 UTC" in run("status", SLUG).stdout
    assert sendgrid.account.requests


def test_what_nobody_is_sending_is_said_with_the_command_that_goes_on(run: Run, sendgrid: Standin) -> None:
    for command in (("send", "--test"), ("approve",)):
        assert run(*command).exit_code == 0
    sendgrid.account.credits = 0
    assert run("send", "--yes").exit_code == 4
    said = f"nobody is sending to the 14 recipients planned: `producthead send {SLUG}` goes on with them\n"
    assert run("status", SLUG).stderr == said
    assert run("pause", SLUG).exit_code == 0
    assert run("status", SLUG).stderr == ""


@time_machine.travel("2024-07-08 05:00:00+00:00", tick=False)
def test_one_recipient_is_told_as_one(run: Run, project: Path, sendgrid: Standin) -> None:
    (project / "content/audience/sample.csv").write_text("email\nada@example.org\n")
    for command in (("send", "--test"), ("approve",)):
        assert run(*command).exit_code == 0
    sendgrid.script([Fault(Kind.STATUS, status=500)])
    result = run("send", "--yes")
    assert result.exit_code == 5
    assert result.stdout == (
        f"{SLUG}: attention, by sendgrid\n"
        "1 selected = 1 in doubt\n"
        "in doubt: batch 1-1, 1 recipient, since 2024-07-08 06:00 BST: SendGrid answered 500: scripted\n"
    )
    assert result.stderr.endswith(
        f"{SLUG}: 1 recipient is in doubt and not sent to again automatically: "
        f"run `producthead settle {SLUG}` in some minutes\n"
    )

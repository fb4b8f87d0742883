"""Out of doubt, as a person goes: every fault that leaves doubt, then evidence, then decisions."""

import json
from pathlib import Path
from typing import Any

import pytest

from producthead_mail.ledger.database import open_ledger
from producthead_mail.ledger.moves import Claim, finish
from producthead_mail.ledger.schema import batch_body, decision
from producthead_mail.ledger.states import State
from tests.cli.conftest import Run
from tests.cli.test_send import SLUG, people, status
from tests.standin import Fault, Kind, Standin, rules

SENT = (Kind.LOST, Kind.RESET_LOST, Kind.FAILED_ACCEPTED)
NOT_SENT = (Kind.CLOSE_AFTER, Kind.BAD_GATEWAY, Kind.HANG)
WHY = "the curator asked three readers"


pytestmark = pytest.mark.usefixtures("sendgrid")


@pytest.fixture(autouse=True)
def ada(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who decides."""
    monkeypatch.setenv("LOGNAME", "ada")


@pytest.fixture(autouse=True)
def approved(run: Run, sendgrid: Standin) -> None:
    assert run("approve", "--untested", "a test of doubt").exit_code == 0


def doubt(run: Run, sendgrid: Standin, kind: Kind) -> None:
    sendgrid.script([Fault(kind, seconds=0.2)])
    assert run("send", "--yes").exit_code == 5
    assert people(run) == {"selected": 14, "in_doubt": 14}


def settle(run: Run, *arguments: str) -> tuple[int, dict[str, Any]]:
    result = run("settle", *arguments, "--json")
    return result.exit_code, json.loads(result.stdout)


def choose(run: Run, how: str, batch: str = "1-1") -> tuple[int, dict[str, Any]]:
    return settle(run, "--batch", batch, "--as", how, "--reason", WHY)


@pytest.mark.parametrize("kind", SENT)
def test_what_was_delivered_is_accepted_by_evidence(run: Run, sendgrid: Standin, kind: Kind) -> None:
    doubt(run, sendgrid, kind)
    code, document = settle(run)
    assert (code, document) == (
        0,
        {
            "settled": [
                {
                    "edition": SLUG,
                    "batch": "1-1",
                    "recipients": 14,
                    "as": "accepted",
                    "reason": "found in SendGrid's Email Logs",
                }
            ],
            "doubts": [],
        },
    )
    assert people(run) == {"selected": 14, "accepted": 14}
    assert run("send", "--yes").exit_code == 0
    assert set(sendgrid.account.counts().values()) == {1}


@pytest.mark.parametrize("kind", NOT_SENT)
def test_what_was_not_delivered_stays_in_doubt_and_is_resent_when_a_person_says_so(
    run: Run, sendgrid: Standin, kind: Kind
) -> None:
    doubt(run, sendgrid, kind)
    for _ in range(2):
        code, document = settle(run)
        assert (code, document["settled"], len(document["doubts"])) == (5, [], 1)
        assert people(run) == {"selected": 14, "in_doubt": 14}
    code, document = choose(run, "resend")
    assert (code, document["settled"][0]["replacement"], document["doubts"]) == (0, "1-2", [])
    assert people(run) == {"selected": 14, "planned": 14}
    assert run("send", "--yes").exit_code == 0
    assert people(run) == {"selected": 14, "accepted": 14}
    counts = sendgrid.account.counts()
    assert (len(counts), set(counts.values())) == (14, {1})
    assert {one.custom_args["batch"] for one in sendgrid.account.accepted} == {"1-2"}


def test_logs_that_run_late_are_looked_into_again(run: Run, sendgrid: Standin) -> None:
    sendgrid.account.log_delay = 60
    doubt(run, sendgrid, Kind.LOST)
    result = run("settle")
    assert result.exit_code == 5
    assert "nothing in SendGrid's Email Logs of 3 of its recipients" in result.stdout
    assert "proves nothing" in result.stderr
    assert "`producthead settle --batch 1-1 --as accepted|resend|abandon --reason TEXT`" in result.stderr
    sendgrid.account.log_delay = 0
    result = run("settle", SLUG)
    assert (result.exit_code, result.stdout) == (
        0,
        f"{SLUG}: batch 1-1, 14 recipients: accepted, found in SendGrid's Email Logs\n",
    )


def test_only_the_batches_that_were_sent_are_accepted(run: Run, project: Path, sendgrid: Standin) -> None:
    rows = "".join(f"reader{n}@example.org,Reader {n}\n" for n in range(2500))
    (project / "content/audience/sample.csv").write_text(f"email,first_name\n{rows}")
    sendgrid.script([Kind.LOST, Kind.CLOSE_AFTER])
    assert run("send", "--yes").exit_code == 5
    code, document = settle(run)
    assert (code, len(document["settled"]), len(document["doubts"])) == (5, 1, 1)
    left = document["doubts"][0]
    choose(run, "resend", left["batch"])
    assert run("send", "--yes").exit_code == 0
    assert people(run) == {"selected": 2500, "accepted": 2500}
    counts = sendgrid.account.counts()
    assert (len(counts), set(counts.values())) == (2500, {1})


def test_what_is_decided_is_recorded_with_name_and_reason(run: Run, project: Path, sendgrid: Standin) -> None:
    doubt(run, sendgrid, Kind.LOST)
    code, document = choose(run, "accepted")
    assert (code, document["doubts"]) == (0, [])
    assert people(run) == {"selected": 14, "accepted": 14}
    ledger = open_ledger("", project / ".producthead/ledger.db")
    with ledger.reading() as connection:
        (row,) = connection.execute(decision.select()).all()
    ledger.close()
    assert (row.how, row.reason, row.by) == ("accepted", WHY, "ada")
    reader = sendgrid.account.accepted[0].email
    (told,) = json.loads(run("status", "--recipient", reader, "--json").stdout)["editions"]
    assert (told["state"], told["reason"]) == ("accepted", f"decided by ada: {WHY}")


def test_what_is_abandoned_is_never_sent(run: Run, sendgrid: Standin) -> None:
    doubt(run, sendgrid, Kind.CLOSE_AFTER)
    assert choose(run, "abandon")[0] == 0
    assert people(run) == {"selected": 14, "abandoned": 14}
    assert run("send", "--yes").exit_code == 0
    assert sendgrid.account.accepted == []


def test_a_warning_says_that_people_may_get_it_twice(run: Run, sendgrid: Standin) -> None:
    doubt(run, sendgrid, Kind.CLOSE_AFTER)
    result = run("settle", SLUG, "--batch", "1-1", "--as", "resend", "--reason", WHY)
    assert result.exit_code == 0
    assert "14 recipients will get it twice" in result.stderr
    assert f"run `producthead send {SLUG}` to send batch 1-2" in result.stderr


@pytest.mark.parametrize("how", ["accepted", "resend", "abandon"])
def test_a_late_answer_after_a_decision_changes_nothing(
    run: Run, project: Path, sendgrid: Standin, how: str
) -> None:
    doubt(run, sendgrid, Kind.LOST)
    choose(run, how)
    before = people(run)
    ledger = open_ledger("", project / ".producthead/ledger.db")
    assert not finish(ledger, Claim(1, 1, 1, 14), State.ACCEPTED, message_id="late")
    ledger.close()
    assert people(run) == before


def test_a_decision_after_a_late_answer_is_refused(run: Run, project: Path, sendgrid: Standin) -> None:
    doubt(run, sendgrid, Kind.LOST)
    ledger = open_ledger("", project / ".producthead/ledger.db")
    assert finish(ledger, Claim(1, 1, 1, 14), State.ACCEPTED, message_id="late")
    ledger.close()
    result = run("settle", "--batch", "1-1", "--as", "resend", "--reason", WHY)
    assert (result.exit_code, "it is accepted; nothing was changed" in result.stderr) == (1, True)
    assert people(run) == {"selected": 14, "accepted": 14}


def test_an_unknown_batch_is_told_with_the_known_ones(run: Run, sendgrid: Standin) -> None:
    doubt(run, sendgrid, Kind.LOST)
    result = run("settle", "--batch", "7-7", "--as", "accepted", "--reason", WHY)
    assert (result.exit_code, result.stderr) == (3, "--batch: no batch '7-7'; in doubt: 1-1\n")
    assert people(run) == {"selected": 14, "in_doubt": 14}


def test_a_rejected_batch_is_final(run: Run, sendgrid: Standin) -> None:
    sendgrid.script([Fault(Kind.STATUS, status=400, errors=(rules.error("bad", "subject"),))])
    assert run("send", "--yes").exit_code == 5
    result = run("settle", "--batch", "1-1", "--as", "resend", "--reason", WHY)
    assert (result.exit_code, "was rejected: SendGrid answered 400: subject: bad" in result.stderr) == (
        1,
        True,
    )
    assert people(run) == {"selected": 14, "rejected": 14}


@pytest.mark.parametrize(
    "arguments",
    [
        ["--as", "accepted"],
        ["--reason", "x"],
        ["--batch", "1-1"],
        ["--batch", "1-1", "--as", "accepted"],
        ["--batch", "1-1", "--as", "accepted", "--reason", " "],
        ["--batch", "1-1", "--as", "sent", "--reason", "x"],
    ],
)
def test_a_decision_is_whole_or_none(run: Run, sendgrid: Standin, arguments: list[str]) -> None:
    doubt(run, sendgrid, Kind.LOST)
    assert run("settle", *arguments).exit_code == 2
    assert people(run) == {"selected": 14, "in_doubt": 14}


def test_without_the_right_to_read_the_logs_the_scope_is_told(run: Run, sendgrid: Standin) -> None:
    doubt(run, sendgrid, Kind.LOST)
    sendgrid.account.scopes.remove("email_activity.read")
    result = run("settle", "--json")
    assert (result.exit_code, "the scope email_activity.read" in result.stderr) == (5, True)
    assert len(json.loads(result.stdout)["doubts"]) == 1
    assert choose(run, "accepted")[0] == 0


def test_where_nothing_was_ever_sent_nothing_is_in_doubt(run: Run, project: Path) -> None:
    assert settle(run) == (0, {"settled": [], "doubts": []})
    assert run("settle", "no-such-edition").exit_code == 3
    assert run("settle", "--batch", "1-1", "--as", "accepted", "--reason", WHY).exit_code == 3
    assert run("settle").stdout == "nothing is in doubt\n"


def test_nothing_is_asked_where_nothing_is_in_doubt(run: Run, sendgrid: Standin) -> None:
    assert run("send", "--yes").exit_code == 0
    asked = len(sendgrid.seen)
    assert settle(run, SLUG) == (0, {"settled": [], "doubts": []})
    assert len(sendgrid.seen) == asked


def test_an_outbox_that_holds_every_file_is_proof(run: Run, project: Path, sendgrid: Standin) -> None:
    assert run("send", "--yes", "--transport", "outbox").exit_code == 0
    bodies_back_in_doubt(project)
    code, document = settle(run)
    assert (code, document["settled"][0]["reason"]) == (0, "14 of its 14 files are in the outbox")
    assert sendgrid.seen == []


def test_an_outbox_that_lacks_a_file_is_none(run: Run, project: Path) -> None:
    assert run("send", "--yes", "--transport", "outbox").exit_code == 0
    bodies_back_in_doubt(project)
    next((project / ".producthead/outbox" / SLUG).glob("1-1-*.eml")).unlink()
    code, document = settle(run)
    assert (code, document["doubts"][0]["evidence"]) == (5, "13 of its 14 files are in the outbox")
    result = run("settle", "--batch", "1-1", "--as", "resend", "--reason", WHY)
    assert f"run `producthead send {SLUG} --transport outbox`" in result.stderr


def bodies_back_in_doubt(project: Path) -> None:
    """As if the process had been killed after its files were written and before that was recorded."""
    import zlib

    from producthead_mail.ledger.schema import batch, batch_body, batch_list

    ledger = open_ledger("", project / ".producthead/ledger.db")
    with ledger.writing() as connection:
        rids = connection.execute(batch_list.select()).one().rids
        parts = [
            {
                "to": [{"email": "x@example.org"}],
                "custom_args": {"edition": SLUG, "batch": "1-1", "recipient": rid},
            }
            for rid in (rids[at : at + 8].hex() for at in range(0, len(rids), 8))
        ]
        connection.execute(batch.update().values(state=State.IN_DOUBT))
        body = zlib.compress(json.dumps(parts).encode())
        connection.execute(batch_body.insert().values(send_id=1, seq=1, personalizations=body))
    ledger.close()


def test_status_names_the_way_out(run: Run, sendgrid: Standin) -> None:
    sendgrid.script([Kind.LOST])
    result = run("send", "--yes")
    assert f"run `producthead settle {SLUG}`" in result.stderr
    assert status(run)["state"] == "attention"
    assert f"run `producthead settle {SLUG}`" in run("status").stderr


def test_cron_settles_what_the_logs_prove(run: Run, sendgrid: Standin) -> None:
    doubt(run, sendgrid, Kind.LOST)
    sendgrid.account.scopes.remove("email_activity.read")
    result = run("dispatch")
    assert (result.exit_code, "the doubt stays: POST /v3/logs: SendGrid answered 403" in result.stderr) == (
        5,
        True,
    )
    sendgrid.account.scopes.append("email_activity.read")
    result = run("dispatch")
    assert (result.exit_code, "batch 1-1: accepted, found in SendGrid's Email Logs" in result.stderr) == (
        0,
        True,
    )
    assert people(run) == {"selected": 14, "accepted": 14}
    assert set(sendgrid.account.counts().values()) == {1}


@pytest.mark.parametrize("how", ["accepted", "abandon"])
def test_no_address_is_kept_once_the_last_doubt_is_settled(
    run: Run, project: Path, sendgrid: Standin, how: str
) -> None:
    doubt(run, sendgrid, Kind.LOST)
    choose(run, how)
    data = b"".join(path.read_bytes() for path in (project / ".producthead").glob("ledger.db*"))
    ledger = open_ledger("", project / ".producthead/ledger.db")
    with ledger.reading() as connection:
        assert connection.execute(batch_body.select()).all() == []
    ledger.close()
    assert sendgrid.account.accepted[0].email.encode() not in data


def test_doubt_that_a_cancel_leaves_is_said_as_doubt_and_needs_attention(run: Run, sendgrid: Standin) -> None:
    doubt(run, sendgrid, Kind.LOST)
    result = run("cancel", SLUG)
    assert (result.exit_code, "14 recipients in doubt" in result.stderr) == (5, True)
    assert "stays so" not in result.stderr
    assert settle(run)[0] == 0
    assert people(run) == {"selected": 14, "accepted": 14}

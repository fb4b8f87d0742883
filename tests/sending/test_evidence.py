import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producthead_mail.audience.api import Reply
from producthead_mail.errors import OutsideError
from producthead_mail.ledger.account import account
from producthead_mail.ledger.database import Ledger
from producthead_mail.ledger.decisions import OpenDoubt, open_doubts
from producthead_mail.ledger.moves import begin, claim, finish
from producthead_mail.ledger.states import State
from producthead_mail.sending.evidence import (
    Evidence,
    Probe,
    Sign,
    find,
    in_logs,
    in_outbox,
    probes,
    query,
    settle,
)
from producthead_mail.sending.sendgrid_api import SendGridApi
from producthead_mail.sending.sendgrid_client import SendGridClient
from producthead_mail.sending.transports.outbox import OutboxTransport
from tests.ledger.conftest import make_plan
from tests.sending.test_standin import call, mail
from tests.standin import Standin
from tests.standin.logs import CONDITION

ADA = Probe("o'ada@example.org", {"edition": "one", "batch": "1-1", "recipient": "a"})
BEN = Probe("ben@example.org", {"edition": "one", "batch": "1-1", "recipient": "b"})
NOTHING = Evidence(Sign.NOTHING, "nothing in SendGrid's Email Logs of 2 of its recipients")


@pytest.fixture
def api(sendgrid_server: Standin) -> SendGridApi:
    return SendGridApi(SendGridClient(sendgrid_server.account.key, sendgrid_server.url, 5), lambda _: None)


def accept(standin: Standin, person: Probe, **other: str) -> str:
    part = {"to": [{"email": person.email}], "custom_args": {**person.arguments, **other}}
    assert call(standin.url, "POST", "/v3/mail/send", mail(personalizations=[part]))[0] == 202
    return standin.account.accepted[-1].message_id


def look(api: SendGridApi, *people: Probe, begun_at: float | None = None) -> Evidence:
    now = time.time()
    return find(api, people or (ADA, BEN), now if begun_at is None else begun_at, now)


def body(*emails: str) -> bytes:
    return json.dumps(
        [{"to": [{"email": email}], "custom_args": {"batch": "1-1"}} for email in emails]
    ).encode()


def test_one_of_its_recipients_proves_that_a_batch_was_accepted(
    api: SendGridApi, sendgrid_server: Standin
) -> None:
    message_id = accept(sendgrid_server, BEN)
    assert look(api) == Evidence(Sign.SENT, "found in SendGrid's Email Logs", message_id)


@pytest.mark.parametrize("other", [{"batch": "1-2"}, {"edition": "two"}, {"recipient": "c"}])
def test_other_mail_to_the_same_person_proves_nothing(
    api: SendGridApi, sendgrid_server: Standin, other: Mapping[str, str]
) -> None:
    accept(sendgrid_server, ADA, **other)
    assert look(api) == NOTHING


def test_the_right_mail_is_found_among_others(api: SendGridApi, sendgrid_server: Standin) -> None:
    accept(sendgrid_server, ADA, batch="1-9")
    message_id = accept(sendgrid_server, ADA)
    accept(sendgrid_server, ADA, edition="later")
    assert look(api).message_id == message_id


def test_absence_proves_nothing_as_the_logs_may_be_late(api: SendGridApi, sendgrid_server: Standin) -> None:
    sendgrid_server.account.log_delay = 60
    accept(sendgrid_server, ADA)
    assert look(api) == NOTHING
    sendgrid_server.account.log_delay = 0
    assert look(api).sign is Sign.SENT


def test_clocks_may_differ_by_ten_minutes(api: SendGridApi, sendgrid_server: Standin) -> None:
    accept(sendgrid_server, ADA)
    assert look(api, begun_at=time.time() + 590).sign is Sign.SENT
    assert look(api, begun_at=time.time() + 610).sign is Sign.NOTHING


def test_a_mail_thrown_away_with_its_group_is_no_proof_that_anyone_got_it(
    api: SendGridApi, sendgrid_server: Standin
) -> None:
    group = sendgrid_server.account.new_batch()
    sendgrid_server.account.scheduled[group] = "cancel"
    part = {"to": [{"email": ADA.email}], "custom_args": ADA.arguments}
    late = mail(personalizations=[part], batch_id=group, send_at=int(time.time()) - 1)
    assert call(sendgrid_server.url, "POST", "/v3/mail/send", late)[0] == 202
    assert look(api).sign is Sign.DISCARDED


def test_logs_that_may_not_be_read_are_told_with_the_scope(
    api: SendGridApi, sendgrid_server: Standin
) -> None:
    sendgrid_server.account.scopes.remove("email_activity.read")
    with pytest.raises(
        OutsideError, match=r"logs: .*403: access forbidden; .* the scope email_activity.read$"
    ):
        look(api)


def test_nothing_is_asked_of_what_the_logs_have_forgotten(api: SendGridApi, sendgrid_server: Standin) -> None:
    assert "30 days" in look(api, begun_at=time.time() - 31 * 24 * 3600).words
    assert find(api, [], 0, 0).words == "none of its addresses can be asked for"
    assert sendgrid_server.seen == []


class Scripted:
    """Gives its answers in turn."""

    def __init__(self, *replies: Reply) -> None:
        self._replies = list(replies)

    def call(self, method: str, path: str, *, query: Any = None, body: Any = None) -> Reply:
        return self._replies.pop(0)


LISTED = Reply(200, {"messages": [{"sg_message_id": "abc.recvd-1.0"}]})


def test_custom_arguments_count_wherever_they_stand() -> None:
    events = Reply(
        200, {"events": [{"event": "received"}, {"event": "processed", "custom_args": BEN.arguments}]}
    )
    assert find(Scripted(LISTED, events), [BEN], 0, 0).message_id == "abc"
    top = Reply(200, {"events": [], "custom_args": {**BEN.arguments, "more": "x"}})
    assert find(Scripted(LISTED, top), [BEN], 0, 0).sign is Sign.SENT


@pytest.mark.parametrize("detail", [Reply(404), Reply(200, {}), Reply(200, []), Reply(200, {"events": "x"})])
def test_a_mail_without_arguments_proves_nothing(detail: Reply) -> None:
    assert find(Scripted(LISTED, detail), [BEN], 0, 0).sign is Sign.NOTHING


def test_a_recipient_without_arguments_of_its_own_proves_nothing() -> None:
    assert find(Scripted(LISTED, Reply(200, {"events": []})), [Probe("a@example.org", {})], 0, 0).sign is (
        Sign.NOTHING
    )


@pytest.mark.parametrize(
    "reply", [Reply(400, {"errors": [{"message": "bad query"}]}), Reply(200, {}), Reply(404)]
)
def test_an_answer_that_is_none_is_told(reply: Reply) -> None:
    with pytest.raises(OutsideError, match=f"Email Logs: SendGrid answered {reply.status}"):
        find(Scripted(reply), [BEN], 0, 0)


def test_probes_are_spread_over_a_batch_and_can_be_asked_for() -> None:
    emails = [f"r{n}@example.org" for n in range(1000)]
    assert [one.email for one in probes(body(*emails))] == [emails[0], emails[499], emails[999]]
    assert [one.email for one in probes(body("A@example.org", 'q"@example.org', "b@example.org"))] == [
        "b@example.org",
        "A@example.org",
    ]
    assert probes(body('q"@example.org')) == []


def test_a_query_is_in_the_logs_own_words() -> None:
    assert query("o'neil@example.org", 1_700_000_000.9) == (
        'to_email = "o\'neil@example.org" AND sg_message_id_created_at > TIMESTAMP "2023-11-14T22:13:20Z"'
    )


@given(st.text(min_size=1, max_size=60).map(lambda text: f"{text}@example.org"))
def test_whatever_an_address_holds_a_query_asks_for_it_alone(email: str) -> None:
    try:
        text = query(email, 0)
    except ValueError:
        assert {'"', "\\"} & set(email) or not email.isprintable()
        return
    first = CONDITION.match(text)
    assert first
    assert (first["field"], first["operator"], first["value"]) == ("to_email", "=", f'"{email}"')
    assert text[first.end() :] == 'AND sg_message_id_created_at > TIMESTAMP "1970-01-01T00:00:00Z"'


def doubts(ledger: Ledger, *batches: list[int]) -> list[OpenDoubt]:
    send_id = make_plan(ledger, *batches)
    for _ in batches:
        mine = claim(ledger, send_id)
        assert mine
        begin(ledger, mine)
        finish(ledger, mine, State.IN_DOUBT)
    return open_doubts(ledger)


def test_what_was_sent_is_recorded_and_the_rest_stays_in_doubt(
    ledger: Ledger, api: SendGridApi, sendgrid_server: Standin
) -> None:
    found = doubts(ledger, [1, 2], [3])
    accept(sendgrid_server, Probe("r2@example.org", {"batch": "1-1"}))
    done = list(settle(ledger, found, in_logs(api, time.time())))
    assert [(one.doubt.batch, one.settled) for one in done] == [("1-1", True), ("1-2", False)]
    stands = account(ledger, "one")
    assert stands
    assert (stands.recipients.accepted, stands.recipients.in_doubt, stands.recipients.balanced) == (
        2,
        1,
        True,
    )


def test_a_doubt_that_was_settled_meanwhile_is_passed_over(ledger: Ledger) -> None:
    found = doubts(ledger, [1])
    finish(ledger, found[0].claim, State.ACCEPTED)

    def never(_: OpenDoubt, __: bytes) -> Evidence:
        raise AssertionError

    assert list(settle(ledger, found, never)) == []


def test_an_answer_that_comes_during_the_search_wins(ledger: Ledger) -> None:
    found = doubts(ledger, [1])

    def late(doubt: OpenDoubt, _: bytes) -> Evidence:
        finish(ledger, doubt.claim, State.PLANNED)
        return Evidence(Sign.SENT, "found", "m1")

    assert [one.settled for one in settle(ledger, found, late)] == [False]
    stands = account(ledger, "one")
    assert stands
    assert stands.batches == {State.PLANNED: 1}


def test_an_outbox_holds_its_own_evidence(tmp_path: Path) -> None:
    people = [
        {
            "to": [{"email": f"r{n}@example.org"}],
            "custom_args": {"edition": "one", "batch": "1-1", "recipient": n},
        }
        for n in ("a", "b")
    ]
    outbox = OutboxTransport(tmp_path, "https://news.example.com/unsubscribe")
    assert outbox.send(json.dumps(mail(personalizations=people)).encode()).status == 202
    (doubt,) = [OpenDoubt("one", "outbox", None, 0, 0, "")]
    look_into = in_outbox(tmp_path)
    wanted = json.dumps(people).encode()
    assert look_into(doubt, wanted) == Evidence(Sign.SENT, "2 of its 2 files are in the outbox")
    next((tmp_path / "one").glob("*-b.eml")).unlink()
    assert look_into(doubt, wanted) == Evidence(Sign.NOTHING, "1 of its 2 files are in the outbox")

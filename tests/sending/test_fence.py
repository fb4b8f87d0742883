"""An edition submitted ahead of its hour leaves nobody in doubt."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from producthead_mail.audience.api import Reply
from producthead_mail.errors import OutsideError
from producthead_mail.ledger.database import Ledger, open_ledger
from producthead_mail.ledger.decisions import decide, open_doubts
from producthead_mail.ledger.groups import begin_calling_back, groups, make_groups
from producthead_mail.ledger.schema import batch_body
from producthead_mail.ledger.states import EditionState, How, Recipients
from producthead_mail.rendering.message import Message
from producthead_mail.sending.fence import call_back
from producthead_mail.sending.mailing import Mailing
from producthead_mail.sending.planner import renamed
from producthead_mail.sending.sendgrid_api import SendGridApi
from producthead_mail.sending.sendgrid_client import SendGridClient
from producthead_mail.sending.transports.sendgrid import SendGridTransport
from tests.sending.scheduled import HOUR, MINUTE, PATIENCE, mail, planned, told
from tests.standin import Fault, Kind, Standin, rules


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = open_ledger("", tmp_path / "ledger.db")
    opened.owners.enter()
    yield opened
    opened.close()


def bodies(ledger: Ledger) -> int:
    with ledger.reading() as connection:
        return len(connection.execute(batch_body.select()).all())


def test_batches_are_divided_among_at_most_eight_groups(
    ledger: Ledger, message: Message, sendgrid_server: Standin
) -> None:
    plan = planned(ledger, message, 9500, HOUR)
    mail(ledger, plan, sendgrid_server)
    requests = sendgrid_server.account.requests
    sizes = Counter(request["batch_id"] for request in requests)
    assert (len(sizes), sum(sizes.values())) == (8, 10)
    assert {request["send_at"] for request in requests} == {int(plan.send_at or 0)}
    assert told(ledger, plan).state is EditionState.SCHEDULED
    assert bodies(ledger) == 0


@pytest.mark.parametrize(
    "fault",
    [
        Fault(Kind.LOST),
        Fault(Kind.RESET_LOST),
        Fault(Kind.CLOSE_AFTER),
        Fault(Kind.FAILED_ACCEPTED),
        Fault(Kind.BAD_GATEWAY),
        Fault(Kind.GARBAGE),
        Fault(Kind.REDIRECT),
        Fault(Kind.HANG_ACCEPTED, seconds=3),
    ],
    ids=lambda fault: fault.kind,
)
def test_whoever_was_in_doubt_is_called_back_and_gets_it_once(
    ledger: Ledger, message: Message, sendgrid_server: Standin, fault: Fault
) -> None:
    plan = planned(ledger, message, 9500, HOUR)
    sendgrid_server.script([None, fault])
    said = mail(ledger, plan, sendgrid_server, 2 if fault.kind is Kind.HANG_ACCEPTED else PATIENCE)
    assert told(ledger, plan).recipients == Recipients(selected=9500, accepted=9500)
    counts = sendgrid_server.account.counts()
    assert (len(counts), max(counts.values())) == (9500, 1)
    assert len(sendgrid_server.account.scheduled) == 1
    assert [line.partition(" ")[2] for line in said] == [
        "recipients were called back in time and are sent again"
    ]
    assert bodies(ledger) == 0


def test_doubt_about_the_second_try_is_called_back_too(
    ledger: Ledger, message: Message, sendgrid_server: Standin
) -> None:
    plan = planned(ledger, message, 1500, HOUR)
    sendgrid_server.script([Fault(Kind.LOST), None, Fault(Kind.CLOSE_AFTER)])
    mail(ledger, plan, sendgrid_server)
    assert told(ledger, plan).recipients == Recipients(selected=1500, accepted=1500)
    counts = sendgrid_server.account.counts()
    assert (len(counts), max(counts.values())) == (1500, 1)
    states = sorted(group.state for group in groups(ledger, plan.send_id))
    assert states == ["cancelled", "cancelled", "open", "open"]


def test_less_than_a_quarter_of_an_hour_ahead_it_goes_with_its_hour_and_without_the_fence(
    ledger: Ledger, message: Message, sendgrid_server: Standin
) -> None:
    plan = planned(ledger, message, 1500, 14 * MINUTE)
    sendgrid_server.script([Fault(Kind.LOST)])
    mail(ledger, plan, sendgrid_server)
    assert all("batch_id" not in request for request in sendgrid_server.account.requests)
    assert all("send_at" in request for request in sendgrid_server.account.requests)
    assert told(ledger, plan).recipients.in_doubt in (500, 1000)


def test_past_its_hour_it_goes_at_once(ledger: Ledger, message: Message, sendgrid_server: Standin) -> None:
    plan = planned(ledger, message, 10, -5)
    mail(ledger, plan, sendgrid_server)
    (request,) = sendgrid_server.account.requests
    assert "send_at" not in request
    assert "batch_id" not in request


def test_with_all_cancellation_slots_taken_the_doubt_stays_and_says_so(
    ledger: Ledger, message: Message, sendgrid_server: Standin
) -> None:
    account_ = sendgrid_server.account
    for _ in range(10):
        account_.scheduled[account_.new_batch()] = "cancel"
    plan = planned(ledger, message, 1500, HOUR)
    sendgrid_server.script([Fault(Kind.LOST)])
    (said,) = mail(ledger, plan, sendgrid_server)
    assert said.startswith("the doubt stays: group ")
    assert ": the maximum number of paused and cancelled batches has been reached" in said
    assert told(ledger, plan).recipients.in_doubt in (500, 1000)
    assert not told(ledger, plan).calling_back


def test_calling_back_that_was_cut_off_is_asked_about_again(
    ledger: Ledger, message: Message, sendgrid_server: Standin
) -> None:
    plan = planned(ledger, message, 1500, HOUR)
    sendgrid_server.script([Fault(Kind.LOST)])
    client = SendGridClient(sendgrid_server.account.key, sendgrid_server.url, PATIENCE)
    real = SendGridApi(client, lambda _: None)

    class CutOff:
        """Dies once the cancellation was asked for, before it is read back."""

        def call(self, method: str, path: str, **options: object) -> object:
            reply = real.call(method, path, **options)
            if (method, path) == ("POST", "user/scheduled_sends"):
                raise OutsideError("the connection is gone")
            return reply

    with pytest.raises(OutsideError):
        Mailing(ledger, plan, SendGridTransport(client), CutOff()).run()
    assert told(ledger, plan).calling_back
    mail(ledger, plan, sendgrid_server)
    assert told(ledger, plan).recipients == Recipients(selected=1500, accepted=1500)
    assert not told(ledger, plan).calling_back
    counts = sendgrid_server.account.counts()
    assert (len(counts), max(counts.values())) == (1500, 1)


def test_past_the_hour_silence_about_a_group_does_not_make_its_people_reached(
    ledger: Ledger, message: Message, sendgrid_server: Standin
) -> None:
    plan = planned(ledger, message, 10, HOUR)
    client = SendGridClient(sendgrid_server.account.key, sendgrid_server.url, PATIENCE)
    make_groups(ledger, plan.send_id, ["never-cancelled"])
    begin_calling_back(ledger, plan.send_id, 1)
    past = replace(plan, send_at=ledger.now() - 1)
    reason = call_back(ledger, past, SendGridApi(client, lambda _: None), groups(ledger, plan.send_id)[0])
    assert "its hour has passed" in reason
    assert told(ledger, plan).calling_back


def test_what_still_waits_to_be_submitted_goes_first(
    ledger: Ledger, message: Message, sendgrid_server: Standin
) -> None:
    plan = planned(ledger, message, 6500, HOUR)
    stop = Fault(Kind.STATUS, status=401, errors=(rules.error("Maximum credits exceeded"),))
    sendgrid_server.script([Fault(Kind.LOST), stop])
    with pytest.raises(OutsideError):
        mail(ledger, plan, sendgrid_server)
    assert sendgrid_server.account.scheduled == {}
    assert told(ledger, plan).recipients.in_doubt == 1000
    mail(ledger, plan, sendgrid_server)
    assert told(ledger, plan).recipients == Recipients(selected=6500, accepted=6500)
    assert max(sendgrid_server.account.counts().values()) == 1


def test_a_cancellation_that_might_arrive_too_late_is_not_asked_for(
    ledger: Ledger, message: Message, sendgrid_server: Standin
) -> None:
    plan = planned(ledger, message, 10, HOUR)
    make_groups(ledger, plan.send_id, ["some-group"])
    (group,) = groups(ledger, plan.send_id)
    api = SendGridApi(
        SendGridClient(sendgrid_server.account.key, sendgrid_server.url, PATIENCE), lambda _: None
    )
    late = replace(plan, send_at=ledger.now() + 10 * MINUTE + 55)
    assert "less than ten minutes before its hour" in call_back(ledger, late, api, group)
    assert (sendgrid_server.seen, told(ledger, plan).calling_back) == ([], False)


def test_a_top_up_has_one_group_of_its_own(
    ledger: Ledger, message: Message, sendgrid_server: Standin
) -> None:
    plan = planned(ledger, message, 2500, HOUR)
    mail(ledger, replace(plan, part=2), sendgrid_server)
    assert len(groups(ledger, plan.send_id)) == 1


class _Api:
    """SendGrid's, with something that happens before or instead of a call."""

    def __init__(self, standin: Standin, before: Callable[[str, str], Reply | None]) -> None:
        self._real = SendGridApi(SendGridClient(standin.account.key, standin.url, PATIENCE), lambda _: None)
        self._before = before

    def call(self, method: str, path: str, **options: Any) -> Reply:
        return self._before(method, path) or self._real.call(method, path, **options)


def test_what_sendgrid_agreed_to_cancel_and_does_not_show_yet_is_asked_about_again(
    ledger: Ledger, message: Message, sendgrid_server: Standin
) -> None:
    plan = planned(ledger, message, 1500, HOUR)
    sendgrid_server.script([Fault(Kind.LOST)])
    late = _Api(sendgrid_server, lambda method, path: _unseen(method, path))
    client = SendGridClient(sendgrid_server.account.key, sendgrid_server.url, PATIENCE)
    Mailing(ledger, plan, SendGridTransport(client), late).run()
    assert list(sendgrid_server.account.scheduled.values()) == ["cancel"]
    assert told(ledger, plan).calling_back
    mail(ledger, plan, sendgrid_server)
    assert told(ledger, plan).recipients == Recipients(selected=1500, accepted=1500)
    counts = sendgrid_server.account.counts()
    assert (len(counts), max(counts.values())) == (1500, 1)


def _unseen(method: str, path: str) -> Reply | None:
    return Reply(200, []) if method == "GET" and path.startswith("user/scheduled_sends/") else None


def test_who_is_sent_to_again_by_decision_during_a_round_gets_it_once(
    ledger: Ledger, message: Message, sendgrid_server: Standin
) -> None:
    plan = planned(ledger, message, 2500, HOUR)
    sendgrid_server.script([Fault(Kind.LOST), Fault(Kind.LOST)])

    def decided(method: str, path: str) -> None:
        if (method, path) == ("POST", "user/scheduled_sends"):
            for doubt in open_doubts(ledger)[1:]:
                decide(ledger, plan.send_id, doubt.claim.seq, How.RESEND, "seen", "me", renamed)

    client = SendGridClient(sendgrid_server.account.key, sendgrid_server.url, PATIENCE)
    Mailing(ledger, plan, SendGridTransport(client), _Api(sendgrid_server, decided)).run()
    mail(ledger, plan, sendgrid_server)
    assert told(ledger, plan).recipients == Recipients(selected=2500, accepted=2500)
    counts = sendgrid_server.account.counts()
    assert (len(counts), max(counts.values())) == (2500, 1)

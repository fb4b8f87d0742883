"""The curator's undo: what SendGrid holds for its hour, before it and after."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine

from producthead_mail.audience.api import Reply
from producthead_mail.errors import OutsideError
from producthead_mail.ledger.database import Ledger, open_ledger
from producthead_mail.ledger.draft import Draft
from producthead_mail.ledger.groups import groups, replace_group
from producthead_mail.ledger.plans import Plan, plans_of, publish_plan, start_plan, write_plan
from producthead_mail.ledger.states import EditionState, Recipients
from producthead_mail.rendering.message import Message
from producthead_mail.sending.mailing import Mailing
from producthead_mail.sending.planner import renamed
from producthead_mail.sending.recall import Recall, cancel, pause, resume
from producthead_mail.sending.sendgrid_api import SendGridApi
from producthead_mail.sending.sendgrid_client import SendGridClient
from producthead_mail.sending.transports.sendgrid import SendGridTransport
from tests.sending.scheduled import HOUR, MINUTE, PATIENCE, mail, planned, told
from tests.standin import Fault, Kind, Standin, rules

PEOPLE = 2500


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = open_ledger("", tmp_path / "ledger.db")
    opened.owners.enter()
    yield opened
    opened.close()


@pytest.fixture
def plan(ledger: Ledger, message: Message, sendgrid_server: Standin) -> Plan:
    """An edition that SendGrid holds, in three groups, until its hour."""
    plan = planned(ledger, message, PEOPLE, HOUR)
    mail(ledger, plan, sendgrid_server)
    return plan


@pytest.fixture
def api(sendgrid_server: Standin) -> SendGridApi:
    return SendGridApi(
        SendGridClient(sendgrid_server.account.key, sendgrid_server.url, PATIENCE), lambda _: None
    )


def statuses(standin: Standin) -> list[str]:
    return sorted(standin.account.scheduled.values())


def state(ledger: Ledger, plan: Plan) -> str:
    (found,) = plans_of(ledger, plan.edition, plan.transport)
    return found.state


def test_cancelling_in_time_takes_everything_back(
    ledger: Ledger, plan: Plan, api: SendGridApi, sendgrid_server: Standin
) -> None:
    assert cancel(ledger, [plan], api) == Recall(PEOPLE)
    assert told(ledger, plan).recipients == Recipients(selected=PEOPLE, cancelled=PEOPLE)
    assert told(ledger, plan).state is EditionState.CANCELLED
    assert (statuses(sendgrid_server), sendgrid_server.account.counts()) == (["cancel"] * 3, {})


def test_nothing_is_taken_back_less_than_ten_minutes_before(
    ledger: Ledger, plan: Plan, api: SendGridApi, sendgrid_server: Standin
) -> None:
    with time_machine.travel((plan.send_at or 0) - 9 * MINUTE):
        done = cancel(ledger, [plan], api)
        held = pause(ledger, [plan], api)
    assert (done.recipients, done.gone, len(done.refused)) == (0, PEOPLE, 3)
    assert "less than ten minutes before its hour" in done.refused[0]
    assert (held.recipients, held.gone, len(held.refused)) == (0, PEOPLE, 3)
    assert (statuses(sendgrid_server), state(ledger, plan)) == ([], "paused")


def test_what_is_paused_is_held_and_resumed(
    ledger: Ledger, plan: Plan, api: SendGridApi, sendgrid_server: Standin
) -> None:
    assert pause(ledger, [plan], api) == Recall(PEOPLE)
    assert (statuses(sendgrid_server), told(ledger, plan).paused) == (["pause"] * 3, True)
    assert resume(ledger, [plan], api) == Recall()
    assert (statuses(sendgrid_server), state(ledger, plan)) == ([], "ready")


def test_what_was_held_over_its_hour_is_let_go_by_resuming(
    ledger: Ledger, plan: Plan, api: SendGridApi, sendgrid_server: Standin
) -> None:
    pause(ledger, [plan], api)
    with time_machine.travel((plan.send_at or 0) + HOUR):
        assert resume(ledger, [plan], api) == Recall()
    assert (statuses(sendgrid_server), state(ledger, plan)) == ([], "ready")


def test_what_was_held_over_its_hour_can_still_be_cancelled(
    ledger: Ledger, plan: Plan, api: SendGridApi, sendgrid_server: Standin
) -> None:
    pause(ledger, [plan], api)
    with time_machine.travel((plan.send_at or 0) + HOUR):
        assert cancel(ledger, [plan], api) == Recall(PEOPLE)
    assert told(ledger, plan).recipients == Recipients(selected=PEOPLE, cancelled=PEOPLE)
    assert statuses(sendgrid_server) == ["cancel"] * 3


def test_past_its_hour_what_was_not_held_is_gone(
    ledger: Ledger, plan: Plan, api: SendGridApi, sendgrid_server: Standin
) -> None:
    with time_machine.travel((plan.send_at or 0) + HOUR):
        assert cancel(ledger, [plan], api) == Recall(0, PEOPLE)
    assert told(ledger, plan).recipients == Recipients(selected=PEOPLE, accepted=PEOPLE)
    assert (statuses(sendgrid_server), state(ledger, plan)) == ([], "cancelled")


def test_with_all_cancellation_slots_taken_the_rest_stays_and_is_said(
    ledger: Ledger, plan: Plan, api: SendGridApi, sendgrid_server: Standin
) -> None:
    for _ in range(8):
        sendgrid_server.account.scheduled[sendgrid_server.account.new_batch()] = "cancel"
    done = cancel(ledger, [plan], api)
    assert (done.recipients, done.gone) == (2000, 500)
    assert len(done.refused) == 1
    words = "the maximum number of paused and cancelled batches has been reached; it holds ten, and"
    assert words in done.refused[0]
    assert (state(ledger, plan), told(ledger, plan).calling_back) == ("paused", False)


def test_an_edition_without_its_hour_stops_where_it_stands(
    ledger: Ledger, message: Message, api: SendGridApi, sendgrid_server: Standin
) -> None:
    plan = planned(ledger, message, 5500, -MINUTE)
    refusal = Fault(Kind.STATUS, status=401, errors=(rules.error("bad key"),))
    sendgrid_server.script([None, refusal])
    with pytest.raises(Exception, match="bad key"):
        mail(ledger, plan, sendgrid_server)
    before = told(ledger, plan).recipients
    done = cancel(ledger, [plan], api)
    assert (done.recipients, done.gone) == (before.planned, before.accepted)
    assert told(ledger, plan).recipients == Recipients(
        selected=5500, accepted=before.accepted, cancelled=before.planned
    )


def test_without_an_api_only_what_is_planned_is_cancelled(ledger: Ledger, message: Message) -> None:
    plan = planned(ledger, message, PEOPLE, HOUR)
    assert cancel(ledger, [plan], None) == Recall(PEOPLE)
    assert told(ledger, plan).recipients == Recipients(selected=PEOPLE, cancelled=PEOPLE)


def test_what_was_held_for_too_long_is_thrown_away_and_counted_so(
    ledger: Ledger, plan: Plan, api: SendGridApi, sendgrid_server: Standin
) -> None:
    pause(ledger, [plan], api)
    with time_machine.travel((plan.send_at or 0) + 73 * HOUR):
        done = resume(ledger, [plan], api)
    assert done == Recall(discarded=PEOPLE)
    assert told(ledger, plan).recipients == Recipients(selected=PEOPLE, cancelled=PEOPLE)
    assert (statuses(sendgrid_server), state(ledger, plan)) == (["cancel"] * 3, "ready")


def test_a_part_that_came_while_it_was_cancelled_is_cancelled_too(
    ledger: Ledger, plan: Plan, api: SendGridApi
) -> None:
    seen = plans_of(ledger, plan.edition, plan.transport)
    send_id = start_plan(
        ledger,
        edition=plan.edition,
        transport=plan.transport,
        digest=plan.digest,
        message=plan.message,
        send_at=None,
        part=2,
    )
    write_plan(ledger, send_id, [Draft((1 << 62,), b"[]")])
    assert publish_plan(ledger, send_id)
    assert cancel(ledger, seen, api) == Recall(PEOPLE + 1)
    assert told(ledger, plan).recipients == Recipients(selected=PEOPLE + 1, cancelled=PEOPLE + 1)


class CutOff:
    """Dies once a cancellation was asked for, before it is read back."""

    def __init__(self, real: SendGridApi) -> None:
        self._real = real

    def call(self, method: str, path: str, **options: Any) -> Reply:
        reply = self._real.call(method, path, **options)
        if (method, path) == ("POST", "user/scheduled_sends"):
            raise OutsideError("the connection is gone")
        return reply


@pytest.fixture
def cut_off(ledger: Ledger, plan: Plan, api: SendGridApi) -> None:
    """A cancelling that was cut off in its first group."""
    with pytest.raises(OutsideError):
        cancel(ledger, [plan], CutOff(api))


@pytest.mark.usefixtures("cut_off")
def test_a_cancelling_that_was_cut_off_is_taken_back_by_resuming(
    ledger: Ledger, plan: Plan, api: SendGridApi, sendgrid_server: Standin
) -> None:
    assert statuses(sendgrid_server) == ["cancel"]
    assert resume(ledger, [plan], api) == Recall()
    assert (statuses(sendgrid_server), told(ledger, plan).calling_back) == ([], False)
    mail(ledger, plan, sendgrid_server)
    counts = sendgrid_server.account.counts()
    assert (len(counts), max(counts.values())) == (PEOPLE, 1)


@pytest.mark.usefixtures("cut_off")
def test_a_cancelling_that_was_cut_off_and_found_past_the_hour_is_counted(
    ledger: Ledger, plan: Plan, api: SendGridApi, sendgrid_server: Standin
) -> None:
    with time_machine.travel((plan.send_at or 0) + HOUR):
        done = resume(ledger, [plan], api)
    people = told(ledger, plan).recipients
    assert done == Recall(discarded=people.cancelled)
    assert (people.cancelled, people.accepted) == (1000, 1500)
    assert len(sendgrid_server.account.counts()) == 1500


@pytest.mark.usefixtures("cut_off")
def test_a_cancelling_that_was_cut_off_is_not_taken_back_in_the_last_ten_minutes(
    ledger: Ledger, plan: Plan, api: SendGridApi
) -> None:
    with time_machine.travel((plan.send_at or 0) - 9 * MINUTE):
        (reason,) = resume(ledger, [plan], api).refused
    assert "less than ten minutes before its hour" in reason
    assert (state(ledger, plan), told(ledger, plan).calling_back) == ("paused", True)


def test_what_a_round_plans_anew_while_it_is_cancelled_is_cancelled_too(
    ledger: Ledger, message: Message, api: SendGridApi, sendgrid_server: Standin
) -> None:
    plan = planned(ledger, message, 1500, HOUR)
    sendgrid_server.script([Fault(Kind.LOST)])
    client = SendGridClient(sendgrid_server.account.key, sendgrid_server.url, PATIENCE)
    with pytest.raises(OutsideError):
        Mailing(ledger, plan, SendGridTransport(client), CutOff(api)).run()
    (number,) = (one.number for one in groups(ledger, plan.send_id) if one.state == "cancelling")

    class Beside:
        """Somebody else ends the round that was cut off just then."""

        def call(self, method: str, path: str, **options: Any) -> Reply:
            replace_group(ledger, plan.send_id, number, "fresh", renamed)
            return api.call(method, path, **options)

    assert cancel(ledger, [plan], Beside()) == Recall(1500)
    assert told(ledger, plan).recipients == Recipients(selected=1500, cancelled=1500)

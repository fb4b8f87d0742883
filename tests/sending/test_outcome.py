"""What SendGrid's answers mean."""

import json

import pytest

from producthead_mail.sending.outcome import Outcome, Phase, Seen, Verdict, classify


def refused(status: int, *fields: str | None) -> Seen:
    errors = [{"message": "no", "field": field, "help": None} for field in fields]
    return Seen(Phase.ANSWERED, status, body=json.dumps({"errors": errors}))


@pytest.mark.parametrize("phase", [Phase.CONNECTING, Phase.WRITING])
def test_a_request_that_did_not_leave_is_planned_again(phase):
    assert classify(Seen(phase, error="refused")) == Outcome(Verdict.NOT_SENT, reason="refused")


def test_silence_after_the_body_is_doubt():
    assert classify(Seen(Phase.WAITING)) == Outcome(Verdict.IN_DOUBT, reason="no answer")


@pytest.mark.parametrize(
    ("status", "sandbox", "verdict"),
    [
        (202, False, Verdict.ACCEPTED),
        (200, False, Verdict.IN_DOUBT),
        (200, True, Verdict.ACCEPTED),
        (202, True, Verdict.IN_DOUBT),
        (302, False, Verdict.IN_DOUBT),
        (400, False, Verdict.REJECTED),
        (401, False, Verdict.STOPPED),
        (403, False, Verdict.STOPPED),
        (404, False, Verdict.STOPPED),
        (405, False, Verdict.STOPPED),
        (406, False, Verdict.STOPPED),
        (408, False, Verdict.IN_DOUBT),
        (413, False, Verdict.REJECTED),
        (415, False, Verdict.STOPPED),
        (429, False, Verdict.NOT_SENT),
        (500, False, Verdict.IN_DOUBT),
        (502, False, Verdict.IN_DOUBT),
    ],
)
def test_each_status_has_one_meaning(status, sandbox, verdict):
    answer = Seen(Phase.ANSWERED, status, body="<html>")

    assert classify(answer, sandbox=sandbox).verdict is verdict


def test_an_accepted_request_keeps_its_message_id():
    answer = Seen(Phase.ANSWERED, 202, {"x-message-id": "abc"})

    assert classify(answer) == Outcome(Verdict.ACCEPTED, message_id="abc")


def test_a_throttled_request_waits_for_the_reset():
    answer = Seen(Phase.ANSWERED, 429, {"x-ratelimit-reset": "1700000000"})

    assert classify(answer).not_before == 1700000000.0


def test_named_addresses_are_taken_out_once_each():
    answer = refused(400, "personalizations.7.to.0.email", "personalizations.2.to", "personalizations.7.to")

    assert classify(answer) == Outcome(Verdict.NAMED, reason="400: no; no; no", named=(2, 7))


@pytest.mark.parametrize("fields", [("subject",), (None,), ("personalizations.1.to", "from.email")])
def test_a_refusal_that_concerns_more_than_addresses_is_rejected(fields):
    assert classify(refused(400, *fields)).verdict is Verdict.REJECTED

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producthead_mail.sending.outcome import Outcome, Phase, Seen, Verdict, classify, faults_of


def answered(status: int, *errors: tuple[str, str | None], **headers: str) -> Seen:
    body = json.dumps({"errors": [{"message": m, "field": f, "help": None} for m, f in errors]})
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Seen(Phase.ANSWERED, status, named, body if errors else "")


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (202, Verdict.ACCEPTED),
        (400, Verdict.REJECTED),
        (413, Verdict.REJECTED),
        (429, Verdict.NOT_SENT),
        *((status, Verdict.STOPPED) for status in (401, 403, 404, 405, 406, 415)),
        *((status, Verdict.IN_DOUBT) for status in (200, 201, 204, 301, 302, 307, 408, 409, 422)),
        *((status, Verdict.IN_DOUBT) for status in (500, 501, 502, 503, 504, 599)),
    ],
)
def test_status(status: int, verdict: Verdict) -> None:
    assert classify(answered(status)).verdict is verdict


def test_accepted_keeps_the_message_id() -> None:
    seen = Seen(Phase.ANSWERED, 202, {"x-message-id": "abc"}, "", "IncompleteRead")
    assert classify(seen) == Outcome(Verdict.ACCEPTED, "abc")


def test_sandbox_succeeds_with_200_only() -> None:
    assert classify(answered(200), sandbox=True).verdict is Verdict.ACCEPTED
    assert classify(answered(202), sandbox=True).verdict is Verdict.IN_DOUBT


@pytest.mark.parametrize("phase", [Phase.CONNECTING, Phase.WRITING])
def test_before_the_body_is_out_nothing_was_sent(phase: Phase) -> None:
    assert classify(Seen(phase, error="refused")) == Outcome(Verdict.NOT_SENT, reason="refused")


def test_no_answer_is_doubt() -> None:
    assert classify(Seen(Phase.WAITING)) == Outcome(Verdict.IN_DOUBT, reason="no answer")
    assert classify(Seen(Phase.ANSWERED)).verdict is Verdict.IN_DOUBT


def test_limit_says_when_to_come_back() -> None:
    seen = answered(429, ("too many requests", None), x_ratelimit_reset="1700000060")
    assert classify(seen, now=1_700_000_000) == Outcome(
        Verdict.NOT_SENT, reason="SendGrid answered 429: too many requests", not_before=1_700_000_060
    )


@pytest.mark.parametrize("reset", ["", "soon", "nan", "inf", "-5", "1e300"])
def test_limit_without_a_usable_time_waits_a_minute(reset: str) -> None:
    assert classify(answered(429, x_ratelimit_reset=reset), now=1_700_000_000).not_before == 1_700_000_060


def test_last_limit_stops_with_a_remedy() -> None:
    outcome = classify(answered(429, ("too many requests", None)), final=True)
    assert outcome.verdict is Verdict.STOPPED
    assert outcome.reason == "SendGrid answered 429: too many requests; wait a while, or lower --rate"


def test_spent_credits_have_their_own_remedy() -> None:
    assert classify(answered(401, ("Maximum credits exceeded", None))) == Outcome(
        Verdict.STOPPED,
        reason="SendGrid answered 401: Maximum credits exceeded; wait until the credits renew, or buy more",
    )


def test_named_addresses_ascending_each_with_its_reason() -> None:
    seen = answered(
        400,
        ("Does not contain a valid address.", "personalizations.12.to.0.email"),
        ("The to array is required", "personalizations.3.to"),
        ("again", "personalizations.12.to.0.email"),
    )
    outcome = classify(seen)
    assert outcome.verdict is Verdict.NAMED
    assert outcome.named == (3, 12)
    assert outcome.named_reasons == ("The to array is required", "Does not contain a valid address.")


@pytest.mark.parametrize(
    "field",
    [
        None,
        "subject",
        "personalizations",
        "personalizations.0",
        "personalizations.0.subject",
        "personalizations.0.total",
        "personalizations.x.to",
        "from.email",
        "personalizations.99999.to",
    ],
)
def test_any_other_field_rejects(field: str | None) -> None:
    assert classify(answered(400, ("no", field))).verdict is Verdict.REJECTED
    mixed = answered(400, ("bad", "personalizations.0.to.0.email"), ("no", field))
    assert classify(mixed).verdict is Verdict.REJECTED


def test_rejection_quotes_sendgrid() -> None:
    reason = classify(answered(400, ("The subject is required.", "subject"))).reason
    assert reason == "SendGrid answered 400: subject: The subject is required."


def test_no_address_that_sendgrid_quotes_is_passed_on() -> None:
    words = "We found the first duplicate instance of [Ada@example.org] in the personalizations.0.bcc field."
    reason = classify(answered(400, (words, "personalizations.0.bcc"))).reason
    assert reason == (
        "SendGrid answered 400: personalizations.0.bcc: "
        "We found the first duplicate instance of [[address]] in the personalizations.0.bcc field."
    )


@pytest.mark.parametrize(
    "body", ["", "<html>", "[]", '{"errors": 5}', '{"errors": [5, null]}', "[" * 100_000]
)
def test_other_bodies_hold_no_faults(body: str) -> None:
    assert faults_of(body) == ()


@given(st.sampled_from(Phase), st.none() | st.integers(-1, 1000), st.text(), st.text())
def test_every_sight_has_an_outcome(phase: Phase, status: int | None, body: str, reset: str) -> None:
    outcome = classify(Seen(phase, status, {"x-ratelimit-reset": reset}, body))
    assert (outcome.verdict is Verdict.ACCEPTED) == (phase is Phase.ANSWERED and status == 202)

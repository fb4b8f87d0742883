"""What a transport saw of one request, and what that means: one pure table."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from producthead_mail.audience.address import without_addresses


class Phase(StrEnum):
    """How far a request got."""

    CONNECTING = "connecting"
    """Refused, DNS or TLS failure: not a byte of the request left."""
    WRITING = "writing"
    """The connection failed before the whole body was written."""
    WAITING = "waiting"
    """The whole body left; no usable status line came back."""
    ANSWERED = "answered"
    """A status line was read."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the transport saw: facts, no judgement."""

    phase: Phase
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""
    body: str = ""
    error: str = ""
    """The exception's words where there was one; never a secret."""


class Verdict(StrEnum):
    """What a request came to."""

    ACCEPTED = "accepted"
    NOT_SENT = "not_sent"
    """Nothing was sent: plan it again, not before `not_before`."""
    STOPPED = "stopped"
    """The account was refused: nothing was sent, the whole edition stops."""
    NAMED = "named"
    """Refused for addresses it names: take those out and plan the rest again."""
    REJECTED = "rejected"
    IN_DOUBT = "in_doubt"
    """It may or may not have been sent: never repeat it on a timer."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The verdict, and what a person or the dispatcher needs to act on it."""

    verdict: Verdict
    message_id: str = ""
    reason: str = ""
    """SendGrid's own words where it had any; for STOPPED with a remedy."""
    not_before: float | None = None
    """Unix time before which another request is pointless."""
    named: tuple[int, ...] = ()
    """Positions of the refused personalizations in the request, ascending."""
    named_reasons: tuple[str, ...] = ()
    """SendGrid's words for each of `named`."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One entry of the `errors` in SendGrid's answer."""

    message: str
    field: str = ""


REMEDIES = {
    401: "check SENDGRID_API_KEY and the region of the account",
    403: "give the key the scope mail.send, and verify the sender's address or domain",
    404: "check PRODUCTHEAD_SENDGRID_URL and the region of the account",
    405: "check PRODUCTHEAD_SENDGRID_URL",
    406: "check PRODUCTHEAD_SENDGRID_URL and any proxy",
    415: "check any proxy that changes requests, then report it as a fault of this program",
    429: "wait a while, or lower --rate",
}
CREDITS = "credits exceeded"
CREDITS_REMEDY = "wait until the credits renew, or buy more"
PAUSE_SECONDS = 60.0
"""For a 429 that does not say when to come back."""
NAMED_PATH = re.compile(r"personalizations(?:\.(\d{1,4})|\[(\d{1,4})\])\.to\b")


def classify(seen: Seen, *, sandbox: bool = False, now: float = 0, final: bool = False) -> Outcome:
    """What came of a request; `final` says that a 429 will not be waited for any more."""
    if seen.phase in {Phase.CONNECTING, Phase.WRITING}:
        return Outcome(Verdict.NOT_SENT, reason=seen.error or f"failed while {seen.phase}")
    if seen.phase is Phase.WAITING or seen.status is None:
        return Outcome(Verdict.IN_DOUBT, reason=seen.error or "no answer")
    faults = faults_of(seen.body)
    message_id = seen.headers.get("x-message-id", "")
    if seen.status == (200 if sandbox else 202):
        return Outcome(Verdict.ACCEPTED, message_id)
    if seen.status == 400:
        return _refused(faults, _reason(seen.status, faults))
    if seen.status == 413:
        return Outcome(Verdict.REJECTED, reason=_reason(seen.status, faults))
    if seen.status in REMEDIES:
        return _account(seen, faults, now, final)
    return Outcome(Verdict.IN_DOUBT, message_id, _reason(seen.status, faults))


def faults_of(body: str) -> tuple[Fault, ...]:
    """The errors in an answer's body; none where it isn't SendGrid's JSON."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return ()
    errors = answer.get("errors") if isinstance(answer, dict) else None
    entries = errors if isinstance(errors, list) else []
    return tuple(
        # Some of SendGrid's messages quote a recipient, and they are kept and logged.
        Fault(without_addresses(_line(entry.get("message"))), _line(entry.get("field")))
        for entry in entries
        if isinstance(entry, dict)
    )


def _account(seen: Seen, faults: tuple[Fault, ...], now: float, final: bool) -> Outcome:
    assert seen.status is not None
    reason = _reason(seen.status, faults)
    spent = CREDITS in reason.lower()
    if seen.status == 429 and not final and not spent:
        return Outcome(Verdict.NOT_SENT, reason=reason, not_before=_reset(seen, now))
    return Outcome(Verdict.STOPPED, reason=f"{reason}; {CREDITS_REMEDY if spent else REMEDIES[seen.status]}")


def _refused(faults: tuple[Fault, ...], reason: str) -> Outcome:
    matches = [NAMED_PATH.match(fault.field) for fault in faults]
    # Every fault must name an address: one that does not would refuse the rest again.
    if not matches or not all(matches):
        return Outcome(Verdict.REJECTED, reason=reason)
    named: dict[int, str] = {}
    for fault, match in zip(faults, matches, strict=True):
        if match:
            named.setdefault(int(match[1] or match[2]), fault.message)
    places = tuple(sorted(named))
    return Outcome(
        Verdict.NAMED, reason=reason, named=places, named_reasons=tuple(named[place] for place in places)
    )


def _reset(seen: Seen, now: float) -> float | None:
    text = seen.headers.get("x-ratelimit-reset", "").strip()
    if re.fullmatch(r"[0-9]{1,12}", text):
        return float(text)
    return now + PAUSE_SECONDS if now else None


def _reason(status: int, faults: tuple[Fault, ...]) -> str:
    words = "; ".join(f"{fault.field}: {fault.message}" if fault.field else fault.message for fault in faults)
    return f"SendGrid answered {status}" + (f": {words[:2000]}" if words else "")


def _line(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""

"""What a transport saw of one request, and what that means: one pure table."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


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
    """What the dispatcher does next."""

    ACCEPTED = "accepted"
    NOT_SENT = "not_sent"
    """Nothing was accepted: the batch is planned again."""
    STOPPED = "stopped"
    """Refused for the account's sake: nothing was sent, the edition stops."""
    NAMED = "named"
    """A 400 that names addresses: take them out, plan the rest again."""
    REJECTED = "rejected"
    IN_DOUBT = "in_doubt"
    """May or may not have been accepted: never retried on a timer."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one request came to."""

    verdict: Verdict
    message_id: str = ""
    reason: str = ""
    """SendGrid's own words, or what happened to the connection."""
    not_before: float | None = None
    """Unix seconds before which nothing should be sent (429)."""
    named: tuple[int, ...] = ()
    """Indices of the personalizations that a 400 names."""


_STOPPING = frozenset({401, 403, 404, 405, 406, 415})
_NAMED_FIELD = re.compile(r"personalizations\.(\d+)\.to(?:\.|$)")


def classify(seen: Seen, *, sandbox: bool = False) -> Outcome:
    """The outcome of what a transport saw; a sandbox request succeeds with 200, any other with 202 only."""
    if seen.phase in (Phase.CONNECTING, Phase.WRITING):
        return Outcome(Verdict.NOT_SENT, reason=seen.error)
    if seen.phase is Phase.WAITING or seen.status is None:
        return Outcome(Verdict.IN_DOUBT, reason=seen.error or "no answer")
    if seen.status == (200 if sandbox else 202):
        return Outcome(Verdict.ACCEPTED, message_id=seen.headers.get("x-message-id", ""))
    return _refusal(seen, seen.status)


def _refusal(seen: Seen, status: int) -> Outcome:
    errors = _errors(seen.body)
    reason = f"{status}: " + ("; ".join(message for message, _ in errors) or seen.error or "no reason given")
    if status == 429:
        return Outcome(Verdict.NOT_SENT, reason=reason, not_before=_reset(seen.headers))
    if status in _STOPPING:
        return Outcome(Verdict.STOPPED, reason=reason)
    if status not in (400, 413):
        return Outcome(Verdict.IN_DOUBT, reason=reason)
    # Every error must name an address: one that does not would refuse the rest again.
    matches = [_NAMED_FIELD.match(place) for _, place in errors]
    named = sorted({int(match[1]) for match in matches if match})
    if status == 400 and named and all(matches):
        return Outcome(Verdict.NAMED, reason=reason, named=tuple(named))
    return Outcome(Verdict.REJECTED, reason=reason)


def _errors(body: str) -> list[tuple[str, str]]:
    try:
        errors = json.loads(body)["errors"]
        return [(str(error["message"]), str(error.get("field") or "")) for error in errors]
    except (ValueError, KeyError, TypeError, AttributeError):
        return []


def _reset(headers: Mapping[str, str]) -> float | None:
    try:
        return float(headers["x-ratelimit-reset"])
    except (KeyError, ValueError):
        return None

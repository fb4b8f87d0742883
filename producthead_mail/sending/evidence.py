"""Evidence that a batch in doubt was sent: what SendGrid's Email Logs say of two or three of its people.

A request is accepted or refused as a whole, so one recipient's mail proves that all of it was
accepted. That none is found proves nothing: the logs are only nearly up to date.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import quote

from producthead_mail.audience.api import Api, Reply, refusal
from producthead_mail.errors import OutsideError
from producthead_mail.ledger import moves
from producthead_mail.ledger.database import Ledger
from producthead_mail.ledger.decisions import OpenDoubt, doubted_body, open_doubts
from producthead_mail.ledger.states import State

PROBES = 3
SKEW_SECONDS = 600
"""How far SendGrid's clock may be from ours."""
KEPT_SECONDS = 30 * 24 * 3600
"""SendGrid's logs go back no further."""
MAILS_A_PROBE = 50
"""Since the attempt, to one recipient; the oldest of them are looked into."""
FOUND_IN_LOGS = "found in SendGrid's Email Logs"
DISCARDED = "cancel_drop"
UNQUOTABLE = frozenset('"\\\r\n')


class Sign(StrEnum):
    """What was found of a batch."""

    SENT = "sent"
    """SendGrid accepted it, as a whole."""
    DISCARDED = "discarded"
    """It was accepted, then thrown away with its group: nobody got it."""
    NOTHING = "nothing"
    """Which proves nothing."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a batch beside the lost answer."""

    sign: Sign
    words: str
    message_id: str = ""


@dataclass(frozen=True, slots=True)
class Probe:
    """A recipient to look for, and what SendGrid keeps with the mail if it is of this batch."""

    email: str
    arguments: Mapping[str, str]


Look = Callable[[OpenDoubt, bytes], Evidence]
"""Looks for evidence of a doubt; the personalizations of its batch say for whom to look."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A doubt that was looked into."""

    doubt: OpenDoubt
    evidence: Evidence
    settled: bool
    """False where the doubt stays."""


def settle(ledger: Ledger, doubts: Sequence[OpenDoubt], look: Look) -> Iterator[Settled]:
    """Looks into each doubt in turn and records as accepted what was sent."""
    for doubt in doubts:
        personalizations = doubted_body(ledger, doubt.claim)
        if personalizations is None:
            continue  # its answer came after all, or somebody decided
        evidence = look(doubt, personalizations)
        settled = evidence.sign is Sign.SENT and moves.finish(
            ledger,
            doubt.claim,
            State.ACCEPTED,
            message_id=evidence.message_id[:100],
            reason=evidence.words,
        )
        yield Settled(doubt, evidence, settled)


def settle_edition(
    ledger: Ledger, edition: str, transport: str, look: Look, tell: Callable[[str], None]
) -> None:
    """Records what `look` proves of an edition's doubts, and tells; where it can't be asked, doubt stays."""
    doubts = [one for one in open_doubts(ledger, edition) if one.transport == transport]
    try:
        for found in settle(ledger, doubts, look):
            if found.settled:
                tell(f"{edition}: batch {found.doubt.batch}: accepted, {found.evidence.words}")
    except OutsideError as error:
        tell(f"{edition}: the doubt stays: {error}")


def in_logs(api: Api, now: float) -> Look:
    """Looks into the Email Logs of a SendGrid account."""

    def look(doubt: OpenDoubt, personalizations: bytes) -> Evidence:
        return find(api, probes(personalizations), doubt.begun_at, now)

    return look


def in_outbox(directory: Path) -> Look:
    """Looks for the files of a batch in an outbox; only when all are there was it sent."""
    from producthead_mail.sending.transports.outbox import written

    def look(_: OpenDoubt, personalizations: bytes) -> Evidence:
        there, wanted = written(directory, personalizations)
        words = f"{there} of its {wanted} files are in the outbox"
        return Evidence(Sign.SENT if there == wanted else Sign.NOTHING, words)

    return look


def probes(personalizations: bytes, number: int = PROBES) -> list[Probe]:
    """Up to `number` recipients spread over a batch, such as can be asked for."""
    # The logs tell upper from lower case, and nobody says which of both they keep: lower comes first.
    askable = [one for one in map(_probe, json.loads(personalizations)) if _quotable(one.email)]
    plain = [one for one in askable if one.email == one.email.lower()]
    rest = [one for one in askable if one.email != one.email.lower()]
    return [*_spread(plain, number), *_spread(rest, number)][:number]


def query(email: str, since: float) -> str:
    """The search for mail to this address since that time; ValueError where it can't be put."""
    if not _quotable(email):
        raise ValueError(f"{email!r} can't be put into a query")
    # Double quotes, as in SendGrid's own example for to_email: no way to escape a quote is documented,
    # and an apostrophe is common in addresses while a double quote isn't.
    at = datetime.fromtimestamp(since, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f'to_email = "{email}" AND sg_message_id_created_at > TIMESTAMP "{at}"'


def find(api: Api, people: Sequence[Probe], begun_at: float, now: float) -> Evidence:
    """What the logs say of these recipients of one batch; OutsideError where they can't be asked."""
    if not people:
        return Evidence(Sign.NOTHING, "none of its addresses can be asked for")
    if now - begun_at > KEPT_SECONDS:
        return Evidence(Sign.NOTHING, "SendGrid's logs go back 30 days only")
    for person in people:
        for summary in _mails(api, person.email, begun_at - SKEW_SECONDS):
            name = str(summary.get("sg_message_id", ""))
            detail = _detail(api, name)
            if _same(detail, person.arguments):
                return _evidence(detail, name)
    return Evidence(Sign.NOTHING, f"nothing in SendGrid's Email Logs of {len(people)} of its recipients")


def _probe(personalization: Mapping[str, Any]) -> Probe:
    return Probe(personalization["to"][0]["email"], personalization.get("custom_args", {}))


def _quotable(email: str) -> bool:
    return email.isprintable() and not UNQUOTABLE & set(email)


def _spread(people: Sequence[Probe], number: int) -> list[Probe]:
    """Evenly spaced, first and last among them."""
    if len(people) <= number:
        return list(people)
    return [people[place * (len(people) - 1) // max(1, number - 1)] for place in range(number)]


def _mails(api: Api, email: str, since: float) -> list[dict[str, Any]]:
    """Mail to the address, in any of its spellings, oldest first."""
    found: list[dict[str, Any]] = []
    for spelling in dict.fromkeys((email, email.lower())):
        reply = api.call("POST", "logs", body={"query": query(spelling, since), "limit": MAILS_A_PROBE})
        messages = reply.body.get("messages") if isinstance(reply.body, dict) else None
        if reply.status != 200 or not isinstance(messages, list):
            raise OutsideError(f"SendGrid's Email Logs: {refusal(reply)}")
        found += [one for one in messages if isinstance(one, dict)]
    return sorted(found, key=lambda one: str(one.get("sg_message_id_created_at", "")))


def _detail(api: Api, name: str) -> dict[str, Any]:
    """All that the logs know of one mail; empty where it is there no more."""
    reply = api.call("GET", f"logs/{quote(name, safe='')}") if name else Reply(404)
    return reply.body if reply.status == 200 and isinstance(reply.body, dict) else {}


def _same(detail: Mapping[str, Any], arguments: Mapping[str, str]) -> bool:
    """True where the mail carries just what was sent with it: edition, batch and recipient."""
    # Both places: the detail's own are optional by the OpenAPI document, as are those of its events.
    kept = [detail.get("custom_args"), *(event.get("custom_args") for event in _events(detail))]
    return bool(arguments) and any(
        isinstance(one, dict) and all(one.get(name) == value for name, value in arguments.items())
        for one in kept
    )


def _evidence(detail: Mapping[str, Any], name: str) -> Evidence:
    # `<X-Message-Id>.recvd-…`: the first part is what an answer would have given.
    message_id = name.partition(".")[0]
    if any(event.get("event") == DISCARDED for event in _events(detail)):
        return Evidence(
            Sign.DISCARDED, "SendGrid took it and threw it away with its group: nobody got it", message_id
        )
    return Evidence(Sign.SENT, FOUND_IN_LOGS, message_id)


def _events(detail: Mapping[str, Any]) -> list[dict[str, Any]]:
    events = detail.get("events")
    return [one for one in events if isinstance(one, dict)] if isinstance(events, list) else []

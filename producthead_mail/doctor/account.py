"""Asks SendGrid about the account: each question once, all at the same time, nothing but reading."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from producthead_mail.audience.api import Reply, refusal
from producthead_mail.doctor.later import Later
from producthead_mail.sending.outcome import Phase, Seen
from producthead_mail.sending.sendgrid_client import SendGridClient

REQUEST_SECONDS = 3.5
"""Twice that is the most that all questions take."""
PAGE = 50
PAGES = 20
"""A thousand domains, of the three thousand that an account may have."""
_ERRNO = re.compile(r"\A\w+: (?:\[Errno -?\d+] )?")
QUESTIONS = {
    "credits": ("user/credits", "user.credits.read"),
    "senders": ("verified_senders", "sender verification"),
    "domains": ("whitelabel/domains", "whitelabel.read"),
    "groups": ("asm/groups", "asm.groups.read"),
    "tracking": ("tracking_settings", "tracking_settings.read"),
    "settings": ("mail_settings", "mail_settings.read"),
    "tls": ("user/settings/enforced_tls", "user.settings.enforced_tls.read"),
    "webhooks": ("user/webhooks/event/settings/all", "user.webhooks.event.settings.read"),
    "list": ("marketing/lists", "marketing.read"),
}
"""What is asked, where, and the scope that the key needs for it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one question."""

    body: Any = None
    """Its JSON; None where there is none."""
    status: int | None = None
    """None where nothing came back."""
    fault: str = ""
    """Why the body says nothing; never a secret."""

    @property
    def is_forbidden(self) -> bool:
        """Whether the key may not ask this."""
        return self.status == 403


@dataclass(frozen=True, slots=True)
class Account:
    """Every answer by the name of its question, and the clock of who answered."""

    scopes: Answer
    answers: Mapping[str, Answer] = field(default_factory=dict)
    clock_ahead: float | None = None
    """Seconds by which this machine's clock goes before SendGrid's; None where that is not known."""


def ask_account(client: SendGridClient, host: str, list_id: str = "") -> Account:
    """What the account says; only the first question is asked where that is not answered.

    `list_id` is the list of contacts that editions go to, if they go to one.
    """
    asked = Later(partial(client.request, "GET", "scopes"))
    try:
        seen = asked.get(time.monotonic() + REQUEST_SECONDS)
    except TimeoutError:  # the system's own look-up of the host's name knows no time-out
        return Account(Answer(fault=f"{host} can't be reached (no answer)"))
    scopes = read_answer(seen, host)
    if scopes.status == 200 and not _has_scopes(scopes.body):  # a proxy, or the page of a network's log-in
        return Account(Answer(fault=f"{host} does not answer as SendGrid does"))
    if scopes.status != 200:
        return Account(scopes, clock_ahead=clock_ahead(seen.headers, time.time()))
    end = time.monotonic() + REQUEST_SECONDS
    questions = {name: Later(partial(_ask, client, name, host)) for name in QUESTIONS if name != "list"}
    if list_id:
        questions["list"] = Later(partial(_ask, client, "list", host, f"/{list_id}"))
    answers = {name: _got(later, end) for name, later in questions.items()}
    return Account(scopes, answers, clock_ahead(seen.headers, time.time()))


def read_answer(seen: Seen, host: str) -> Answer:
    """What is to be made of what was seen."""
    if seen.phase is not Phase.ANSWERED or seen.status is None:
        reason = _ERRNO.sub("", seen.error) or "no answer"
        return Answer(fault=f"{host} can't be reached ({reason})")
    try:
        body = json.loads(seen.body)
    except (ValueError, RecursionError):
        body = None
    if seen.status == 200 and body is not None:
        return Answer(body, 200)
    words = refusal(Reply(seen.status, body)) if seen.status != 200 else "SendGrid's answer can't be read"
    return Answer(None, seen.status, words)


def _has_scopes(body: Any) -> bool:
    return isinstance(body, dict) and isinstance(body.get("scopes"), list)


def clock_ahead(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds by which `now` goes before the Date of an answer; None where it has none."""
    try:
        return now - parsedate_to_datetime(headers["date"]).timestamp()
    except (KeyError, ValueError, OverflowError):
        return None


def host_of(url: str) -> str:
    """The host of an address, with its port where it names one."""
    return urlsplit(url).netloc.rpartition("@")[2]


def _ask(client: SendGridClient, name: str, host: str, below: str = "") -> Answer:
    path = f"{QUESTIONS[name][0]}{below}"
    if name != "domains":
        return read_answer(client.request("GET", path), host)
    rows: list[Any] = []
    for number in range(PAGES):
        query = {"limit": str(PAGE), "offset": str(number * PAGE)}
        answer = read_answer(client.request("GET", path, query=query), host)
        if answer.fault or not isinstance(answer.body, list):
            return answer
        rows += answer.body
        if len(answer.body) < PAGE:
            break
    return Answer(rows, 200)


def _got(later: Later[Answer], end: float) -> Answer:
    try:
        return later.get(end)
    except TimeoutError:
        return Answer(fault="SendGrid did not answer in time")

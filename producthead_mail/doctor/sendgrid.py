"""The SendGrid group: key, region, rights, and what the account says of itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from producthead_mail.config import is_loopback
from producthead_mail.content.publication import Publication
from producthead_mail.doctor.account import (
    QUESTIONS,
    REQUEST_SECONDS,
    Account,
    Answer,
    ask_account,
    host_of,
    read_answer,
)
from producthead_mail.doctor.check import Check, Group, State, Subject
from producthead_mail.doctor.identity import (
    SENDER,
    WHERE,
    Domain,
    domain_of,
    domains,
    sender_check,
    senders,
    signing,
)
from producthead_mail.doctor.project import AUDIENCE, People, words
from producthead_mail.doctor.rights import rights
from producthead_mail.doctor.settings import (
    CONTENT,
    CREDITS,
    EVENTS,
    SUPPRESSIONS,
    TLS,
    UNSUBSCRIBE,
    content_check,
    credit_check,
    enabled,
    event_check,
    list_check,
    plain_unsubscribe,
    suppression_check,
    tls_check,
    unsubscribe_check,
)
from producthead_mail.errors import InputError
from producthead_mail.sending.sendgrid_client import SendGridClient

KEY = Subject(Group.SENDGRID, "key")
REGION = Subject(Group.SENDGRID, "region")
RIGHTS = tuple(
    Subject(Group.SENDGRID, name)
    for name in ("rights to send", "rights to schedule", "rights to settle", "further rights")
)
ASKED = (*RIGHTS, CREDITS, SENDER, UNSUBSCRIBE, CONTENT, TLS, SUPPRESSIONS, EVENTS)
EU = "eu"
"""The region in which every account is a subuser."""
KEY_LENGTH = 69
LIST_REMEDY = "copy audience.sendgrid_list from the address of the list's page in SendGrid"
UNREADABLE = (KeyError, TypeError, AttributeError, ValueError, OverflowError)
"""What a body of another shape raises where it is read."""


@dataclass(frozen=True, slots=True)
class Access:
    """How SendGrid is reached."""

    key: str
    urls: Mapping[str, str]
    """Region -> where its API is."""
    url: str = ""
    """Where it is whatever the region; empty where nobody says so."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What SendGrid said, and the checks that say how it was reached."""

    first: tuple[Check, Check]
    """Key and region."""
    account: Account | None = None
    """None where there is nobody to ask."""
    reason: str = ""
    """Why there is none."""


def look(access: Access, region: str, list_id: str = "") -> Findings:
    """What SendGrid says of the account that the key is for."""
    url = access.url or access.urls[region]
    if not access.key.strip():
        first = KEY.skipped("SENDGRID_API_KEY is not set", "put it into .env, to send by SendGrid")
        return Findings((first, region_check(region, access)), reason="needs the key")
    try:
        client = SendGridClient(access.key, url, REQUEST_SECONDS)
    except InputError as error:
        return Findings((KEY.error(*words(error)), region_check(region, access)), reason="needs the key")
    account = ask_account(client, host_of(url), list_id)
    if account.scopes.status == 200:
        first = KEY.ok(f"{host_of(url)} takes it")
        return Findings((first, region_check(region, access)), account)
    if account.scopes.status in {401, 403}:
        return _refused(access, region, account)
    known = None if account.clock_ahead is None else account
    return Findings((_away(account.scopes), region_check(region, access)), known, "SendGrid can't be asked")


def _away(scopes: Answer) -> Check:
    """Says why there is no answer; without a network that is no fault."""
    if "CERTIFICATE_VERIFY_FAILED" in scopes.fault:
        remedy = "set this machine's clock, install ca-certificates, or name your proxy's in SSL_CERT_FILE"
        return KEY.error(scopes.fault, remedy)
    where = " where the network is" if scopes.status is None else ""
    return KEY.skipped(scopes.fault, f"run it again{where}")


def _refused(access: Access, region: str, account: Account) -> Findings:
    """Says whose key it is, where it is that of another region."""
    remedy = "make a key in SendGrid under Settings > API Keys and put it into SENDGRID_API_KEY"
    key = access.key.strip()
    if account.scopes.status == 403:  # what any call gets from where IP Access Management lets nobody in
        remedy = f"allow this machine's address there under Settings > IP Access Management, or {remedy}"
    elif not key.startswith("SG.") or len(key) != KEY_LENGTH:
        remedy = f"copy the whole key: SG.…, {KEY_LENGTH} characters; or {remedy}"
    first = KEY.error(account.scopes.fault, remedy)
    second = region_check(region, access)
    for other in access.urls if not access.url else ():
        if other != region and _takes(access.urls[other], key):
            first = KEY.ok(f"{host_of(access.urls[other])} takes it")
            second = REGION.error(
                f"publication.yaml says {region}, but the key is one of region {other}",
                f"set sendgrid.region to {other} in publication.yaml",
            )
    return Findings((first, second), account, "the key is refused")


def _takes(url: str, key: str) -> bool:
    seen = SendGridClient(key, url, REQUEST_SECONDS).request("GET", "scopes")
    return read_answer(seen, host_of(url)).status == 200


def region_check(region: str, access: Access) -> Check:
    """Whether requests go where publication.yaml says."""
    host = host_of(access.url or access.urls[region])
    if not access.url or access.url.rstrip("/") == access.urls[region]:
        return REGION.ok(f"{region}: {host}")
    other = next((name for name, url in access.urls.items() if host == host_of(url)), "")
    if other:
        return REGION.error(
            f"publication.yaml says {region}, but PRODUCTHEAD_SENDGRID_URL is that of region {other}",
            "unset PRODUCTHEAD_SENDGRID_URL",
        )
    what = "this machine" if is_loopback(host.rpartition(":")[0] or host) else host
    return REGION.warning(
        f"mail goes to {what} instead of SendGrid (PRODUCTHEAD_SENDGRID_URL)",
        "unset PRODUCTHEAD_SENDGRID_URL to send",
    )


def sendgrid_checks(found: Findings, publication: Publication, people: People | None) -> list[Check]:
    """Every check of the account, in the order they are shown."""
    if found.reason or found.account is None:
        reason = found.reason or "SendGrid can't be asked"
        return [*found.first, *(subject.skipped(reason) for subject in ASKED)]
    account = found.account
    return [
        *found.first,
        *_rights(account.scopes, publication),
        _judged(CREDITS, account, "credits", lambda body: credit_check(body, people)),
        sender(account, publication),
        _unsubscribe(account, publication),
        _judged(CONTENT, account, "settings", lambda body: _content(account, body)),
        _judged(TLS, account, "tls", tls_check),
        _judged(SUPPRESSIONS, account, "settings", lambda body: suppression_check(enabled(body))),
        _judged(EVENTS, account, "webhooks", event_check),
    ]


def contacts(found: Findings, list_id: str) -> tuple[People | None, Check]:
    """How many an edition goes to where they are contacts of a list of the account."""
    if found.reason or found.account is None:
        return None, AUDIENCE.skipped(f"{found.reason}: it is a list of SendGrid's")
    answer = found.account.answers["list"]
    if answer.status == 404:
        return None, AUDIENCE.error(f"the account has no list {list_id}", LIST_REMEDY)
    check = _judged(AUDIENCE, found.account, "list", list_check)
    return People(int(answer.body["contact_count"])) if check.state is State.OK else None, check


def _rights(scopes: Answer, publication: Publication) -> list[Check]:
    try:
        return rights({str(one) for one in scopes.body["scopes"]}, publication)
    except UNREADABLE:
        return [subject.skipped("SendGrid's answer can't be read") for subject in RIGHTS]


def sender(account: Account, publication: Publication) -> Check:
    """Whether SendGrid takes mail from the publication's sender."""
    singles = account.answers["senders"]

    def judge(body: Any) -> Check:
        listed = None if singles.fault else senders(singles.body)
        lent = publication.sendgrid.region == EU
        return sender_check(publication.sender.email, domains(body), listed, lent=lent)

    return _judged(SENDER, account, "domains", judge, f"or look {WHERE}")


def known_domains(account: Account | None, publication: Publication) -> list[Domain] | None:
    """The authenticated domains; None where SendGrid doesn't tell, or not of one that a parent has lent."""
    answer = account.answers.get("domains") if account else None
    if answer is None or answer.fault:
        return None
    try:
        found = domains(answer.body)
    except UNREADABLE:
        return None
    lent = publication.sendgrid.region == EU and not signing(found, domain_of(publication.sender.email))
    return None if lent else found


def _unsubscribe(account: Account, publication: Publication) -> Check:
    way = publication.unsubscribe
    number = way.asm_group
    if number is None:
        return plain_unsubscribe(way)
    return _judged(UNSUBSCRIBE, account, "groups", lambda body: unsubscribe_check(number, body))


def _content(account: Account, settings: Any) -> Check:
    tracking = account.answers["tracking"]
    if tracking.fault:
        return _unasked(CONTENT, "tracking", tracking)
    return content_check(enabled(settings) | enabled(tracking.body))


def _judged(
    subject: Subject, account: Account, question: str, judge: Callable[[Any], Check], other: str = ""
) -> Check:
    """What a verdict says of an answer; skipped where there is none that can be read."""
    answer = account.answers[question]
    if answer.fault:
        return _unasked(subject, question, answer, other)
    try:
        return judge(answer.body)
    except UNREADABLE:
        return subject.skipped("SendGrid's answer can't be read")


def _unasked(subject: Subject, question: str, answer: Answer, other: str = "") -> Check:
    if not answer.is_forbidden:
        return subject.skipped(answer.fault, "run it again")
    scope = QUESTIONS[question][1]
    remedy = f"give it {scope}" + (f", {other}" if other else "")
    return subject.skipped("the key may not ask this", remedy)

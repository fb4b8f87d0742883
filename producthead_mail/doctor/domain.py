"""The DNS group: what receivers find when they ask whether SendGrid may send for the publication."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from producthead_mail.doctor import dmarc, spf
from producthead_mail.doctor.check import Check, Group, Subject
from producthead_mail.doctor.identity import WHERE, Domain, Record, domain_of, signing
from producthead_mail.doctor.later import Later
from producthead_mail.doctor.project import People
from producthead_mail.doctor.resolver import Resolver, Unanswered

PATH = Subject(Group.DNS, "return path")
SPF = Subject(Group.DNS, "SPF")
DKIM = Subject(Group.DNS, "DKIM")
DMARC = Subject(Group.DNS, "DMARC")
ALIGNMENT = Subject(Group.DNS, "alignment")
SUBJECTS = (PATH, SPF, DKIM, DMARC, ALIGNMENT)
BULK = 5000
"""Mails a day to Gmail's or Outlook's own addresses, from which both want DMARC
(support.google.com/mail/answer/81126; Outlook.com since May 2025)."""
SELECTORS = ("s1", "s2")
"""Where SendGrid's keys usually stand."""
UNNAMED = "SendGrid names no domain for this sender"
RULES = f"Gmail, Yahoo and Outlook want it of who sends {BULK:,} mails a day"


@dataclass(frozen=True, slots=True)
class Mail:
    """Whose mail is checked."""

    sender: str
    """The domain of the From address."""
    signed: Domain | None
    """What SendGrid signs with; None where it has nothing, or is not asked."""
    is_known: bool
    """False where SendGrid was not asked."""
    people: int = 0


def dns_checks(
    email: str, found: Sequence[Domain] | None, people: People | None, resolver: Resolver, end: float
) -> list[Check]:
    """Every check of the sender's domain; `found` are SendGrid's domains, None where it doesn't tell."""
    if fault := resolver.fault():
        return [subject.skipped(fault) for subject in SUBJECTS]
    sender = domain_of(email)
    mail = Mail(sender, signing(found or (), sender), found is not None, people.number if people else 0)
    work: list[tuple[Subject, Callable[[], Check]]] = [
        (PATH, lambda: return_path(mail, resolver)),
        (SPF, lambda: sender_policy(mail, resolver)),
        (DKIM, lambda: keys(mail, resolver)),
        (DMARC, lambda: policy(mail, resolver)),
        (ALIGNMENT, lambda: alignment(mail, resolver)),
    ]
    asked = [(subject, Later(each)) for subject, each in work]
    return [_got(subject, later, end) for subject, later in asked]


def _got(subject: Subject, later: Later[Check], end: float) -> Check:
    try:
        return later.get(end)
    except (Unanswered, TimeoutError) as error:
        return subject.skipped(str(error) or "no name server answers in time", "run it again")


def return_path(mail: Mail, resolver: Resolver) -> Check:
    """Whether the host that bounces go to is SendGrid's, and its SPF record holds SendGrid's servers."""
    if mail.signed is None:
        return PATH.skipped(UNNAMED if mail.is_known else "only SendGrid knows its name")
    host = mail.signed.path
    wanted = [one for one in mail.signed.records if "_domainkey" not in one.host]
    faults = [fault for one in wanted if (fault := _fault(one, mail.signed.name, resolver))]
    if faults:
        return _told(PATH, faults)
    found = spf.examine(host, resolver.texts)
    if not found.record:
        return PATH.error(f"{host} has no SPF record", f"press Verify {WHERE}, or ask SendGrid's support")
    if found.faults:
        return PATH.error(f"SPF of {host}: {'; '.join(found.faults)}", "see what that record leads to")
    return PATH.ok(f"{host} leads to SendGrid, and its SPF record can be used")


def sender_policy(mail: Mail, resolver: Resolver) -> Check:
    """The sender's own SPF record, for the domain's other mail: SendGrid's bounces go elsewhere."""
    found = spf.examine(mail.sender, resolver.texts)
    if found.faults:
        return SPF.warning(f"{mail.sender}: {'; '.join(found.faults)}", "make it one record that says it all")
    if found.loose:
        return SPF.warning(f"{mail.sender}: {found.loose}", "end the record with ~all or -all")
    if not found.record:
        words = f"{mail.sender} has no SPF record"
        if mail.signed:
            return SPF.ok(f"{words}, and needs none: receivers ask {mail.signed.path}")
        return SPF.warning(words, f"authenticate the domain {WHERE}")
    uses = f"{found.lookups} of {spf.LOOKUPS} look-ups"
    if found.covers_sendgrid:
        return SPF.ok(f"{mail.sender} names SendGrid's servers ({uses})")
    if mail.signed:
        return SPF.ok(f"{mail.sender}: sound ({uses}); for SendGrid receivers ask {mail.signed.path}")
    return SPF.ok(
        f"{mail.sender}: sound ({uses}); without SendGrid's servers, which send by a host of their own"
    )


def keys(mail: Mail, resolver: Resolver) -> Check:
    """Whether receivers find the keys that SendGrid signs with."""
    if mail.signed is None:
        return DKIM.skipped(UNNAMED) if mail.is_known else _usual_keys(mail, resolver)
    wanted = [one for one in mail.signed.records if "_domainkey" in one.host]
    faults = [fault for one in wanted if (fault := _fault(one, mail.signed.name, resolver))]
    faults += [fault for one in wanted if not faults and (fault := _no_key(one.host, resolver))]
    if faults:
        return _told(DKIM, faults)
    names = ", ".join(one.host.partition(".")[0] for one in wanted)
    return DKIM.ok(f"{mail.signed.name} has the keys {names} that SendGrid names")


def _told(subject: Subject, faults: Sequence[tuple[str, str]]) -> Check:
    """Every fault of a check, and all that is to be done."""
    remedies = dict.fromkeys(remedy for _, remedy in faults)
    return subject.error("; ".join(fault for fault, _ in faults), "; ".join(remedies))


def _usual_keys(mail: Mail, resolver: Resolver) -> Check:
    for domain in dmarc.above(mail.sender):
        hosts = [f"{selector}._domainkey.{domain}" for selector in SELECTORS]
        found = [host for host in hosts if spf.under(resolver.alias(host), spf.SENDGRID)]
        faults = [fault for host in found if (fault := _no_key(host, resolver))]
        if faults:
            return _told(DKIM, faults)
        if found:
            names = ", ".join(host.partition(".")[0] for host in found)
            return DKIM.ok(f"{domain} has keys of SendGrid's at {names}")
    return DKIM.warning(
        f"{mail.sender} has no keys of SendGrid's where they usually stand (s1, s2)",
        f"authenticate the domain {WHERE}; with the key set, `doctor` asks for the names SendGrid uses",
    )


def _no_key(host: str, resolver: Resolver) -> tuple[str, str] | None:
    texts = resolver.texts(host)
    if any("p=" in text and not text.replace(" ", "").rstrip(";").endswith("p=") for text in texts):
        return None
    return f"{host} leads to no key", f"press Verify {WHERE}: SendGrid may be changing it"


def _fault(record: Record, domain: str, resolver: Resolver) -> tuple[str, str] | None:
    """What is wrong with a record that SendGrid wants, and the remedy; None where it is there."""
    wanted = record.data.rstrip(".").lower()
    found = resolver.records(record.host, record.kind.upper())
    if _has(record, wanted, found):
        return None
    remedy = f"add {record.host} {record.kind.upper()} {record.data}"
    if record.kind == "cname" and not found and _is_flattened(record, resolver):
        return None
    if found:
        shown = found[0][:80]
        return f"{record.host} is {shown} instead of {record.data[:80]}", f"change it: {remedy}"
    twice = f"{record.host}.{domain}"
    if record.kind == "cname" and resolver.alias(twice):
        return f"{record.host} stands at {twice}", "leave the domain out of the name: it is added by itself"
    return f"{record.host} is missing", remedy


def _is_flattened(record: Record, resolver: Resolver) -> bool:
    """Whether the name servers put what the alias leads to in its place, as some do for all of a domain."""
    texts = resolver.texts(record.host)
    return bool(texts) and set(texts) == set(resolver.texts(record.data))


def _has(record: Record, wanted: str, found: Sequence[str]) -> bool:
    if record.kind == "txt":
        return any("".join(one.split()) == "".join(record.data.split()) for one in found)
    return any(one.split()[-1].rstrip(".").lower() == wanted for one in found if one)


def policy(mail: Mail, resolver: Resolver) -> Check:
    """Whether the domain says what is to become of mail that only claims to be its own."""
    found = dmarc.find(mail.sender, resolver.texts)
    if found is None:
        state = DMARC.error if mail.people >= BULK else DMARC.warning
        remedy = f'add _dmarc.{mail.sender} TXT "v=DMARC1; p=none"; {RULES}'
        return state(f"{mail.sender} has no DMARC record", remedy)
    if found.fault:
        return DMARC.error(found.fault, 'make it one record, such as "v=DMARC1; p=none"')
    words = {
        "none": "receivers report mail that fails, and deliver it",
        "quarantine": "mail that fails goes to spam",
        "reject": "mail that fails is refused",
    }
    return DMARC.ok(f"{found.domain}: p={found.policy}, {words[found.policy]}")


def alignment(mail: Mail, resolver: Resolver) -> Check:
    """Whether what SendGrid signs with, or where bounces go, counts for the sender's domain in DMARC."""
    found = dmarc.find(mail.sender, resolver.texts)
    if found is None or found.fault:
        return ALIGNMENT.skipped("there is no DMARC policy to go by")
    if not mail.is_known:
        return ALIGNMENT.skipped("only SendGrid knows what it signs with")
    remedy = f"authenticate the domain {mail.sender} itself {WHERE}"
    signed = mail.signed
    by_key = signed and dmarc.aligned(signed.name, mail.sender, found, strict=found.strict_keys)
    by_path = signed and dmarc.aligned(signed.path, mail.sender, found, strict=found.strict_path)
    if signed and by_key:
        also = "" if by_path else ", though bounces go elsewhere (aspf=s), which is no harm"
        return ALIGNMENT.ok(f"mail is signed by {signed.name}, as {mail.sender} wants it{also}")
    if signed and by_path:
        return ALIGNMENT.warning(f"only SPF counts for {mail.sender}; forwarded mail fails DMARC", remedy)
    signer = signed.name if signed else "sendgrid.net"
    strictly = " (adkim=s)" if found.strict_keys else ""
    state = ALIGNMENT.warning if found.policy == "none" else ALIGNMENT.error
    return state(f"mail is signed by {signer}, which doesn't count for {mail.sender}{strictly}", remedy)

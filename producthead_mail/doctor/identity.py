"""Whether SendGrid takes mail from the publication's sender."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from producthead_mail.audience.address import normalise
from producthead_mail.doctor.check import Check, Group, Subject
from producthead_mail.doctor.spf import under

SENDER = Subject(Group.SENDGRID, "sender")
WHERE = "in SendGrid under Settings > Sender Authentication"


@dataclass(frozen=True, slots=True)
class Record:
    """A DNS record that SendGrid wants."""

    kind: str
    """`cname`, `mx` or `txt`."""
    host: str
    data: str


@dataclass(frozen=True, slots=True)
class Domain:
    """An authenticated domain: SendGrid signs with it where it is the sender's."""

    name: str
    path: str
    """The host that bounces go to, and whose SPF record counts."""
    is_valid: bool
    """SendGrid has found its records."""
    is_default: bool
    """It signs for senders of other domains, too."""
    records: tuple[Record, ...] = ()


@dataclass(frozen=True, slots=True)
class Sender:
    """A single address that was verified, or is to be."""

    email: str
    is_verified: bool


def domain_of(email: str) -> str:
    """The domain of an address, as name servers and SendGrid have it."""
    try:
        return normalise(email).rpartition("@")[2]
    except ValueError:  # such as one at localhost, which no mail comes from
        return email.rpartition("@")[2].lower()


def domains(body: Any) -> list[Domain]:
    """The authenticated domains of an answer; KeyError, TypeError or AttributeError where it is none."""
    if not isinstance(body, list):
        raise TypeError
    return [
        Domain(
            str(one["domain"]).lower(),
            f"{one['subdomain']}.{one['domain']}".lower(),
            bool(one["valid"]),
            bool(one["default"]),
            tuple(
                Record(str(record["type"]).lower(), str(record["host"]).lower(), str(record["data"]))
                for record in one["dns"].values()
            ),
        )
        for one in body
    ]


def senders(body: Any) -> list[Sender]:
    """The single senders of an answer; KeyError, TypeError or AttributeError where it is none."""
    return [Sender(str(one["from_email"]).lower(), bool(one["verified"])) for one in body["results"]]


def signing(found: Sequence[Domain], sender: str) -> Domain | None:
    """The domain that SendGrid signs with for a sender's domain: its own, else the default."""
    own = sorted((one for one in found if one.name == sender), key=lambda one: not one.is_valid)
    usual = [one for one in found if one.is_default and one.is_valid]
    return next(iter([*own, *usual]), None)


def sender_check(
    email: str, found: Sequence[Domain], singles: Sequence[Sender] | None, *, lent: bool = False
) -> Check:
    """Whether SendGrid takes mail from this address; `singles` is None where the key may not ask for them.

    Where `lent`, the account is a subuser, which also sends by domains that its parent has assigned to it
    and that only the parent is told of (tsg_domain_authentication_v3, `/v3/whitelabel/domains/subuser`).
    """
    domain = domain_of(email)
    valid = signing(found, domain)
    own = valid if valid and valid.name == domain else None
    if own and own.is_valid:
        return SENDER.ok(f"{email}: the domain {domain} is authenticated")
    single = next((one for one in singles or () if one.email == email.lower()), None)
    if own:
        state = SENDER.warning if single and single.is_verified else SENDER.error
        remedy = f"set the DNS records below, then press Verify {WHERE}"
        return state(f"{domain} is registered, but SendGrid has not found its DNS records", remedy)
    if single and single.is_verified:
        signer = valid.name if valid else "sendgrid.net"
        return SENDER.warning(
            f"{email} is verified as a single address, so mail is signed by {signer} and fails DMARC",
            f"authenticate the domain {domain} {WHERE}",
        )
    remedy = f"authenticate the domain {domain} {WHERE}"
    if single:
        return SENDER.error(
            f"{email} is not verified yet",
            f"follow the link in the mail that SendGrid sent there, or {remedy}",
        )
    if lent:
        return SENDER.warning(
            f"{domain} is not among this subuser's own domains",
            f"see that its parent account has assigned it, or {remedy}",
        )
    return _unknown(email, domain, found, remedy, asked=singles is not None)


def _unknown(email: str, domain: str, found: Sequence[Domain], remedy: str, *, asked: bool) -> Check:
    parent = next((one for one in found if one.is_valid and under(domain, one.name)), None)
    if parent:
        return SENDER.warning(f"{parent.name} is authenticated, but {domain} itself is not", remedy)
    if not asked:
        return SENDER.warning(
            f"{domain} is not authenticated, and the key may not ask for single senders", remedy
        )
    return SENDER.error(f"SendGrid refuses mail from {email}: neither address nor domain is known", remedy)

"""DMARC (RFC 7489): what a domain's record asks of receivers, and what it wants of SPF and DKIM."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from producthead_mail.doctor.spf import under

POLICIES = ("none", "quarantine", "reject")
_VERSION = re.compile(r"v\s*=\s*DMARC1\s*(?:;|$)")


@dataclass(frozen=True, slots=True)
class Dmarc:
    """The policy that holds for one domain."""

    domain: str
    """Where the record stands: the domain of the sender, or one above it."""
    policy: str = ""
    """`none`, `quarantine` or `reject`; empty where the record can't be used."""
    strict_keys: bool = False
    """DKIM must be of the sender's very domain."""
    strict_path: bool = False
    """SPF must be of the sender's very domain."""
    fault: str = ""


def find(sender: str, texts: Callable[[str], Sequence[str]]) -> Dmarc | None:
    """The policy for mail from `sender`, a domain; None where neither it nor a domain above has one.

    Without a list of public suffixes the domains above are asked one by one, as DMARC's successor does.
    """
    for domain in above(sender):
        records = [text for text in texts(f"_dmarc.{domain}") if _VERSION.match(text.strip())]
        if len(records) > 1:
            return Dmarc(domain, fault=f"{len(records)} DMARC records at _dmarc.{domain}: receivers use none")
        if records:
            return read(records[0], domain, sender)
    return None


def above(domain: str) -> list[str]:
    """The domain and those above it, without the last label alone; never more than eight."""
    labels = domain.split(".")
    return [".".join(labels[start:]) for start in range(max(1, len(labels) - 1))][-8:]


def read(record: str, domain: str, sender: str) -> Dmarc:
    """The policy of one record for mail from `sender`."""
    tags: dict[str, str] = {}
    for part in filter(str.strip, record.split(";")):
        name, equals, value = part.partition("=")
        if not equals:
            return Dmarc(domain, fault=f"`{part.strip()[:60]}` in the DMARC record is no tag")
        tags.setdefault(name.strip().lower(), value.strip().lower())
    policy = tags.get("p", "")
    if sender != domain:
        policy = tags.get("sp", policy)
    if policy not in POLICIES:
        return Dmarc(domain, fault=f"the DMARC record's policy is {policy[:40]!r}, not {', '.join(POLICIES)}")
    return Dmarc(domain, policy, tags.get("adkim") == "s", tags.get("aspf") == "s")


def aligned(signed: str, sender: str, dmarc: Dmarc, *, strict: bool) -> bool:
    """Whether a domain that signs, or that bounces go to, counts for the sender's."""
    if signed == sender:
        return True
    return not strict and under(signed, dmarc.domain) and under(sender, dmarc.domain)

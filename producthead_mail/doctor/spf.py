"""SPF (RFC 7208): what a domain's record comes to, and whether SendGrid's servers are in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_network

LOOKUPS = 10
"""Terms of a record and of all it includes that make a receiver ask; one more is a fault (section 4.6.4)."""
SENDGRID = "sendgrid.net"
ASKING = {"include", "redirect", "a", "mx", "ptr", "exists"}
_TERM = re.compile(r"([+?~-]?)(all|include|a|mx|ptr|ip4|ip6|exists)(?::([^/\s]+))?((?:/{1,2}\d+){0,2})")
_MODIFIER = re.compile(r"([A-Za-z][A-Za-z0-9_.-]*)=(\S*)")
_VERSION = re.compile(r"v=spf1(?: |$)", re.IGNORECASE)

Texts = Callable[[str], Sequence[str]]
"""The TXT records of a name."""


@dataclass(slots=True)
class Spf:
    """What the record of one domain comes to."""

    record: str = ""
    lookups: int = 0
    names: list[str] = field(default_factory=list)
    """The domain and all whose records were read."""
    faults: list[str] = field(default_factory=list)
    """Why receivers can't use it; with one of them nobody passes."""
    loose: str = ""
    """Why everybody passes, or an empty string."""

    @property
    def covers_sendgrid(self) -> bool:
        """Whether the record leads to SendGrid's."""
        return any(under(name, SENDGRID) for name in self.names)


def under(name: str, domain: str) -> bool:
    """Whether a name is the domain or below it."""
    return name == domain or name.endswith(f".{domain}")


def examine(domain: str, texts: Texts) -> Spf:
    """What the SPF record of a domain comes to, with everything it includes."""
    spf = Spf()
    records = _records(domain, texts)
    if len(records) > 1:
        spf.faults.append(f"{len(records)} SPF records, and receivers want exactly one")
    spf.record = records[0] if records else ""
    if len(records) == 1:
        _read(spf, domain, records[0], texts)
    if spf.lookups > LOOKUPS:
        spf.faults.append(f"it takes more than {LOOKUPS} look-ups, where receivers give up")
    return spf


def _records(domain: str, texts: Texts) -> list[str]:
    return [text for text in texts(domain) if _VERSION.match(text)]


def _read(spf: Spf, domain: str, record: str, texts: Texts) -> None:
    """Adds what a record and all it includes come to; stops where a receiver would."""
    spf.names.append(domain)
    terms = list(_terms(spf, domain, record))
    ends = [sign for kind, sign, _ in terms if kind == "all"]
    if len(spf.names) == 1 and ends and ends[0] in {"", "+"}:
        spf.loose = "`+all` lets everybody send in its name"
    for kind, _, value in terms:
        if kind not in ASKING or (kind == "redirect" and ends):
            continue
        spf.lookups += 1
        if spf.lookups > LOOKUPS:
            return
        if kind in {"include", "redirect"} and "%" not in value:
            _follow(spf, value.rstrip(".").lower(), texts)


def _follow(spf: Spf, name: str, texts: Texts) -> None:
    records = _records(name, texts)
    if len(records) == 1:
        _read(spf, name, records[0], texts)
        return
    number = f"{len(records)} SPF records" if records else "no SPF record"
    spf.faults.append(f"{name}, which it includes, has {number}")


def _terms(spf: Spf, domain: str, record: str) -> Iterator[tuple[str, str, str]]:
    """Kind, sign and value of each term; what is none is a fault."""
    for word in record.split()[1:]:
        term = _TERM.fullmatch(word.lower()) if "=" not in word.partition(":")[0] else None
        modifier = _MODIFIER.fullmatch(word)
        if term and _is_sound(term[2], term[3] or "", term[4]):
            yield term[2], term[1], term[3] or ""
        elif modifier and not term:
            if modifier[1].lower() == "redirect":
                yield "redirect", "", modifier[2]
        else:
            spf.faults.append(f"`{word[:60]}` in the record of {domain} is no term of SPF")


def _is_sound(kind: str, value: str, prefix: str) -> bool:
    if kind in {"include", "exists"}:
        return bool(value) and not prefix
    if kind == "all":
        return not value and not prefix
    if kind not in {"ip4", "ip6"}:
        return True
    try:
        network = ip_network(f"{value}{prefix}", strict=False)
    except ValueError:
        return False
    return network.version == int(kind[2])

"""One spelling for each address, and the opaque number a recipient goes by."""

from __future__ import annotations

import re
from hashlib import blake2b
from unicodedata import normalize

MAX_ADDRESS = 254
MAX_LOCAL = 64

MAX_REASON = 300

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_PLAIN = re.compile(rf"({_ATOM}(?:\.{_ATOM})*)@((?:{_LABEL}\.)+[A-Za-z]{{2,63}})")
_UNREACHABLE = (".arpa", ".invalid", ".local", ".localhost", ".onion", ".test")

_ANY = re.compile(r"""[^\s<>()\[\]"'`,;:=]+@[^\s<>()\[\]"'`,;:=]+""")


def normalise(address: str) -> str:
    """The address with its domain in lower-case ASCII; ValueError with the reason where it is none."""
    address = address.strip()
    if not address:
        raise ValueError("no address")
    if len(address) > MAX_ADDRESS:
        raise ValueError(f"longer than {MAX_ADDRESS} characters")
    # email-validator takes 20 to 50 µs for each address; nearly all of them are as plain as this.
    plain = _PLAIN.fullmatch(address)
    if not plain or len(plain[1]) > MAX_LOCAL:
        return _validated(address)
    domain = plain[2].lower()
    # email-validator knows the rules of `xn--` and what to say of domains that no mail reaches.
    if "--" in domain or domain.endswith(_UNREACHABLE):
        return _validated(address)
    return f"{plain[1]}@{domain}"


def recipient_id(email: str, key: bytes) -> int:
    """63 bits, the same in any case, that say nothing about the address to anyone without the key."""
    # Not casefold(): it would take `groß@` and `gross@`, two people, for one.
    digest = blake2b(email.lower().encode(), key=key, digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def without_addresses(text: str) -> str:
    """The text on one line, not too long, and with `[address]` for every address in it."""
    return _ANY.sub("[address]", " ".join(text.split()))[:MAX_REASON]


def _validated(address: str) -> str:
    from email_validator import EmailNotValidError, validate_email

    if "<" in address:
        raise ValueError("a name with the address; only the address belongs here")
    if any(mark in address for mark in ",;"):
        raise ValueError("more than one address, or a comma or semicolon in it")
    try:
        valid = validate_email(address, check_deliverability=False, strict=True)
    except EmailNotValidError as error:
        raise ValueError(str(error).rstrip(".")) from None
    # Not valid.normalized: it would change the case of some local parts (POSTMASTER@).
    email = f"{normalize('NFC', address.rpartition('@')[0])}@{valid.ascii_domain.lower()}"
    if len(email.encode()) > MAX_ADDRESS:
        raise ValueError(f"longer than {MAX_ADDRESS} bytes")
    return email

"""Addresses: one spelling for each, and an opaque id that keeps no address."""

from __future__ import annotations

import re
from hashlib import blake2b

# Most rows are plain ASCII; email-validator costs tens of microseconds each, this well under one.
_PLAIN = re.compile(
    r"[A-Za-z0-9_+'-]+(?:\.[A-Za-z0-9_+'-]+)*@"
    r"((?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63})"
)
_LOCAL_LIMIT = 64
"""Octets, RFC 5321 section 4.5.3.1.1."""
_LIMIT = 254
"""Octets, RFC 5321 section 4.5.3.1.3 less the angle brackets."""


def normalise(address: str) -> str:
    """The address with its domain in lower-case ASCII (IDNA) and its local part as written.

    Raises ValueError with the reason where it is no address.
    """
    address = address.strip()
    if not address:
        raise ValueError("no address")
    plain = _PLAIN.fullmatch(address)
    local, _, domain = address.rpartition("@")
    if plain and len(address) <= _LIMIT and len(local) <= _LOCAL_LIMIT and "--" not in domain:
        return f"{local}@{domain.lower()}"
    return _validated(address)


def recipient_id(email: str, key: bytes) -> int:
    """63 bits that stand for the address, whatever its case; `key` (up to 64 bytes) keeps them opaque."""
    digest = blake2b(email.casefold().encode(), digest_size=8, key=key).digest()
    return int.from_bytes(digest) >> 1


def _validated(address: str) -> str:
    from email_validator import EmailNotValidError, validate_email

    try:
        valid = validate_email(address, check_deliverability=False, test_environment=True, strict=True)
    except EmailNotValidError as error:
        raise ValueError(str(error).rstrip(".")) from error
    return f"{valid.local_part}@{valid.ascii_domain.lower()}"

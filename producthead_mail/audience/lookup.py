"""One person of an audience."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

from producthead_mail.audience.address import normalise
from producthead_mail.audience.recipient import Excluded, Recipient
from producthead_mail.audience.sources import Source
from producthead_mail.errors import InputError, Problem, suggestion

MAX_NEAR = 1000
"""Addresses compared letter by letter, which takes microseconds each."""


def find(source: Source, email: str) -> Recipient:
    """The first row with this address in any case; InputError where there is none, with the nearest."""
    try:
        wanted = normalise(email)
    except ValueError as error:
        raise InputError([Problem("--recipient", 0, 0, f"{email!r}: {error}")]) from None
    passed: list[str] = []
    with closing(source.rows) as rows:
        for row in rows:
            if row.email.lower() == wanted.lower():
                return _usable(row, source)
            passed.extend(_near(row, wanted, len(passed)))
    remedy = suggestion(wanted, passed)
    raise InputError([Problem(source.name, 0, 0, f"{wanted} is not in the audience", remedy)])


def _usable(row: Recipient | Excluded, source: Source) -> Recipient:
    if isinstance(row, Excluded):
        message = f"{row.email} gets nothing: {row.reason}"
        raise InputError([Problem(source.name, row.row, 0, message, "mend the row")])
    return row


def _near(row: Recipient | Excluded, wanted: str, count: int) -> Iterator[str]:
    """The row's address where it may be meant: the same name, or the same domain and first letter."""
    if isinstance(row, Excluded) or count >= MAX_NEAR:
        return
    name, _, domain = row.email.lower().rpartition("@")
    wanted_name, _, wanted_domain = wanted.lower().rpartition("@")
    if name == wanted_name or (domain == wanted_domain and name[:1] == wanted_name[:1]):
        yield row.email

"""A recipient, and what keeps a row of the audience from becoming one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from producthead_mail.ledger.states import Exclusion


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person the edition goes to."""

    email: str
    """Normalised: domain in lower-case ASCII (IDNA), local part as written."""
    fields: Mapping[str, str]
    """Every column of the audience by its header, `email` among them."""
    row: int
    """Line in the file (from 1) or number of the record."""


@dataclass(frozen=True, slots=True)
class Excluded:
    """A row that gets nothing, and why: counted, never silent."""

    kind: Exclusion
    row: int
    reason: str
    email: str = ""
    """As written; empty where the row has none."""

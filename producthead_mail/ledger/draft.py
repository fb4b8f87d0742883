"""What a plan is made of, before it stands in the database."""

from __future__ import annotations

from dataclasses import dataclass

from producthead_mail.ledger.states import Exclusion


@dataclass(frozen=True, slots=True)
class Draft:
    """A batch to be planned: ascending recipient ids, and the personalizations as JSON."""

    rids: tuple[int, ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Left:
    """A selected row that gets nothing."""

    kind: Exclusion
    row: int
    reason: str
    rid: int | None = None


def batch_name(send_id: int, seq: int) -> str:
    """The id a person and SendGrid know a batch by, such as `3-17`."""
    return f"{send_id}-{seq}"

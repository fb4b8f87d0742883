"""Which editions the public may read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

NOT_APPROVED = "not approved"
CHANGED = "changed since it was approved, and not out yet"


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides whether an edition is public."""

    slug: str
    day: date
    """Its `send_at`'s, else its `date`."""
    moment: datetime
    """`send_at`, else the beginning of its day."""
    approved: bool
    """Whether it bears an approval at all."""
    matches: bool = True
    """Whether the approval is of the edition as it is; asked only while its moment lies ahead."""


def left_out(standings: Iterable[Standing], now: datetime) -> dict[str, str]:
    """Slug -> why an edition is not public.

    Public is what is approved: before its hour as it was approved, since the mail's link has to work when it
    arrives; afterwards also corrected. So is what is older than the first approved edition: it went out
    before there were approvals here. `now` is in the publication's time zone.
    """
    all_of_them = list(standings)
    first = min((one.day for one in all_of_them if one.approved), default=now.date())
    history = min(first, now.date())
    found = {one.slug: _reason(one, history, now) for one in all_of_them}
    return {slug: reason for slug, reason in found.items() if reason}


def _reason(one: Standing, history: date, now: datetime) -> str:
    if not one.approved:
        return "" if one.day < history else NOT_APPROVED
    return "" if one.matches or one.moment <= now else CHANGED

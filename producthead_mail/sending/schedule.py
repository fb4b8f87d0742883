"""When an edition is due: pure, so that every hour of a year can be tried."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from enum import StrEnum

_DURATION = re.compile(r"(\d{1,6})\s*(s|m|h|d)")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class Due(StrEnum):
    """Whether an edition that nobody has planned is to be sent now."""

    LATER = "later"
    NOW = "now"
    MISSED = "missed"
    """Its hour is too long ago: to send it would be a surprise."""


def due(send_at: datetime, now: datetime, *, lead: timedelta, max_late: timedelta) -> Due:
    """Whether an edition with this hour is due; both times are aware."""
    # In UTC: Python subtracts within one zone by its clock on the wall, where a day may have 23 or 25 hours.
    late = now.astimezone(UTC) - send_at.astimezone(UTC)
    if late < -lead:
        return Due.LATER
    return Due.MISSED if late > max_late else Due.NOW


def read_duration(text: str) -> timedelta:
    """The time of `60m` or `6h`; ValueError with the reason else."""
    match = _DURATION.fullmatch(text.strip())
    if not match:
        raise ValueError(f"{text!r} is not a time such as 90s, 60m, 6h or 2d")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})

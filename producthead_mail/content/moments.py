"""Dates and times as a curator writes them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]+(\d{2}:\d{2}(?::\d{2})?)\s*(Z|[+-]\d{2}:?\d{2})?")
_TIME = re.compile(r"\d{2}:\d{2}(:\d{2})?")


def read_date(text: str) -> date:
    """The date of `2024-02-12`; ValueError with the reason else."""
    if not _DATE.fullmatch(text) or not text.isascii():
        raise ValueError(f"{text!r} is not a date such as 2024-02-12")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text} is not in the calendar") from None


def read_time(text: str) -> time:
    """The time of `07:00`; ValueError with the reason else."""
    try:
        if not _TIME.fullmatch(text) or not text.isascii():
            raise ValueError
        return time.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a time such as 07:00") from None


def read_moment(text: str, zone: ZoneInfo) -> datetime:
    """An aware time in `zone`, which is also meant where no offset is given; ValueError else."""
    match = _MOMENT.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is not a date and time such as 2024-02-12 07:00")
    local = datetime.combine(read_date(match[1]), read_time(match[2]))
    try:
        if match[3]:
            return local.replace(tzinfo=_offset(match[3])).astimezone(zone)
        aware = local.replace(tzinfo=zone)
        back = aware.astimezone(UTC).astimezone(zone).replace(tzinfo=None)
    except (OverflowError, ValueError):
        raise ValueError(f"{text} is out of range") from None
    if back != local:
        raise ValueError(f"{text} does not exist in {zone.key}: the clocks go forward then")
    return aware


def _offset(text: str) -> timezone:
    if text == "Z":
        return UTC
    digits = text[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)

"""When the next edition goes, by the publication's weekly schedule."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from producthead_mail.content.publication import DAYS, Schedule


def next_slot(schedule: Schedule, zone: ZoneInfo, now: datetime, taken: Collection[date]) -> datetime:
    """The first slot after `now`, aware and in `zone`, in a week (Monday to Sunday) without a taken date."""
    today = now.astimezone(zone).date()
    day = today + timedelta(days=(DAYS.index(schedule.weekday) - today.weekday()) % 7)
    weeks = {_week(one) for one in taken}
    while True:
        slot = slot_on(day, schedule, zone)
        if slot.date() == day and slot > now and _week(day) not in weeks:
            return slot
        day += timedelta(days=7)


def slot_on(day: date, schedule: Schedule, zone: ZoneInfo) -> datetime:
    """The schedule's time on a day, whatever weekday it is.

    A time that the clocks jump over becomes the time they show instead; of one that comes twice, the first.
    """
    local = datetime.combine(day, schedule.time, zone)
    return local.astimezone(UTC).astimezone(zone)


def _week(day: date) -> date:
    return day - timedelta(days=day.weekday())

"""The next slot of a weekly schedule: ahead, on its weekday, at its local time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producthead_mail.content.authoring.weekly import next_slot, slot_on
from producthead_mail.content.moments import read_moment
from producthead_mail.content.publication import DAYS, Schedule

LONDON = ZoneInfo("Europe/London")
MONDAY = Schedule("monday", time(7))
ZONES = [
    "Europe/London",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Asia/Beirut",
]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("now", "taken", "expected"),
    [
        ("2024-02-12T06:59:59+00:00", [], "2024-02-12T07:00:00+00:00"),
        ("2024-02-12T07:00:00+00:00", [], "2024-02-19T07:00:00+00:00"),
        ("2024-02-13T12:00:00+00:00", [], "2024-02-19T07:00:00+00:00"),
        # London's clocks go forward on 31 March: an hour less in between, and the same time on the wall
        ("2024-03-26T12:00:00+00:00", [], "2024-04-01T07:00:00+01:00"),
        # Sunday 23:30 UTC is Monday in London's summer
        ("2024-06-09T23:30:00+00:00", [], "2024-06-10T07:00:00+01:00"),
        # any day of a week takes the week
        ("2024-02-13T12:00:00+00:00", ["2024-02-25"], "2024-02-26T07:00:00+00:00"),
        (
            "2024-02-13T12:00:00+00:00",
            ["2024-02-19", "2024-03-01"],
            "2024-03-04T07:00:00+00:00",
        ),
    ],
)
def test_the_next_monday_at_seven_in_a_free_week(now: str, taken: list[str], expected: str) -> None:
    slot = next_slot(MONDAY, LONDON, at(now), [date.fromisoformat(day) for day in taken])
    assert slot.isoformat() == expected


def test_a_time_that_the_clocks_jump_over_and_one_that_comes_twice() -> None:
    schedule = Schedule("sunday", time(1, 30))
    assert slot_on(date(2024, 3, 31), schedule, LONDON).isoformat() == "2024-03-31T02:30:00+01:00"
    assert slot_on(date(2024, 10, 27), schedule, LONDON).isoformat() == "2024-10-27T01:30:00+01:00"


def test_a_day_that_a_country_left_out_is_no_slot() -> None:
    """Samoa went from Thursday, 29 December 2011, to Saturday."""
    slot = next_slot(
        Schedule("friday", time(7)), ZoneInfo("Pacific/Apia"), at("2011-12-27T00:00:00+00:00"), []
    )
    assert slot.date() == date(2012, 1, 6)


@given(
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    weekday=st.sampled_from(DAYS),
    hour=st.times().map(lambda one: one.replace(second=0, microsecond=0)),
    now=st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC)),
    taken=st.lists(st.integers(-10, 60)),
)
def test_any_slot_is_ahead_on_its_weekday_at_its_local_time(
    zone: ZoneInfo, weekday: str, hour: time, now: datetime, taken: list[int]
) -> None:
    schedule = Schedule(weekday, hour)
    days = {now.date() + timedelta(days=offset) for offset in taken}
    slot = next_slot(schedule, zone, now, days)
    assert slot > now
    assert DAYS[slot.weekday()] == weekday
    assert not {day.isocalendar()[:2] for day in days} & {slot.isocalendar()[:2]}
    assert slot.fold == 0
    try:
        assert slot == read_moment(f"{slot.date()} {hour:%H:%M}", zone)
    except ValueError:  # the clocks go forward then
        assert slot.time() > hour

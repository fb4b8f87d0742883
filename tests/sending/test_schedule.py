from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producthead_mail.content.moments import read_moment
from producthead_mail.sending.schedule import Due, due, read_duration

LONDON = ZoneInfo("Europe/London")
LEAD, MAX_LATE = timedelta(hours=1), timedelta(hours=6)


def state(send_at: datetime, now: str) -> Due:
    return due(send_at, datetime.fromisoformat(now).replace(tzinfo=UTC), lead=LEAD, max_late=MAX_LATE)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2024-02-12 05:59:59", Due.LATER),
        ("2024-02-12 06:00:00", Due.NOW),
        ("2024-02-12 07:00:00", Due.NOW),
        ("2024-02-12 13:00:00", Due.NOW),
        ("2024-02-12 13:00:01", Due.MISSED),
    ],
)
def test_an_edition_is_due_from_the_lead_until_it_is_too_late(now: str, expected: Due) -> None:
    assert state(read_moment("2024-02-12 07:00", LONDON), now) is expected


def test_in_summer_its_hour_comes_an_hour_earlier_in_utc() -> None:
    summer = read_moment("2024-07-01 07:00", LONDON)
    assert (state(summer, "2024-07-01 04:59:59"), state(summer, "2024-07-01 05:00:00")) == (
        Due.LATER,
        Due.NOW,
    )


def test_an_hour_that_the_clocks_repeat_is_the_first() -> None:
    assert read_moment("2024-10-27 01:30", LONDON).astimezone(UTC) == datetime(
        2024, 10, 27, 0, 30, tzinfo=UTC
    )


def test_an_offset_says_which_of_two_hours_is_meant() -> None:
    assert read_moment("2024-10-27 01:30+00:00", LONDON).astimezone(UTC) == datetime(
        2024, 10, 27, 1, 30, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("hour", "from_then"),
    [
        ("2024-10-27 01:30", "2024-10-26 23:30:00"),  # the first, an hour before in UTC
        ("2024-10-27 01:30+00:00", "2024-10-27 00:30:00"),
        ("2024-10-27 02:00", "2024-10-27 01:00:00"),
        ("2024-03-31 02:00", "2024-03-31 00:00:00"),  # the minute after 00:59 is 02:00
        ("2024-03-31 02:30", "2024-03-31 00:30:00"),
    ],
)
def test_the_lead_is_an_hour_also_where_the_clocks_change(hour: str, from_then: str) -> None:
    send_at = read_moment(hour, LONDON)
    first = datetime.fromisoformat(f"{from_then}+00:00")
    before, then = (
        due(send_at, now, lead=timedelta(hours=1), max_late=MAX_LATE)
        for now in (first - timedelta(seconds=1), first)
    )
    assert (before, then) == (Due.LATER, Due.NOW)


def test_an_hour_that_the_clocks_skip_is_an_error() -> None:
    with pytest.raises(ValueError, match="does not exist in Europe/London"):
        read_moment("2024-03-31 01:30", LONDON)


@given(
    send_at=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    minutes=st.lists(st.integers(-20_000, 20_000), min_size=2, max_size=2).map(sorted),
)
def test_time_only_ever_goes_from_later_to_now_to_missed(send_at: datetime, minutes: list[int]) -> None:
    order = [Due.LATER, Due.NOW, Due.MISSED]
    first, second = (
        due(send_at, send_at + timedelta(minutes=one), lead=LEAD, max_late=MAX_LATE) for one in minutes
    )
    assert order.index(first) <= order.index(second)


def test_durations_have_a_unit() -> None:
    assert [read_duration(text) for text in ("90s", "60m", "6h", "2d")] == [
        timedelta(seconds=90),
        timedelta(hours=1),
        timedelta(hours=6),
        timedelta(days=2),
    ]
    for text in ("60", "-1m", "1.5h", "", "soon"):
        with pytest.raises(ValueError, match="is not a time such as"):
            read_duration(text)

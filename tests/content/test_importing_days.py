"""Days as feeds and pages write them; what can mean two days is none."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from producthead_mail.content.importing.days import day_of

LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2024-02-12", "2024-02-12"),
        ("2024-07-01T23:30:00Z", "2024-07-02"),
        ("Mon, 01 Jul 2024 23:30:00 +0000", "2024-07-02"),
        ("lun., 1 juil. 2024 23:30:00 +0000", "2024-07-02"),
        ("2024/2/5", "2024-02-05"),
        ("12.02.2024", "2024-02-12"),
        ("5. 2. 2024", "2024-02-05"),
        ("12 Feb 2024", "2024-02-12"),
        ("Feb 12th, 2024 by Ann", "2024-02-12"),
        ("Monday, February 12, 2024", "2024-02-12"),
        ("Montag, 5. März 2024", "2024-03-05"),
        ("1er août 2024", "2024-08-01"),
        ("mar. 13 févr. 2024", "2024-02-13"),
        ("lunes, 12 de febrero de 2024", "2024-02-12"),
        ("Monday, 12th of February 2024", "2024-02-12"),
        ("12 febbraio 2024", "2024-02-12"),
        ("12 mrt 2024", "2024-03-12"),
        ("12 maart 2024", "2024-03-12"),
        ("12 de março de 2024", "2024-03-12"),
        ("12. februar 2024", "2024-02-12"),
        ("12. helmikuuta 2024", "2024-02-12"),
        ("12. února 2024", "2024-02-12"),
        ("7 października 2024", "2024-10-07"),
        ("03/04/2024", None),
        ("3 jui 2024", None),
        ("30 February 2024", None),
        ("February 2024", None),
        ("12 February", None),
        ("12 Feb 2024, updated 14 Feb 2024", None),
        ("1707721200", None),
        ("1.2.3.2024", None),
        ("0001-01-01T00:00:00Z", None),
        ("12 Smarch 2024", None),
        ("", None),
    ],
)
def test_a_day_is_read_in_the_ways_that_mean_one(written: str, day: str | None) -> None:
    found = day_of(written, LONDON)
    assert (found.isoformat() if found else None) == day


@settings(max_examples=100, deadline=None)
@given(
    st.dates(),
    st.sampled_from(["%d %B %Y", "%B %d, %Y", "%a, %d %b %Y 12:00:00 +0000", "%Y/%m/%d", "%d.%m.%Y"]),
)
def test_a_day_comes_back_however_it_is_written(day: object, form: str) -> None:
    written = f"{day:{form}}"
    year = f"{day:%Y}"
    if len(year) == 4 and year > "0001":
        assert day_of(written, LONDON) == day


@settings(max_examples=100, deadline=None)
@given(st.text(st.sampled_from("0123456789 .,/-:TZ+FebMarwy"), max_size=30))
def test_whatever_the_words_there_is_an_answer(words: str) -> None:
    found = day_of(words, LONDON)
    assert found is None or str(found.year) in words or found.year >= 1950

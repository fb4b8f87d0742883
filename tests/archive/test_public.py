"""Who may read which edition."""

from datetime import UTC, date, datetime

from producthead_mail.archive.public import CHANGED, NOT_APPROVED, Standing, left_out

NOW = datetime(2024, 6, 3, 12, 0, tzinfo=UTC)


def standing(slug: str, day: date, *, approved: bool = False, matches: bool = True) -> Standing:
    moment = datetime(day.year, day.month, day.day, 7, 0, tzinfo=UTC)
    return Standing(slug, day, moment, approved, matches)


def test_without_any_approval_what_is_past_is_public() -> None:
    standings = [standing("past", date(2024, 6, 2)), standing("today", date(2024, 6, 3))]
    assert left_out(standings, NOW) == {"today": NOT_APPROVED}


def test_a_draft_whose_day_went_by_stays_off_the_web() -> None:
    standings = [
        standing("imported", date(2023, 1, 2)),
        standing("first", date(2024, 5, 6), approved=True),
        standing("forgotten", date(2024, 5, 20)),
    ]
    assert left_out(standings, NOW) == {"forgotten": NOT_APPROVED}


def test_an_approved_edition_is_there_before_its_hour() -> None:
    assert left_out([standing("next", date(2024, 6, 10), approved=True)], NOW) == {}


def test_an_approved_edition_that_was_changed_before_its_hour_is_not() -> None:
    changed = standing("next", date(2024, 6, 10), approved=True, matches=False)
    assert left_out([changed], NOW) == {"next": CHANGED}


def test_a_correction_after_the_hour_keeps_the_page() -> None:
    assert left_out([standing("sent", date(2024, 6, 3), approved=True, matches=False)], NOW) == {}


def test_an_approval_for_the_future_makes_no_draft_of_today_public() -> None:
    standings = [standing("draft", date(2024, 6, 4)), standing("next", date(2024, 6, 10), approved=True)]
    assert left_out(standings, NOW) == {"draft": NOT_APPROVED}

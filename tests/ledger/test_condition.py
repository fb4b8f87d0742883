"""The condition of a ledger is told without making or changing one."""

from pathlib import Path

import pytest
from sqlalchemy import update

from producthead_mail.errors import AttentionError, InputError
from producthead_mail.ledger.database import Ledger, condition_of
from producthead_mail.ledger.journal import Begun
from producthead_mail.ledger.schema import VERSION, meta
from tests.ledger_fixtures import Place


def test_a_ledger_that_is_not_there_is_not_made(place: Place) -> None:
    found = condition_of(place.url, place.default)
    assert (found.version, found.settings, found.answers_wait) == (0, "", False)
    assert not place.default.parent.exists()


@pytest.mark.usefixtures("ledger")
def test_a_ledger_tells_how_it_keeps_what_was_committed(place: Place) -> None:
    found = condition_of(place.url, place.default)
    assert found.version == VERSION
    assert found.settings.startswith("SQLite 3." if place.backend == "sqlite" else "PostgreSQL 1")
    assert found.settings.endswith("every commit flushed to the disk")


def test_answers_that_wait_are_seen(place: Place, ledger: Ledger) -> None:
    ledger.spool.keep({"batch": 1})
    assert condition_of(place.url, place.default).answers_wait


def test_a_ledger_from_the_future_is_refused(place: Place, ledger: Ledger) -> None:
    with ledger.writing() as connection:
        connection.execute(update(meta).where(meta.c.key == "version").values(value="99"))
    with pytest.raises(InputError, match="made by a newer version of this program"):
        condition_of(place.url, place.default)


def test_a_ledger_that_was_removed_is_missed_and_not_made_anew(tmp_path: Path) -> None:
    place = Place("sqlite", "", tmp_path)
    opened = place.open()
    opened.journal.note(Begun(opened.identity, 1, 1, 1))
    opened.close()
    place.default.unlink()
    with pytest.raises(AttentionError, match="batch 1-1 began and is not in it"):
        condition_of("", place.default)
    assert not place.default.exists()

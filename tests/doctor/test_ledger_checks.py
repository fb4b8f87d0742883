"""The ledger's own checks, on SQLite and PostgreSQL: nothing is made, changed or written."""

import time
from pathlib import Path

import pytest
from sqlalchemy import update

from producthead_mail.doctor.check import Check
from producthead_mail.doctor.ledger import ledger_checks
from producthead_mail.ledger.database import Ledger
from producthead_mail.ledger.schema import VERSION, meta
from tests.ledger_fixtures import Place


def states(checks: list[Check]) -> dict[str, str]:
    return {one.check: str(one.state) for one in checks}


def test_no_ledger_yet_is_well(place: Place) -> None:
    found = ledger_checks(place.url, place.default)
    assert states(found) == {"ledger": "ok", "tables": "skipped", "ledger clock": "ok"}
    assert found[0].message.startswith("none yet; the first test or send makes it (")


@pytest.mark.usefixtures("ledger")
def test_a_ledger_says_where_it_is_and_how_it_keeps_things(place: Place) -> None:
    found = ledger_checks(place.url, place.default)
    assert states(found) == {"ledger": "ok", "tables": "ok", "ledger clock": "ok"}
    assert found[0].message.endswith(", every commit flushed to the disk")
    assert found[1].message == f"of version {VERSION}, the newest"


def test_a_folder_that_is_none_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    found = ledger_checks("", tmp_path / "state/ledger.db")
    assert states(found) == {"ledger": "error", "tables": "skipped", "ledger clock": "skipped"}


@pytest.mark.usefixtures("ledger")
def test_a_clock_that_differs_is_an_error(place: Place) -> None:
    found = ledger_checks(place.url, place.default, now=lambda: time.time() + 300)
    assert [one.message for one in found if one.state == "error"] == ["5 min behind this machine's"]


def test_a_ledger_of_a_newer_program_is_an_error(place: Place, ledger: Ledger) -> None:
    with ledger.writing() as connection:
        connection.execute(update(meta).where(meta.c.key == "version").values(value="99"))
    found = ledger_checks(place.url, place.default)
    assert states(found) == {"ledger": "error", "tables": "skipped", "ledger clock": "skipped"}
    assert found[0].remedy == "update this program"

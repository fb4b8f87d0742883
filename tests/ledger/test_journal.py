"""An old ledger in the place of a newer one is found out."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from producthead_mail.errors import AttentionError, OutsideError
from producthead_mail.ledger.database import Ledger, ledger_exists, open_ledger
from producthead_mail.ledger.journal import Begun, Journal
from producthead_mail.ledger.moves import begin, claim, finish
from producthead_mail.ledger.schema import attempt, batch
from producthead_mail.ledger.states import State
from tests.ledger.conftest import make_plan
from tests.ledger_fixtures import Place

ID = "0" * 32


def _send_one(file: Path) -> None:
    ledger = open_ledger("", file)
    ledger.owners.enter()
    send_id = make_plan(ledger, [1, 2], [3, 4])
    mine = claim(ledger, send_id)
    assert mine
    assert begin(ledger, mine)
    assert finish(ledger, mine, State.ACCEPTED)
    ledger.close()


def test_a_ledger_that_was_deleted_is_not_begun_anew(tmp_path: Path) -> None:
    file = tmp_path / "ledger.db"
    _send_one(file)
    file.unlink()
    assert ledger_exists("", file)
    with pytest.raises(AttentionError, match=r"batch 1-1 began and is not in it \(see .*/ledger.db.begun\)"):
        open_ledger("", file)


def test_a_restored_ledger_is_refused_until_its_journal_is_moved_away(tmp_path: Path) -> None:
    file = tmp_path / "ledger.db"
    open_ledger("", file).close()
    shutil.copy(file, tmp_path / "backup")
    _send_one(file)
    open_ledger("", file).close()
    shutil.copy(tmp_path / "backup", file)
    with pytest.raises(AttentionError):
        open_ledger("", file)
    (tmp_path / "ledger.db.begun").rename(tmp_path / "away")
    open_ledger("", file).close()


def test_a_ledger_restored_to_the_moment_before_a_batch_began_is_refused(tmp_path: Path) -> None:
    """In both the batch is claimed, as a crash just there leaves it: only the one that began has a line."""
    file = tmp_path / "ledger.db"
    ledger = open_ledger("", file)
    ledger.owners.enter()
    mine = claim(ledger, make_plan(ledger, [1, 2], edition="one"))
    assert mine
    shutil.copy(file, tmp_path / "backup")
    assert begin(ledger, mine)
    ledger.close()
    open_ledger("", file).close()
    shutil.copy(tmp_path / "backup", file)
    with pytest.raises(AttentionError, match=r"older than what was sent of one: batch 1-1 began"):
        open_ledger("", file)


def test_what_the_journal_does_not_take_is_not_begun(place: Place, ledger: Ledger) -> None:
    mine = claim(ledger, make_plan(ledger, [1, 2]))
    assert mine
    ledger.journal.file.mkdir()
    with pytest.raises(OutsideError, match=r"begun: Is a directory; nothing of this batch was sent"):
        begin(ledger, mine)
    ledger.journal.file.rmdir()
    again = place.open()
    assert claim(again, mine.send_id) == replace(mine, epoch=2)
    again.close()


def test_each_line_names_its_edition_and_the_refusal_all_of_them(tmp_path: Path) -> None:
    file = tmp_path / "ledger.db"
    ledger = open_ledger("", file)
    ledger.owners.enter()
    for edition in ("2024-02-12-alignment", "2024-02-19 Maße"):
        mine = claim(ledger, make_plan(ledger, [1, 2], edition=edition))
        assert mine
        assert begin(ledger, mine)
    ledger.close()
    lines = ledger.journal.file.read_text("utf-8").split("\n")
    assert lines[1] == f"{ledger.identity} 1 1 1 2024-02-12-alignment"
    file.unlink()
    with pytest.raises(AttentionError, match="sent of 2024-02-12-alignment, 2024-02-19 Maße: batch 2-1"):
        open_ledger("", file)


def test_a_line_cut_short_is_none_and_the_newest_are_enough(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "begun")
    assert journal.newest() == []
    for seq in range(1, 200):
        journal.note(Begun(ID, 1, seq, 1))
    with journal.file.open("a") as file:
        file.write(f"{ID} 1 200")
    assert journal.newest()[-1] == Begun(ID, 1, 199, 1)
    assert 50 < len(journal.newest()) < 199


def test_the_line_after_one_cut_short_stands_for_itself(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "begun")
    journal.file.write_text(f"{ID} 1 1")  # the disk was full
    journal.note(Begun(ID, 1, 2, 1))
    assert journal.newest() == [Begun(ID, 1, 2, 1)]


def test_a_machine_that_sent_nothing_tells_a_restored_ledger_by_what_it_saw(
    place: Place, ledger: Ledger, tmp_path: Path
) -> None:
    send_id = make_plan(ledger, [1, 2])
    mine = claim(ledger, send_id)
    assert mine
    assert begin(ledger, mine)
    other = replace(place, folder=tmp_path / "other") if place.url else place
    watcher = other.open()
    watcher.remember()
    watcher.remember()
    assert watcher.journal.newest() == [Begun(ledger.identity, 1, 1, 1)]
    watcher.close()
    with ledger.writing() as connection:  # as it was before
        connection.execute(delete(attempt))
        connection.execute(update(batch).values(epoch=0, state=State.PLANNED, owner=None))
    with pytest.raises(AttentionError, match="batch 1-1 began and is not in it"):
        other.open()


def test_nothing_that_began_is_nothing_to_remember(ledger: Ledger) -> None:
    make_plan(ledger, [1, 2])
    ledger.remember()
    assert ledger.journal.newest() == []

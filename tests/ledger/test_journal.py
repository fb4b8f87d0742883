"""An old ledger in the place of a newer one is found out."""

import shutil
from pathlib import Path

import pytest

from producthead_mail.errors import AttentionError
from producthead_mail.ledger.database import ledger_exists, open_ledger
from producthead_mail.ledger.journal import Begun, Journal
from producthead_mail.ledger.moves import begin, claim, finish
from producthead_mail.ledger.states import State
from tests.ledger.conftest import make_plan

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

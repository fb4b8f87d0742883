"""Answers on disk: none is lost, whoever reads them and whenever it is cut short."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from producthead_mail.errors import OutsideError
from producthead_mail.ledger.spool import Spool


def test_what_was_kept_comes_once_and_in_order(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "answers")
    spool.keep({"batch": 1, "reason": "line\nbreak"})
    spool.keep({"batch": 2})
    found: list[dict[str, Any]] = []
    assert [spool.replay(found.append), spool.replay(found.append)] == [2, 0]
    assert found == [{"batch": 1, "reason": "line\nbreak"}, {"batch": 2}]


def test_where_recording_fails_everything_stays(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "answers")
    spool.keep({"batch": 1})
    spool.keep({"batch": 2})
    found: list[dict[str, Any]] = []

    def fails_at_the_second(entry: dict[str, Any]) -> None:
        if entry["batch"] == 2:
            raise OutsideError("the ledger is away")

    with pytest.raises(OutsideError, match="the ledger is away"):
        spool.replay(fails_at_the_second)
    assert spool.replay(found.append) == 2


def test_a_line_that_was_cut_short_is_none_and_takes_no_other_along(tmp_path: Path) -> None:
    file = tmp_path / "answers"
    spool = Spool(file)
    spool.keep({"batch": 1})
    with file.open("ab") as open_file:
        open_file.write(b'{"batch": 2, "rea')
    spool.keep({"batch": 3})
    found: list[dict[str, Any]] = []
    assert spool.replay(found.append) == 2
    assert found == [{"batch": 1}, {"batch": 3}]


def test_entries_of_many_threads_all_come(tmp_path: Path) -> None:
    file = tmp_path / "answers"
    found: list[dict[str, Any]] = []
    with ThreadPoolExecutor(8) as pool:
        for number in range(200):
            pool.submit(Spool(file).keep, {"batch": number})
            if number % 50 == 49:
                pool.submit(Spool(file).replay, found.append)
    Spool(file).replay(found.append)
    assert sorted(entry["batch"] for entry in found) == list(range(200))


def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "answers")
    spool.keep({"batch": 1})
    assert spool.file.stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_a_full_disk_is_told(tmp_path: Path) -> None:
    file = tmp_path / "answers"
    file.symlink_to("/dev/full")
    with pytest.raises(OutsideError, match="No space left on device"):
        Spool(file).keep({"batch": 1})

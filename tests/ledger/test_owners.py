import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from producthead_mail.errors import OutsideError
from producthead_mail.ledger.owners import LockFiles

HOLDER = """
import sys, time
from pathlib import Path
from producthead_mail.ledger.owners import LockFiles
owners = LockFiles(Path(sys.argv[1]))
owners.enter()
print(owners.name, flush=True)
time.sleep(60)
"""


def start(folder: Path) -> tuple[subprocess.Popen[str], str]:
    process = subprocess.Popen([sys.executable, "-c", HOLDER, str(folder)], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    with process.stdout as out:
        return process, out.readline().strip()


def test_a_process_lives_until_it_is_killed(tmp_path: Path) -> None:
    process, name = start(tmp_path)
    mine = LockFiles(tmp_path)
    assert mine.alive(name)
    process.kill()
    process.wait()
    assert not mine.alive(name)
    assert list(tmp_path.iterdir()) == []


def test_a_stopped_process_is_alive(tmp_path: Path) -> None:
    process, name = start(tmp_path)
    os.kill(process.pid, signal.SIGSTOP)
    try:
        assert LockFiles(tmp_path).alive(name)
    finally:
        process.kill()
        process.wait()


def test_who_left_or_never_came_is_not_alive(tmp_path: Path) -> None:
    mine, other = LockFiles(tmp_path), LockFiles(tmp_path)
    mine.enter()
    assert mine.alive(mine.name)
    assert other.alive(mine.name)
    mine.leave()
    assert not mine.alive(mine.name)
    assert not other.alive(mine.name)
    assert not other.alive("nobody")
    assert list(tmp_path.iterdir()) == []


def test_where_nothing_can_be_written_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    mine = LockFiles(tmp_path / "file")
    with pytest.raises(OutsideError) as caught:
        mine.enter()
    assert str(caught.value) == (
        f"{tmp_path}/file: File exists; this user needs room and the right to write there"
    )
    mine.leave()

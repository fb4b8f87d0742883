import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL

from producthead_mail.errors import InputError
from producthead_mail.ledger import sqlite
from producthead_mail.ledger.database import Ledger, open_ledger
from producthead_mail.ledger.schema import meta
from producthead_mail.ledger.sqlite import Sqlite, journal_mode, network_file_system


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = open_ledger("", tmp_path / "ledger.db")
    yield opened
    opened.close()


def test_commits_are_on_disk_and_two_writers_wait_for_each_other(ledger: Ledger) -> None:
    with ledger.writing() as connection:
        pragma = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("synchronous", "journal_mode", "busy_timeout", "auto_vacuum")
        }
    expected = journal_mode(sqlite3.sqlite_version_info).lower()
    assert pragma == {"synchronous": 2, "journal_mode": expected, "busy_timeout": 30_000, "auto_vacuum": 2}


@pytest.mark.parametrize(
    ("version", "mode"),
    [
        ((3, 40, 1), "TRUNCATE"),
        ((3, 44, 5), "TRUNCATE"),
        ((3, 44, 6), "WAL"),
        ((3, 45, 0), "TRUNCATE"),
        ((3, 50, 6), "TRUNCATE"),
        ((3, 50, 7), "WAL"),
        ((3, 51, 2), "TRUNCATE"),
        ((3, 51, 3), "WAL"),
        ((3, 52, 0), "WAL"),
    ],
)
def test_wal_is_used_only_where_it_is_safe(version: tuple[int, int, int], mode: str) -> None:
    assert journal_mode(version) == mode


def test_the_room_of_what_is_gone_goes_back_to_the_disk(ledger: Ledger) -> None:
    before = Path(ledger.name).stat().st_size
    with ledger.writing() as connection:
        connection.execute(meta.insert(), [{"key": f"k{n}", "value": "x" * 10_000} for n in range(300)])
    with ledger.writing() as connection:
        connection.execute(meta.delete().where(meta.c.key.startswith("k")))
    ledger.compact()
    assert Path(ledger.name).stat().st_size < before + 50_000


WITHOUT_WRITING = """
import resource, sys
from pathlib import Path
from producthead_mail.ledger.account import unfinished
from producthead_mail.ledger.database import open_ledger
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
print(unfinished(open_ledger("", Path(sys.argv[1]))))
"""


@pytest.mark.parametrize(
    ("reason", "remedy"),
    [
        (
            "attempt to write a readonly database",
            "give this user the right to write in {}, and to write the file",
        ),
        ("unable to open database file", "give this user the right to write in {}, and to write the file"),
        ("disk I/O error", "see that this user may write in {}, and that its disk is whole"),
        ("database is locked", "another process keeps it busy: run it again"),
    ],
)
def test_each_fault_has_its_remedy(tmp_path: Path, reason: str, remedy: str) -> None:
    file = tmp_path / "ledger.db"
    file.touch()
    backend = Sqlite(URL.create("sqlite", database=str(file)))
    assert backend.remedy(reason) == remedy.format(tmp_path)
    backend.engine.dispose()


def test_a_ledger_is_read_where_nothing_can_be_written(ledger: Ledger) -> None:
    run = subprocess.run(
        [sys.executable, "-c", WITHOUT_WRITING, ledger.name], capture_output=True, text=True, check=True
    )
    assert run.stdout == "[]\n"


MOUNTS = """/dev/vda / ext4 rw 0 0
tmpfs /tmp tmpfs rw 0 0
server:/home /home nfs4 rw 0 0
/dev/vdb /home/local ext4 rw 0 0
sync /home/my\\040files fuse.rclone rw 0 0
//nas/share /mnt/share cifs rw 0 0
C: /mnt/c 9p rw 0 0
overlay /mnt/c/own overlay rw 0 0
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/ledger.db", ""),
        ("/tmp/ledger.db", ""),
        ("/home/ada/ledger.db", "nfs4"),
        ("/homestead/ledger.db", ""),
        ("/home/local/ledger.db", ""),
        ("/home/my files/ledger.db", "fuse.rclone"),
        ("/mnt/share/ledger.db", "cifs"),
        ("/mnt/c/ledger.db", "9p"),
        ("/mnt/c/own/ledger.db", ""),
    ],
)
def test_the_disk_of_a_file_is_that_of_the_nearest_mount(path: str, kind: str) -> None:
    assert network_file_system(Path(path), MOUNTS) == kind


def test_a_ledger_on_a_network_file_system_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mounts").write_text(f"server:/x {tmp_path} nfs rw 0 0\n")
    monkeypatch.setattr(sqlite, "MOUNTS", tmp_path / "mounts")
    with pytest.raises(InputError, match=r"network file system \(nfs\).*; name a file on a local disk"):
        open_ledger("", tmp_path / "ledger.db")
    assert not (tmp_path / "ledger.db").exists()


def test_who_opens_it_by_a_link_sees_the_same_living_and_the_same_journal(tmp_path: Path) -> None:
    folders = tmp_path / "here", tmp_path / "there"
    for folder in folders:
        folder.mkdir()
    first = open_ledger("", folders[0] / "ledger.db")
    first.owners.enter()
    (folders[1] / "link.db").symlink_to(folders[0] / "ledger.db")
    second = open_ledger("", folders[1] / "link.db")
    assert second.owners.alive(first.owners.name)
    assert (second.journal.file, second.spool.file) == (first.journal.file, first.spool.file)
    for ledger in (first, second):
        ledger.close()

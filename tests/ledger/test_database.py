import sqlite3
from pathlib import Path

import pytest

from producthead_mail.errors import InputError, OutsideError
from producthead_mail.ledger.database import Ledger, journal_mode, ledger_exists, open_ledger
from producthead_mail.ledger.schema import meta


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


def test_the_key_of_addresses_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    first = open_ledger("", path)
    second = open_ledger(f"sqlite:///{path}", tmp_path / "other.db")
    assert len(first.recipient_key) == 32
    assert second.recipient_key == first.recipient_key
    first.close()
    second.close()
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_ledger_is_there_once_it_was_opened(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    assert not ledger_exists("", path)
    open_ledger("", path).close()
    assert ledger_exists("", path)


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    opened = open_ledger("", path)
    with opened.writing() as connection:
        connection.execute(meta.update().where(meta.c.key == "version").values(value="99"))
    opened.close()
    with pytest.raises(InputError, match="newer version of this program"):
        open_ledger("", path)


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("nonsense", "not a database URL"),
        ("sqlite://", "in memory"),
        ("postgresql://user:secret@db.example.com/mail", "only SQLite"),
    ],
)
def test_an_unusable_url_is_refused_without_showing_it(tmp_path: Path, url: str, fault: str) -> None:
    with pytest.raises(InputError, match=fault) as caught:
        open_ledger(url, tmp_path / "ledger.db")
    assert "secret" not in str(caught.value)


def test_a_file_that_is_no_ledger_is_named(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    path.write_text("no database, but long enough to be looked at as one" * 30)
    with pytest.raises(OutsideError, match=r"ledger\.db: file is not a database; restore it"):
        open_ledger("", path)


def test_nothing_of_a_failed_transaction_stays(ledger: Ledger) -> None:
    def fail() -> None:
        with ledger.writing() as connection:
            connection.execute(meta.insert().values(key="a", value="b"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with ledger.reading() as connection:
        assert connection.execute(meta.select().where(meta.c.key == "a")).all() == []


def test_the_room_of_what_is_gone_goes_back_to_the_disk(ledger: Ledger) -> None:
    before = Path(ledger.name).stat().st_size
    with ledger.writing() as connection:
        connection.execute(meta.insert(), [{"key": f"k{n}", "value": "x" * 10_000} for n in range(300)])
    with ledger.writing() as connection:
        connection.execute(meta.delete().where(meta.c.key.startswith("k")))
    ledger.compact()
    assert Path(ledger.name).stat().st_size < before + 50_000

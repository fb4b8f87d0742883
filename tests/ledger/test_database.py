from pathlib import Path

import pytest

from producthead_mail.errors import InputError, OutsideError
from producthead_mail.ledger.database import Ledger, ledger_exists, open_ledger
from producthead_mail.ledger.schema import meta
from tests.ledger_fixtures import Place


def test_the_key_of_addresses_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    first = open_ledger("", path)
    second = open_ledger(f"sqlite:///{path}", tmp_path / "other.db")
    assert len(first.recipient_key) == 32
    assert second.recipient_key == first.recipient_key
    first.close()
    second.close()
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_ledger_is_there_once_it_was_opened(place: Place) -> None:
    assert not ledger_exists(place.url, place.default)
    place.open().close()
    assert ledger_exists(place.url, place.default)


def test_a_newer_schema_is_refused(place: Place) -> None:
    opened = place.open()
    with opened.writing() as connection:
        connection.execute(meta.update().where(meta.c.key == "version").values(value="99"))
    opened.close()
    with pytest.raises(InputError, match="newer version of this program"):
        place.open()


def test_a_ledger_is_opened_while_another_process_writes(place: Place, ledger: Ledger) -> None:
    with ledger.writing() as connection:
        ledger._backend.lock(connection)
        opened = place.open()
    assert opened.identity == ledger.identity
    opened.close()


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("nonsense", "not a database URL"),
        ("postgresql://me:hush@db:port/x", "not a database URL"),
        ("sqlite://", "in memory"),
        ("sqlite:///file:secret?mode=memory&uri=true", "without driver and options"),
        ("sqlite:///file:secret", "without driver and options"),
        ("sqlite:////srv/ledger.db?mode=ro", "without driver and options"),
        ("sqlite+aiosqlite:////srv/ledger.db", "without driver and options"),
        ("sqlite:////", "without driver and options"),
        ("mysql://user:secret@db.example.com/mail", "lives in SQLite or PostgreSQL"),
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

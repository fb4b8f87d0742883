"""Recipients from a database, which a query can't change."""

import sqlite3
from pathlib import Path

import pytest

from producthead_mail.audience.recipient import Excluded, Recipient
from producthead_mail.audience.sql_source import read_sql, shown
from producthead_mail.errors import InputError, OutsideError
from producthead_mail.ledger.states import Exclusion

URL = "sqlite:///people.db"


@pytest.fixture
def publication(tmp_path: Path) -> Path:
    """Where publication.yaml would be, with people.db beside it."""
    database = sqlite3.connect(tmp_path / "people.db")
    with database:
        database.execute("CREATE TABLE people (email TEXT, first_name TEXT, visits INTEGER, picture BLOB)")
        rows = [
            ("ada@EXAMPLE.org", "Ada", 3, None),
            ("bob", "Bob", 1, None),
            ("cy@example.org", None, 0, b"x"),
        ]
        database.executemany("INSERT INTO people VALUES (?, ?, ?, ?)", rows)
    database.close()
    return tmp_path / "publication.yaml"


def refusal(publication: Path, url: str, query: str) -> str:
    with pytest.raises(InputError) as caught:
        list(read_sql(url, query, publication)[1])
    return str(caught.value).replace(str(publication.parent), "content")


def test_records_are_recipients_numbered_from_one(publication: Path) -> None:
    names, rows = read_sql(URL, 'SELECT email AS "E-Mail", first_name, visits FROM people', publication)
    assert names == ("email", "first_name", "visits")
    assert list(rows) == [
        Recipient("ada@example.org", {"email": "ada@example.org", "first_name": "Ada", "visits": "3"}, 1),
        Excluded(Exclusion.INVALID, 2, "An email address must have an @-sign", "bob"),
        Recipient("cy@example.org", {"email": "cy@example.org", "first_name": "", "visits": "0"}, 3),
    ]


def test_bytes_and_nuls_are_no_text(publication: Path) -> None:
    query = (
        "SELECT email, picture FROM people WHERE visits = 0 UNION ALL SELECT 'd@example.org', 'x' || char(0)"
    )
    assert list(read_sql(URL, query, publication)[1]) == [
        Excluded(Exclusion.INVALID, 1, "bytes where text belongs", "cy@example.org"),
        Excluded(Exclusion.INVALID, 2, "a NUL byte", "d@example.org"),
    ]


def test_colons_and_percent_signs_are_themselves(publication: Path) -> None:
    query = "SELECT email, ':x' AS note FROM people WHERE first_name LIKE 'A%' AND email <> ':email'"
    (row,) = read_sql(URL, query, publication)[1]
    assert isinstance(row, Recipient)
    assert row.fields["note"] == ":x"


@pytest.mark.parametrize(
    "query",
    ["DROP TABLE people", "DELETE FROM people", "INSERT INTO people (email) VALUES ('e') RETURNING email"],
)
def test_a_query_can_change_nothing(publication: Path, query: str) -> None:
    assert refusal(publication, URL, query) == (
        "content/publication.yaml: audience.query: attempt to write a readonly database; mend the query"
    )
    database = sqlite3.connect(publication.parent / "people.db")
    assert database.execute("SELECT count(*) FROM people").fetchone() == (3,)
    database.close()


@pytest.mark.parametrize(
    ("url", "query", "told"),
    [
        (URL, "SELEC", 'audience.query: near "SELEC": syntax error; mend the query'),
        (URL, "SELECT * FROM peple", "audience.query: no such table: peple; mend the query"),
        (URL, "SELECT email FROM people WHERE 0", "audience.query finds no records; mend the query"),
        (URL, "PRAGMA query_only = ON", "audience.query gives no records; begin it with SELECT"),
        (
            URL,
            "SELECT first_name FROM people",
            "audience.query: no column `email`; name the column with the addresses `email`",
        ),
        (
            URL,
            "SELECT email, email FROM people",
            "audience.query: columns 1 and 2 are both `email`; rename or delete one of them",
        ),
        (
            "sqlite:///gone.db",
            "SELECT 1",
            "audience.sql: no such file content/gone.db; put it there, or mend audience.sql",
        ),
        ("people.db", "SELECT 1", "audience.sql is no database URL; such as postgresql+psycopg://…"),
        ("no://u:secret@h/d", "SELECT 1", "audience.sql is no database URL; such as postgresql+psycopg://…"),
        (
            "postgresql+psycopg://u:secret@h:x/d",
            "SELECT 1",
            "audience.sql is no database URL; such as postgresql+psycopg://…",
        ),
    ],
)
def test_what_is_wrong_is_told_in_plain_words(publication: Path, url: str, query: str, told: str) -> None:
    assert refusal(publication, url, query) == f"content/publication.yaml: {told}"


def test_a_missing_database_is_not_made(publication: Path) -> None:
    refusal(publication, "sqlite:///gone.db", "SELECT 1")
    assert not (publication.parent / "gone.db").exists()


def test_a_database_that_is_away_is_outside_and_the_password_stays_secret(publication: Path) -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(OutsideError, match=r"audience\.sql: no connection: ") as caught:
        read_sql("postgresql+psycopg://u:secret@127.0.0.1:1/d", "SELECT 1", publication)
    assert "secret" not in str(caught.value)


def test_a_url_is_shown_without_its_password() -> None:
    assert shown("postgresql://u:secret@h/d") == "postgresql://u:***@h/d"

"""Recipients from any database that SQLAlchemy reads, as a stream."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, CursorResult, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from producthead_mail.audience.address import normalise
from producthead_mail.audience.columns import EMAIL, field_names
from producthead_mail.audience.csv_source import MAX_SHOWN
from producthead_mail.audience.recipient import Excluded, Recipient
from producthead_mail.errors import InputError, OutsideError, Problem
from producthead_mail.ledger.states import Exclusion

ROWS_AT_ONCE = 1000

Rows = Generator[Recipient | Excluded, None, None]
Records = Generator[Sequence[Any], None, None]


def read_sql(url: str, query: str, path: Path) -> tuple[tuple[str, ...], Rows]:
    """The slot fields of the query's columns, and every record; faults are put at `path`."""
    records = _records(url, query, path)
    try:
        names = field_names([str(name) for name in next(records)], f"{path}: audience.query", 0)
    except InputError:
        records.close()
        raise
    return names, _rows(names, records, path)


def shown(url: str) -> str:
    """The URL without its password."""
    return make_url(url).render_as_string(hide_password=True)


def _rows(names: tuple[str, ...], records: Records, path: Path) -> Rows:
    email = names.index(EMAIL)
    number = 0
    with closing(records):
        for number, record in enumerate(records, 1):
            yield _row(names, email, number, record)
    if not number:
        raise _fault(path, "audience.query finds no records", "mend the query")


def _row(names: tuple[str, ...], email: int, number: int, record: Sequence[Any]) -> Recipient | Excluded:
    cells = ["" if value is None else str(value) for value in record]
    written = cells[email].strip()[:MAX_SHOWN].replace("\0", "")
    if any(isinstance(value, (bytes, memoryview)) for value in record):
        return Excluded(Exclusion.INVALID, number, "bytes where text belongs", written)
    if any("\0" in cell for cell in cells):
        return Excluded(Exclusion.INVALID, number, "a NUL byte", written)
    try:
        cells[email] = normalise(cells[email])
    except ValueError as error:
        return Excluded(Exclusion.INVALID, number, str(error), written)
    return Recipient(cells[email], dict(zip(names, cells, strict=True)), number)


def _records(url: str, query: str, path: Path) -> Records:
    """The names of the columns, then every record; never commits, so the query can change nothing."""
    with _connection(_engine(url, path)) as connection:
        try:
            result = _execute(connection, query)
            if not result.returns_rows:
                raise _fault(path, "audience.query gives no records", "begin it with SELECT")
            yield tuple(result.keys())
            yield from result
        except SQLAlchemyError as error:
            if isinstance(error, DBAPIError) and error.connection_invalidated:
                raise OutsideError(f"audience.sql: the database went away: {_reason(error)}") from None
            raise _fault(path, f"audience.query: {_reason(error)}", "mend the query") from None


def _execute(connection: Connection, query: str) -> CursorResult[Any]:
    # As written: a colon or a percent sign in it is no parameter.
    options = {"stream_results": True, "yield_per": ROWS_AT_ONCE, "no_parameters": True}
    return connection.exec_driver_sql(query, execution_options=options)


def _engine(url: str, path: Path) -> Engine:
    try:
        return create_engine(_located(make_url(url), path), poolclass=NullPool)
    except (ArgumentError, ValueError):
        # Not the error's own words: they hold the URL, and it may hold a password.
        raise _fault(path, "audience.sql is no database URL", "such as postgresql+psycopg://…") from None
    except ImportError as error:
        raise _fault(path, f"audience.sql needs a driver: {error}", "install it") from None


def _located(url: URL, path: Path) -> URL:
    """The URL with the file of an SQLite database found from the publication's folder, as all its paths."""
    name = url.database or ""
    if url.get_backend_name() != "sqlite" or not name or name.startswith((":memory:", "file:")):
        return url
    file = path.parent / name
    if not file.is_file():  # SQLite would make an empty one
        raise _fault(path, f"audience.sql: no such file {file}", "put it there, or mend audience.sql")
    return url.set(database=str(file))


@contextmanager
def _connection(engine: Engine) -> Iterator[Connection]:
    try:
        connection = engine.connect()
        _forbid_writing(connection)
    except SQLAlchemyError as error:
        reason = _reason(error).replace(engine.url.password or "\0", "***")
        raise OutsideError(f"audience.sql: no connection: {reason}") from None
    try:
        yield connection
    finally:
        connection.close()
        engine.dispose()


def _forbid_writing(connection: Connection) -> None:
    # Closing rolls back, but not what SQLite and some others do outside a transaction, such as DROP TABLE.
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA query_only = ON")
    elif connection.dialect.name == "postgresql":
        connection.execution_options(postgresql_readonly=True)


def _reason(error: SQLAlchemyError) -> str:
    """The database's own words, on one line, without SQLAlchemy's links."""
    words = str(error.orig) if isinstance(error, DBAPIError) else str(error).partition("(Background")[0]
    return " ".join(words.split())


def _fault(path: Path, message: str, remedy: str) -> InputError:
    return InputError([Problem(str(path), 0, 0, message, remedy)])

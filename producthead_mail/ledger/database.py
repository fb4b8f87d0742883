"""Opens the ledger's database, durable or not at all, and makes its tables."""

from __future__ import annotations

import os
import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, select
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError
from sqlalchemy.pool import QueuePool

from producthead_mail.errors import InputError, OutsideError, Problem
from producthead_mail.ledger.owners import Owners
from producthead_mail.ledger.schema import VERSION, meta, metadata

BUSY_SECONDS = 30
CONNECTIONS = 32


class Ledger:
    """An open ledger: short transactions on its database, and the processes that share it."""

    def __init__(self, engine: Engine, owners: Owners, name: str) -> None:
        self._engine = engine
        self.owners = owners
        self.name = name
        """The URL without its password."""
        self.recipient_key = b""

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is durable once the block is left; nothing of it stays after an error."""
        with self._faults(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one moment of the ledger."""
        with self._faults(), self._engine.connect() as plain:
            yield plain.execution_options(reading=True)

    @staticmethod
    def now() -> float:
        """Unix time."""
        return time.time()

    def compact(self) -> None:
        """Gives the room of deleted bodies back to the disk."""
        with self._faults():
            connection = self._engine.raw_connection()
            try:
                # A step frees a page and gives a row without columns: only executescript takes all steps.
                connection.cursor().executescript("PRAGMA incremental_vacuum")
            finally:
                connection.close()

    def close(self) -> None:
        """Closes every connection; this process owns nothing any more."""
        self.owners.leave()
        self._engine.dispose()

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except IntegrityError:
            raise  # one of the ledger's own guards held: the caller knows which
        except DBAPIError as error:
            reason = " ".join(str(error.orig).split())
            raise OutsideError(f"ledger {self.name}: {reason}; {_remedy(reason)}") from None


def open_ledger(url: str, default: Path) -> Ledger:
    """The ledger at the SQLAlchemy URL (empty: SQLite at `default`), made if it isn't there yet."""
    place = _place(url, default)
    path = Path(place.database or "")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutsideError(f"ledger {path}: {error.strerror}") from None
    ledger = Ledger(_engine(place), Owners(path.parent / "owners"), str(path))
    with ledger.writing() as connection:
        _prepare(connection, ledger.name)
        key = connection.execute(select(meta.c.value).where(meta.c.key == "recipient_key")).scalar_one()
        ledger.recipient_key = bytes.fromhex(key)
    if os.name == "posix":
        path.chmod(0o600)  # it holds addresses while an edition is being sent
    return ledger


def ledger_exists(url: str, default: Path) -> bool:
    """False where opening the ledger would make a new one."""
    return Path(_place(url, default).database or "").exists()


def journal_mode(version: tuple[int, ...]) -> str:
    """WAL where this SQLite does it safely, else TRUNCATE.

    SQLite up to 3.51.2 can lose commits when two connections reset the log at once
    (sqlite.org/wal.html, "WAL-reset bug"); 3.44.6 and 3.50.7 carry the repair too.
    """
    repaired = version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)
    return "WAL" if repaired else "TRUNCATE"


def _place(url: str, default: Path) -> URL:
    if not url:
        return URL.create("sqlite", database=str(default))
    try:
        place = make_url(url)
    except ArgumentError:
        # Not the error's own words: they hold the URL, and it may hold a password.
        raise _unusable("not a database URL", "such as sqlite:////var/lib/producthead/ledger.db") from None
    if place.get_backend_name() != "sqlite":
        raise _unusable("only SQLite ledgers so far", "leave it out, or name a sqlite:/// file")
    if not place.database or place.database == ":memory:":
        raise _unusable("a ledger in memory forgets who got what", "name a file")
    return place


def _unusable(message: str, remedy: str) -> InputError:
    return InputError([Problem("environment PRODUCTHEAD_LEDGER", 0, 0, message, remedy)])


def _engine(place: URL) -> Engine:
    engine = create_engine(
        place,
        poolclass=QueuePool,
        pool_size=CONNECTIONS,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _: Any) -> None:
        connection.isolation_level = None  # Python would begin transactions late and end them by surprise
        # FULL: without it a power cut can take back a committed `in_flight`, and a batch would go twice.
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
        connection.execute(f"PRAGMA journal_mode={journal_mode(sqlite3.sqlite_version_info)}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # IMMEDIATE: two writers wait for each other at the start instead of failing in the middle.
        reading = connection.get_execution_options().get("reading")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def _prepare(connection: Connection, name: str) -> None:
    if not inspect(connection).has_table("meta"):
        metadata.create_all(connection)
        values = {"version": str(VERSION), "ledger": uuid4().hex, "recipient_key": secrets.token_hex(32)}
        connection.execute(meta.insert(), [{"key": key, "value": value} for key, value in values.items()])
        return
    version = int(connection.execute(select(meta.c.value).where(meta.c.key == "version")).scalar_one())
    if version > VERSION:
        message = f"made by a newer version of this program (schema {version}, known is {VERSION})"
        raise InputError([Problem(name, 0, 0, message, "update this program")])


def _remedy(reason: str) -> str:
    if "locked" in reason:
        return "another process keeps it busy: run it again"
    if "full" in reason:
        return "make room on the disk, then run it again"
    if "readonly" in reason or "unable to open" in reason:
        return "give this user the right to write the file and its folder"
    if "not a database" in reason or "malformed" in reason:
        return "restore it from a backup, and settle what was sent since"
    return "nothing was sent that is not in it; run it again"

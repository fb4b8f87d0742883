"""Opens the ledger, in SQLite or in PostgreSQL, durable or not at all, and makes its tables."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from sqlalchemy import URL, Connection, inspect, make_url, select, update
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as NoConnection

from producthead_mail.errors import InputError, OutsideError, Problem
from producthead_mail.ledger.backend import Backend
from producthead_mail.ledger.journal import Begun, Journal, newest_begun, refuse_forgetful, refuse_without
from producthead_mail.ledger.schema import VERSION, meta
from producthead_mail.ledger.spool import Spool

SUCH_AS = "such as sqlite:////var/lib/producthead/ledger.db"
LEASE_SECONDS = 180.0
"""Longer than a request to SendGrid may take (60 s), or its answer comes after the batch is in doubt."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What can be known of a ledger without making or changing one."""

    name: str
    """For people, without a password."""
    version: int
    """Of its tables; 0 where there is no ledger yet."""
    settings: str
    """How its database keeps what was committed."""
    now: float
    """Unix time, by the clock that its processes share."""
    answers_wait: bool
    """True where answers of SendGrid have not been recorded yet."""
    beside: Path
    """What belongs to the ledger but stands outside it is named after this file, which in SQLite it is."""


class Ledger:
    """An open ledger: short transactions on its database, and the processes that share it."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._engine = backend.engine
        self._current = threading.local()
        self.owners = backend.owners
        self.name = backend.name
        """For people, without a password."""
        self.recipient_key = b""
        self.identity = ""
        """The ledger's own id, which no other has."""
        self.journal = Journal(backend.beside.with_name(f"{backend.beside.name}.begun"))
        self.spool = Spool(backend.beside.with_name(f"{backend.beside.name}.answers"))

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is durable once the block is left; nothing of it stays after an error."""
        with self._faults(), self._engine.begin() as connection, self._asked(connection):
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one moment of the ledger."""
        with self._faults(), self._engine.connect() as plain:
            connection = plain.execution_options(**self._backend.reading)
            with self._asked(connection):
                yield connection

    def remember(self) -> None:
        """Notes here what began last on any machine: so this one, too, tells an older ledger in its place."""
        with self.reading() as connection:
            found = newest_begun(connection, self.identity)
        if found is None or found in self.journal.newest():
            return
        with suppress(OutsideError):  # a full disk: nothing is lost that another machine doesn't know
            self.journal.note(found)

    def now(self) -> float:
        """Unix time, by the one clock that all processes of this ledger share."""
        with self._faults():
            return self._backend.now(getattr(self._current, "connection", None))

    def lease_until(self, now: float) -> float | None:
        """When a batch that is taken now is held no more; None where the living are known without a clock."""
        return self._backend.lease_until(now)

    def held(self, owner: str, lease_until: float | None, now: float) -> bool:
        """True while the process that took a batch may still work on it."""
        return self._backend.held(owner, lease_until, now)

    def outwait(self) -> None:
        """Comes back once everyone who was changing batches has ended: what they saw was older than this."""
        with self.writing() as connection:
            self._backend.outwait(connection)

    def compact(self) -> None:
        """Gives the room of deleted bodies back to the disk."""
        with self._faults():
            self._backend.compact()

    def close(self) -> None:
        """Closes every connection; this process owns nothing any more."""
        self.owners.leave()
        self._engine.dispose()

    @contextmanager
    def _asked(self, connection: Connection) -> Iterator[None]:
        """In the block the clock is asked on this connection, so that a thread never needs two."""
        self._current.connection = connection
        try:
            yield
        finally:
            self._current.connection = None

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except IntegrityError:
            raise  # one of the ledger's own guards held: the caller knows which
        except (DBAPIError, NoConnection) as error:
            cause = error.orig if isinstance(error, DBAPIError) else error
            reason = " ".join(str(cause).split())
            raise OutsideError(f"ledger {self.name}: {reason}; {self._backend.remedy(reason)}") from None


def open_ledger(url: str, default: Path, lease_seconds: float = LEASE_SECONDS) -> Ledger:
    """The ledger at the SQLAlchemy URL (empty: SQLite at `default`), made if it isn't there yet."""
    backend = _backend(url, default, lease_seconds)
    ledger = Ledger(backend)
    try:
        _open(ledger, backend)
    except BaseException:
        backend.engine.dispose()
        raise
    return ledger


def ledger_exists(url: str, default: Path) -> bool:
    """False where opening the ledger would make a new one; one that was deleted leaves its journal."""
    backend = _backend(url, default, LEASE_SECONDS)
    ledger = Ledger(backend)
    try:
        with ledger._faults():
            return backend.exists() or ledger.journal.file.exists()
    finally:
        backend.engine.dispose()


def condition_of(url: str, default: Path) -> Condition:
    """The condition of the ledger that `open_ledger` would open, which is left as it is; its errors, too."""
    backend = _backend(url, default, LEASE_SECONDS)
    ledger = Ledger(backend)
    try:
        with ledger._faults():
            backend.refuse_unsafe()
            is_there = backend.exists()
        begun = ledger.journal.newest()
        if not is_there:
            refuse_without(begun, ledger.journal.file)
            return Condition(backend.name, 0, "", ledger.now(), ledger.spool.filled(), backend.beside)
        with ledger.reading() as connection:
            version = _version(_values(connection), ledger.name)
            _recognise(ledger, connection, begun)
            settings = backend.settings(connection)
            waiting = ledger.spool.filled()
            return Condition(backend.name, version, settings, ledger.now(), waiting, backend.beside)
    finally:
        backend.engine.dispose()


def _open(ledger: Ledger, backend: Backend) -> None:
    with ledger._faults():
        backend.prepare()
    begun = ledger.journal.newest()  # before the ledger: what is in it by now is in the ledger, too
    # Tables that are up to date are only read: on a full disk, too, and without waiting for a writer.
    with ledger.reading() as connection:
        if _recognise(ledger, connection, begun):
            return
    with ledger.writing() as connection:
        backend.lock(connection)
        _prepare(connection, ledger.name)
        _recognise(ledger, connection, begun)


def _recognise(ledger: Ledger, connection: Connection, begun: list[Begun]) -> bool:
    """True where the tables are those of this program: the ledger's id and its key are known then."""
    values = _values(connection)
    if _version(values, ledger.name) < VERSION:
        return False
    ledger.recipient_key = bytes.fromhex(values["recipient_key"])
    ledger.identity = values["ledger"]
    refuse_forgetful(connection, ledger.identity, begun, ledger.journal.file)
    return True


def _backend(url: str, default: Path, lease_seconds: float) -> Backend:
    place = _place(url, default)
    # Imported late: only one of them is needed, and PostgreSQL's driver takes its time.
    if place.get_backend_name() == "sqlite":
        from producthead_mail.ledger.sqlite import Sqlite

        return Sqlite(place)
    from producthead_mail.ledger.postgres import Postgres

    return Postgres(place, default.parent, lease_seconds)


def _place(url: str, default: Path) -> URL:
    if not url:
        return URL.create("sqlite", database=str(default))
    try:
        place = make_url(url)
    except (ArgumentError, ValueError):  # the latter for a port that is no number
        # Not the error's own words: they hold the URL, and it may hold a password.
        raise _unusable("not a database URL", SUCH_AS) from None
    if place.drivername in {"postgresql", "postgres", "postgresql+psycopg"}:
        return place
    if place.get_backend_name() != "sqlite":
        raise _unusable(
            "a ledger lives in SQLite or PostgreSQL", "sqlite:///FILE or postgresql://USER@HOST/DATABASE"
        )
    if not place.database or place.database == ":memory:":
        raise _unusable("a ledger in memory forgets who got what", "name a file")
    # Options and `file:` can put it into memory as well, and another driver keeps its own ways.
    plain = place.drivername in {"sqlite", "sqlite+pysqlite"} and not place.query
    if not plain or place.database.startswith("file:") or not Path(place.database).name:
        raise _unusable("a ledger in SQLite is a file, named without driver and options", SUCH_AS)
    return place


def _unusable(message: str, remedy: str) -> InputError:
    return InputError([Problem("environment PRODUCTHEAD_LEDGER", 0, 0, message, remedy)])


def _prepare(connection: Connection, name: str) -> None:
    """Makes the tables, or those of an earlier version up to date."""
    values = _values(connection)
    version = _version(values, name)
    if version == VERSION:
        return  # another process was faster
    # Imported late: Alembic takes its time, and hardly ever has anything to do.
    from producthead_mail.ledger.migrate import migrate

    migrate(connection, version)
    if values:
        connection.execute(update(meta).where(meta.c.key == "version").values(value=str(VERSION)))
        return
    values = {"version": str(VERSION), "ledger": uuid4().hex, "recipient_key": secrets.token_hex(32)}
    connection.execute(meta.insert(), [{"key": key, "value": value} for key, value in values.items()])


def _values(connection: Connection) -> dict[str, str]:
    """What is in `meta`; empty where there are no tables yet."""
    if not inspect(connection).has_table(meta.name):
        return {}
    # With a version even where it is another program's table, which has none.
    return {"version": "", **{row.key: row.value for row in connection.execute(select(meta))}}


def _version(values: dict[str, str], name: str) -> int:
    """The number of the newest revision in the ledger, 0 for none; InputError for one that is not known."""
    if not values:
        return 0
    found = values["version"]
    if found.isdecimal() and 0 < int(found) <= VERSION:
        return int(found)
    message = f"made by a newer version of this program (schema {found}, known is {VERSION})"
    remedy = "update this program"
    if not found:
        message = "its table `meta` is another program's"
        remedy = "name a database or a schema of its own in PRODUCTHEAD_LEDGER"
    raise InputError([Problem(name, 0, 0, message, remedy)])

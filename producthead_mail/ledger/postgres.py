"""A ledger in PostgreSQL: shared by several machines, by the server's clock alone."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import URL, Connection, Engine, create_engine, event, func, inspect, select, text, update
from sqlalchemy.exc import DBAPIError

from producthead_mail.errors import InputError, Problem
from producthead_mail.ledger.backend import Owners
from producthead_mail.ledger.schema import batch, meta
from producthead_mail.ledger.states import State

CONNECT_SECONDS = 10
WAIT_SECONDS = 30
"""For a lock another process holds, and for a free connection."""
IDLE_SECONDS = 60
"""In a transaction: one that is stopped in the middle must not hold its locks for good."""
CONNECTIONS = 40
SCHEMA_LOCK = 0x70726F647563
"""Any number, as long as every version of this program takes the same."""
CLOCK = text("SELECT extract(epoch FROM clock_timestamp())::float8")
"""Not now(), which stands still in a transaction."""
UNSAFE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""A crash of the server could take back a committed `in_flight`, and a batch would go twice."""
REMEDIES = (
    (("password", "authentication", "role "), "mend the name or the password in PRODUCTHEAD_LEDGER"),
    (("permission denied",), "give this user the right to create tables there"),
    (("translate host", "name or service"), "mend the host in PRODUCTHEAD_LEDGER"),
    (('database "',), "create the database, or mend its name in PRODUCTHEAD_LEDGER"),
    (("too many",), "let the server take more connections, or run fewer processes"),
    (("lock timeout", "deadlock"), "another process keeps it busy: run it again"),
    (("disk full", "no space"), "make room on the server's disk, then run it again"),
    (("refused", "connection", "timeout"), "see that the server is up and can be reached, then run it again"),
)


class Postgres:
    """The database, with a lease on every batch under way."""

    def __init__(self, place: URL, folder: Path, lease_seconds: float) -> None:
        self.engine = _engine(place)
        self.owners: Owners = Sessions(self.engine)
        query = place.query.get("host", "")
        host = place.host or (query if isinstance(query, str) else query[0]) or "localhost"
        self.name = f"postgresql://{host}{f':{place.port}' if place.port else ''}/{place.database or ''}"
        digest = hashlib.sha256(self.name.encode()).hexdigest()[:8]
        self.beside = folder / f"postgres-{digest}"
        self.reading: Mapping[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._lease_seconds = lease_seconds

    def exists(self) -> bool:
        """True where the database has the tables."""
        with self.engine.connect() as connection:
            return inspect(connection).has_table(meta.name)

    def refuse_unsafe(self) -> None:
        """InputError where the server may forget a commit."""
        with self.engine.connect() as connection:
            wrong = [
                name
                for name, bad in UNSAFE.items()
                if connection.execute(select(func.current_setting(name))).scalar_one() == bad
            ]
        if wrong:
            settings = ", ".join(f"{name}=off" for name in wrong)
            message = f"the server may forget what was sent ({settings})"
            raise InputError(
                [Problem(f"ledger {self.name}", 0, 0, message, "turn it on: mail would go twice")]
            )

    def prepare(self) -> None:
        """InputError where the server may forget a commit."""
        self.refuse_unsafe()
        self.beside.parent.mkdir(parents=True, exist_ok=True)

    def settings(self, connection: Connection) -> str:
        """Its version; what could lose a commit was refused."""
        version = connection.execute(select(func.current_setting("server_version"))).scalar_one()
        return f"PostgreSQL {str(version).split()[0]}, every commit flushed to the disk"

    def lock(self, connection: Connection) -> None:
        """Until the transaction ends no other process makes or changes tables."""
        connection.execute(select(func.pg_advisory_xact_lock(SCHEMA_LOCK)))

    def outwait(self, connection: Connection) -> None:
        """Comes back once no transaction that changes batches is open any more."""
        connection.execute(text(f"LOCK TABLE {batch.name} IN SHARE MODE"))

    def now(self, connection: Connection | None) -> float:
        """Unix time of the server: no two machines have the same."""
        if connection is not None:
            return float(connection.execute(CLOCK).scalar_one())
        with self.engine.connect() as own:
            return float(own.execute(CLOCK).scalar_one())

    def lease_until(self, now: float) -> float | None:
        """When a batch that is taken now is held no more."""
        return now + self._lease_seconds

    def held(self, _: str, lease_until: float | None, now: float) -> bool:
        """True until the lease is over, whoever has it."""
        return lease_until is not None and lease_until > now

    def compact(self) -> None:
        """Nothing: the server does it by itself."""

    def remedy(self, reason: str) -> str:
        """What to do about an error with these words."""
        lower = reason.lower()
        for words, remedy in REMEDIES:
            if any(word in lower for word in words):
                return remedy
        return "nothing was sent that is not in it; run it again"


class Sessions:
    """Who is alive, by a lock that the server drops with the connection; what they hold has a lease."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._session: Connection | None = None
        self.name = uuid4().hex

    def enter(self) -> None:
        """From here on others see this process as alive; again, where its connection broke meanwhile."""
        if self._session is not None and not _answers(self._session):
            self._session.close()
            self._session = None
        if self._session is None:
            self._session = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            self._session.execute(select(func.pg_advisory_lock(_key(self.name))))

    def leave(self) -> None:
        """This process owns nothing any more: others need not wait for its leases to end."""
        if self._session is None:
            return
        session, self._session = self._session, None
        under_way = batch.c.state.in_((State.CLAIMED, State.IN_FLIGHT))
        with session:
            try:
                session.execute(
                    update(batch).where(batch.c.owner == self.name, under_way).values(lease_until=0)
                )
                session.execute(select(func.pg_advisory_unlock(_key(self.name))))
            except DBAPIError:
                session.invalidate()  # the server is away: the leases end by themselves

    def alive(self, name: str) -> bool:
        """True while the process that took this name is connected."""
        if name == self.name:
            return self._session is not None
        with self._engine.connect() as connection:
            free = connection.execute(select(func.pg_try_advisory_xact_lock(_key(name)))).scalar_one()
        return not free


def _answers(session: Connection) -> bool:
    try:
        session.execute(select(1))
    except DBAPIError:
        session.invalidate()
        return False
    return True


def _key(name: str) -> int:
    return int(hashlib.sha256(name.encode()).hexdigest()[:15], 16)


def _engine(place: URL) -> Engine:
    try:
        import psycopg
    except ImportError:
        problem = Problem(
            "environment PRODUCTHEAD_LEDGER",
            0,
            0,
            "PostgreSQL needs the driver psycopg, which is not installed",
            "pip install 'producthead-mail[postgres]'",
        )
        raise InputError([problem]) from None
    engine = create_engine(
        place.set(drivername="postgresql+psycopg"),
        isolation_level="READ COMMITTED",  # the server's default may fail instead of waiting
        pool_size=CONNECTIONS,
        pool_timeout=WAIT_SECONDS,
        pool_pre_ping=True,  # a server that was restarted is noticed before a transaction, not in it
        connect_args={"connect_timeout": CONNECT_SECONDS, "application_name": "producthead"},
    )

    @event.listens_for(engine, "connect")
    def configure(connection: psycopg.Connection[Any], _: Any) -> None:
        try:
            connection.autocommit = True
            connection.execute(f"SET lock_timeout = '{WAIT_SECONDS}s'")
            connection.execute(f"SET idle_in_transaction_session_timeout = '{IDLE_SECONDS}s'")
            connection.autocommit = False
        except psycopg.Error:
            connection.close()  # the pool has not taken it yet, and would leave it open
            raise

    return engine

"""A ledger in a SQLite file: for one machine, and durable without any setting up."""

from __future__ import annotations

import os
import re
import sqlite3
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool

from producthead_mail.errors import InputError, OutsideError, Problem
from producthead_mail.ledger.backend import Owners
from producthead_mail.ledger.owners import LockFiles

BUSY_SECONDS = 30
CONNECTIONS = 32
MOUNTS = Path("/proc/mounts")
NETWORK = re.compile(r"nfs\d?|cifs|smb\w*|9p|afs|ceph|glusterfs|lustre|davfs|fuse\..+")
"""Types of file systems whose locks or flushes SQLite can't rely on (sqlite.org/useovernet.html)."""


class Sqlite:
    """The file, with lock files beside it for the processes that are alive."""

    def __init__(self, place: URL) -> None:
        self._path = Path(place.database or "")
        self.engine = _engine(place)
        real = self._path.resolve()  # by a link, too, everybody sees the same living
        self.owners: Owners = LockFiles(real.parent / "owners")
        self.name = str(self._path)
        self.beside = real
        self.reading: Mapping[str, Any] = {"reading": True}

    def exists(self) -> bool:
        """True where the file is there."""
        return self._path.exists()

    def refuse_unsafe(self) -> None:
        """InputError on a network's disk."""
        mounts = MOUNTS.read_text(encoding="utf-8", errors="replace") if MOUNTS.exists() else ""
        kind = network_file_system(self._path.resolve(), mounts)
        if kind:
            message = f"on a network file system ({kind}), where SQLite can lose commits"
            remedy = "name a file on a local disk in PRODUCTHEAD_LEDGER, or a PostgreSQL database"
            raise InputError([Problem(self.name, 0, 0, message, remedy)])

    def prepare(self) -> None:
        """Makes the folder, and the file readable by its owner alone; InputError on a network's disk."""
        self.refuse_unsafe()
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            if os.name == "posix" and not self._private():
                self._path.touch(0o600)
                self._path.chmod(0o600)  # it holds addresses while an edition is being sent
        except OSError as error:
            remedy = "this user needs room and the right to write there"
            raise OutsideError(f"ledger {self._path}: {error.strerror}; {remedy}") from None

    def settings(self, connection: Connection) -> str:
        """Its version and how it keeps what was committed."""
        mode = str(connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()).upper()
        return f"SQLite {sqlite3.sqlite_version}, {mode} journal, every commit flushed to the disk"

    def _private(self) -> bool:
        return self._path.exists() and self._path.stat().st_mode & 0o777 == 0o600

    def lock(self, connection: Connection) -> None:
        """Nothing: a writing transaction is alone from its start."""

    def outwait(self, connection: Connection) -> None:
        """Nothing: a writing transaction begins when all others have ended."""

    def now(self, _: Connection | None) -> float:
        """Unix time of this machine, the only one."""
        return time.time()

    def lease_until(self, _: float) -> float | None:
        """None: the kernel drops a lock file with its process, whatever the time."""
        return None

    def held(self, owner: str, _lease_until: float | None, _now: float) -> bool:
        """True while the owner's process runs."""
        return self.owners.alive(owner)

    def compact(self) -> None:
        """Gives the room of deleted bodies back to the disk."""
        connection = self.engine.raw_connection()
        try:
            # A step frees a page and gives a row without columns: only executescript takes all steps.
            connection.cursor().executescript("PRAGMA incremental_vacuum")
        except sqlite3.Error:
            pass  # on a full disk or a busy file the room is given back another time
        finally:
            connection.close()

    def remedy(self, reason: str) -> str:
        """What to do about an error with these words."""
        if "readonly" in reason and not self._path.exists():
            return "the file was removed while it was in use: put it back, then run it again"
        if "locked" in reason:
            return "another process keeps it busy: run it again"
        if "full" in reason:
            return "make room on the disk, then run it again"
        if "readonly" in reason or "unable to open" in reason:
            return f"give this user the right to write in {self._path.parent}, and to write the file"
        if "disk I/O" in reason:
            return f"see that this user may write in {self._path.parent}, and that its disk is whole"
        if "not a database" in reason or "malformed" in reason:
            return "restore it from a backup, and settle what was sent since"
        return "nothing was sent that is not in it; run it again"


def journal_mode(version: tuple[int, ...]) -> str:
    """WAL where this SQLite does it safely, else TRUNCATE.

    SQLite up to 3.51.2 can lose commits when two connections reset the log at once
    (sqlite.org/wal.html, "WAL-reset bug"); 3.44.6 and 3.50.7 carry the repair too.
    """
    repaired = version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)
    return "WAL" if repaired else "TRUNCATE"


def network_file_system(path: Path, mounts: str) -> str:
    """The type of the network file system that holds the path, by /proc/mounts; empty where it is local."""
    best, kind = "", ""
    for line in mounts.splitlines():
        _, point, type_, *_ = [*line.split(" "), "", "", ""]
        point = re.sub(r"\\(\d{3})", lambda code: chr(int(code[1], 8)), point)
        # Of two mounts on one point the later one is on top.
        if point and len(point) >= len(best) and path.is_relative_to(point):
            best, kind = point, type_
    return kind if NETWORK.fullmatch(kind) else ""


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
        # Set only in a new file: set once more it is written, which waits for other writers and for the disk.
        if connection.execute("PRAGMA auto_vacuum").fetchone() == (0,):
            connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
        connection.execute(f"PRAGMA journal_mode={journal_mode(sqlite3.sqlite_version_info)}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # IMMEDIATE: two writers wait for each other at the start instead of failing in the middle.
        reading = connection.get_execution_options().get("reading")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine

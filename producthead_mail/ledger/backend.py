"""What differs between the databases a ledger can live in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, Engine


class Owners(Protocol):
    """Which processes are alive, and this one among them."""

    name: str
    """Of this process's claims."""

    def enter(self) -> None:
        """From here on others see this process as alive."""

    def leave(self) -> None:
        """This process owns nothing any more."""

    def alive(self, name: str) -> bool:
        """True while the process that took this name runs."""


class Backend(Protocol):
    """One database: its engine, its clock, and how it knows the living."""

    engine: Engine
    owners: Owners
    name: str
    """For people, without a password."""
    beside: Path
    """What belongs to the ledger but stands outside it is named after this file."""
    reading: Mapping[str, Any]
    """Execution options of a transaction that only reads, and sees one moment."""

    def exists(self) -> bool:
        """False where there is no ledger in it yet."""

    def refuse_unsafe(self) -> None:
        """InputError where commits could be lost."""

    def prepare(self) -> None:
        """Refuses what would lose commits, and makes room for a new ledger."""

    def settings(self, connection: Connection, /) -> str:
        """How the database keeps what was committed, in a few words."""

    def lock(self, connection: Connection) -> None:
        """Until the transaction ends no other process makes or changes tables."""

    def outwait(self, connection: Connection) -> None:
        """Comes back once no transaction that changes batches is open any more."""

    def now(self, connection: Connection | None, /) -> float:
        """Unix time, by the one clock that all processes of this ledger share; asked on this connection."""

    def lease_until(self, now: float, /) -> float | None:
        """When a batch that is taken now is held no more; None where the living are known without a clock."""

    def held(self, owner: str, lease_until: float | None, now: float, /) -> bool:
        """True while the process that took a batch may still work on it."""

    def compact(self) -> None:
        """Gives the room of deleted bodies back to the disk."""

    def remedy(self, reason: str) -> str:
        """What to do about an error with these words."""

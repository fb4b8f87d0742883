"""Brings the ledger's tables to the newest revision; imported only where they are behind."""

from __future__ import annotations

from pathlib import Path

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from producthead_mail.ledger.schema import VERSION

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(connection: Connection, version: int) -> None:
    """The tables as `VERSION` has them, by every revision after `version` (0: there are no tables).

    All of it is in the transaction that is open on the connection: nothing here begins or commits one. What
    Alembic would do around its revisions is left out on purpose. Its own table of versions would be a second
    truth beside `meta.version`, which older programs read, too, and by which they refuse a newer ledger.
    """
    after = f"{version:04}" if version else "base"
    behind = list(ScriptDirectory(MIGRATIONS).iterate_revisions(f"{VERSION:04}", after))
    with Operations.context(MigrationContext.configure(connection)):
        for script in reversed(behind):
            script.module.upgrade()

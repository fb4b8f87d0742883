"""A line on disk for each batch that began, outside the database: it gives an old or new ledger away.

A ledger restored from a backup has forgotten what was sent since, and one that was deleted everything:
sent by it, an edition would go twice.
"""

from __future__ import annotations

import errno
import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, select

from producthead_mail.errors import AttentionError, OutsideError
from producthead_mail.ledger.draft import batch_name
from producthead_mail.ledger.schema import attempt, send
from producthead_mail.ledger.states import State

TAIL_BYTES = 4096
"""The newest lines: whoever lost any of them lost the last."""
LINE = re.compile(r"([0-9a-f]{32}) (\d{1,18}) (\d{1,9}) (\d{1,9})(?: (.*))?")


@dataclass(frozen=True, slots=True)
class Begun:
    """An attempt whose first byte may have left."""

    ledger: str
    """The ledger's own id."""
    send_id: int
    seq: int
    epoch: int
    edition: str = field(default="", compare=False)
    """For whoever reads the file."""


class Journal:
    """The file of one ledger."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def note(self, one: Begun) -> None:
        """Puts a line on disk; OutsideError where it can't be."""
        # A line break first, too: the line before may have been cut short.
        words = f"{one.ledger} {one.send_id} {one.seq} {one.epoch} {' '.join(one.edition.split())}"
        line = f"\n{words.rstrip()}\n".encode()
        try:
            new = not self.file.exists()
            handle = os.open(self.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                if os.write(handle, line) < len(line):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                os.fsync(handle)
            finally:
                os.close(handle)
            if new:
                _sync_folder(self.file.parent)
        except OSError as error:
            raise OutsideError(f"{self.file}: {error.strerror}; nothing of this batch was sent") from None

    def newest(self) -> list[Begun]:
        """The newest lines; a line cut short by a full disk or a crash is none."""
        try:
            with self.file.open("rb") as file:
                file.seek(max(0, self.file.stat().st_size - TAIL_BYTES))
                lines = file.read().decode("utf-8", "replace").split("\n")[:-1]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise OutsideError(f"{self.file}: {error.strerror}") from None
        found = [match for line in lines if (match := LINE.fullmatch(line))]
        return [
            Begun(match[1], int(match[2]), int(match[3]), int(match[4]), match[5] or "") for match in found
        ]


def newest_begun(connection: Connection, identity: str) -> Begun | None:
    """The attempt that began last, on whichever machine; None where none ever did."""
    found = connection.execute(
        select(attempt.c.send_id, attempt.c.seq, attempt.c.epoch, send.c.edition)
        .join_from(attempt, send, send.c.id == attempt.c.send_id)
        .where(attempt.c.state == State.IN_FLIGHT)
        .order_by(attempt.c.id.desc())
        .limit(1)
    ).first()
    return Begun(identity, *found) if found else None


def refuse_forgetful(connection: Connection, identity: str, begun: list[Begun], file: Path) -> None:
    """AttentionError where the ledger knows nothing of an attempt that began."""
    refuse_without([one for one in begun if one.ledger != identity or not _knows(connection, one)], file)


def refuse_without(lost: list[Begun], file: Path) -> None:
    """AttentionError where there are attempts that the ledger has lost."""
    if lost:
        name = batch_name(lost[-1].send_id, lost[-1].seq)
        editions = ", ".join(dict.fromkeys(one.edition for one in lost if one.edition))
        raise AttentionError(
            f"the ledger is older than what was sent{f' of {editions}' if editions else ''}: "
            f"batch {name} began and is not in it (see {file}); "
            "put the newest ledger back, or, once nobody can get an edition twice, move that file away"
        )


def _knows(connection: Connection, one: Begun) -> bool:
    # Committed before its line was written: a ledger that has only the claim is one of a moment before.
    begun = select(attempt.c.id).where(
        attempt.c.send_id == one.send_id,
        attempt.c.seq == one.seq,
        attempt.c.epoch == one.epoch,
        attempt.c.state == State.IN_FLIGHT,
    )
    return connection.execute(begun.limit(1)).first() is not None


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

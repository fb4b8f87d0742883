"""Answers that the ledger could not take: on disk beside it, until it can.

A ledger that is away for a minute would otherwise turn what SendGrid has accepted into doubt.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from producthead_mail.errors import OutsideError


class Spool:
    """The file of one ledger: a JSON object a line."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def keep(self, entry: dict[str, Any]) -> None:
        """Puts an entry on disk; OutsideError where it can't be."""
        # A line break first, too: the entry before may have been cut short.
        line = f"\n{json.dumps(entry)}\n".encode()
        with self._locked(os.O_WRONLY | os.O_APPEND | os.O_CREAT) as file:
            if os.write(file, line) < len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(file)

    def replay(self, record: Callable[[dict[str, Any]], None]) -> int:
        """Empties the file once `record` has taken every entry; how many those were.

        Where `record` raises nothing is lost: it gets all of them again, so it must bear repeats.
        """
        if not self.filled():
            return 0
        with self._locked(os.O_RDWR) as file:
            with os.fdopen(os.dup(file), "rb") as lines:
                entries = [entry for line in lines if (entry := _entry(line)) is not None]
            for entry in entries:
                record(entry)
            os.ftruncate(file, 0)
            os.fsync(file)
        return len(entries)

    def filled(self) -> bool:
        """True while answers wait in it."""
        try:
            return self.file.stat().st_size > 0
        except OSError:
            return False

    @contextmanager
    def _locked(self, flags: int) -> Iterator[int]:
        """The open file, this process's own: an entry that comes while others are replayed waits."""
        try:
            file = os.open(self.file, flags, 0o600)
        except OSError as error:
            raise OutsideError(f"{self.file}: {error.strerror}") from None
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file
        except OSError as error:
            raise OutsideError(f"{self.file}: {error.strerror}") from None
        finally:
            os.close(file)


def _entry(line: bytes) -> dict[str, Any] | None:
    """None for a line that was cut short by a crash or a full disk: its answer stays in doubt."""
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) else None

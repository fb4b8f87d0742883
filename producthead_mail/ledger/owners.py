"""Which processes are alive: each holds a lock on a file of its own, which the kernel drops with it.

No clock and no lease: a process that is stopped for an hour is alive, one killed with -9 is not.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from producthead_mail.errors import OutsideError


class LockFiles:
    """The lock files in one folder, and the one of this process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: int | None = None
        self.name = uuid4().hex
        """Of this process's claims."""

    def enter(self) -> None:
        """From here on others see this process as alive."""
        if self._file is not None:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            # Locked before it has its name: nobody can find it unlocked while its owner lives.
            draft = self._folder / f".{self.name}"
            self._file = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            fcntl.flock(self._file, fcntl.LOCK_EX)
            draft.rename(self._path(self.name))
        except OSError as error:
            remedy = "this user needs room and the right to write there"
            raise OutsideError(f"{self._folder}: {error.strerror}; {remedy}") from None

    def leave(self) -> None:
        """This process owns nothing any more."""
        if self._file is None:
            return
        self._path(self.name).unlink(missing_ok=True)
        os.close(self._file)
        self._file = None

    def alive(self, name: str) -> bool:
        """True while the process that took this name runs."""
        if name == self.name:
            return self._file is not None
        try:
            # A lock needs no right to write, and the disk may have become read-only.
            file = os.open(self._path(name), os.O_RDONLY)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        else:
            with suppress(OSError):
                self._path(name).unlink()
            return False
        finally:
            os.close(file)

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.lock"

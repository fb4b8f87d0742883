"""Puts a file or folder in place at once: whoever reads sees the old one or the new one, never half of it."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO


def put(path: Path, data: bytes) -> Path:
    """The path, which holds `data` from now on, on disk and after a crash; a file there keeps its rights.

    Folders above it are made. OSError leaves everything as it was. A symbolic link stays one.
    """
    return put_with(path, lambda file: file.write(data))


def put_with(path: Path, write: Callable[[BinaryIO], object]) -> Path:
    """The same with what `write` writes: it may be more than the memory holds, and may read the old file."""
    target = _real(path)
    with _named(path, prefix := f".{target.name[:100]}."):
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=prefix)
        draft = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                write(file)
                file.flush()
                os.fsync(file.fileno())
            draft.chmod(target.stat().st_mode & 0o7777 if target.exists() else 0o644)
            draft.replace(target)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
    return path


@contextmanager
def put_folder(path: Path) -> Iterator[Path]:
    """An empty folder that takes the place of this one, and of all in it, once the block has filled it.

    Folders above it are made. Where anything fails the old one stays. A symbolic link stays one.
    """
    target = _real(path)
    with _named(path, prefix := f".{target.name[:100]}."):
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(dir=target.parent, prefix=prefix))
        new, old = beside / "new", beside / "old"
        new.mkdir(0o755)
        try:
            yield new
            if target.exists():
                target.rename(old)
            try:
                new.rename(target)
            except OSError:
                if old.exists():
                    old.rename(target)
                raise
        finally:
            shutil.rmtree(beside, ignore_errors=True)


@contextmanager
def _named(path: Path, prefix: str) -> Iterator[None]:
    """Errors at a draft, which nobody knows, or at no file, as those of write(), name the path instead."""
    try:
        yield
    except OSError as error:
        if error.filename is None or prefix in str(error.filename):
            error.filename = str(path)
        raise


def _real(path: Path) -> Path:
    """The path without links; OSError where it leads to itself."""
    found = Path(os.path.realpath(path))  # resolve() gives RuntimeError instead, in some versions of Python
    if found.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
    return found


@contextmanager
def alone_at(path: Path) -> Iterator[None]:
    """Waits until no other process of this kind is at a file of that folder, and keeps others waiting.

    The folder is what is locked: the file gives way to another at each write. Where a folder can't be locked,
    as on some network drives, or isn't there yet, nobody waits. The kernel drops the lock with the process.
    """
    handle = _locked(_real(path).parent)
    try:
        yield
    finally:
        if handle is not None:
            os.close(handle)


def _locked(folder: Path) -> int | None:
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
        except OSError:
            os.close(handle)
        else:
            return handle
    return None

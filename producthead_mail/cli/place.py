"""Puts a whole folder in place: all of it or nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from producthead_mail.errors import Refusal
from producthead_mail.files import put

TOLERATED = {".git"}
"""What a folder may hold and still count as empty."""


def refuse_full(folder: Path) -> None:
    """Refusal unless the folder is empty or absent."""
    if file := next((one for one in (folder, *folder.parents) if one.is_file()), None):
        raise Refusal(f"{file}: is a file; name a folder that isn't there yet")
    if folder.is_dir() and {one.name for one in folder.iterdir()} - TOLERATED:
        raise Refusal(f"{folder}: is not empty; name a folder that is, or one that isn't there yet")


def place_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Writes the files into a folder that is empty or absent; OSError leaves it as it was.

    A new folder appears at once. One that is there already may be somebody's current folder: it stays
    the same one, and what is written within it is moved into place, the files that make it a project last.
    """
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = folder.parent / f".{folder.name}.{os.getpid()}"
        with _swept([draft]):
            _write(draft, files)
            draft.rename(folder)
        return
    draft = folder / f".init.{os.getpid()}"
    made = [draft]
    with _swept(made):
        _write(draft, files)
        for name in sorted({path.split("/")[0] for path in files}, key=lambda top: (top == "content", top)):
            (draft / name).rename(folder / name)
            made.append(folder / name)
        draft.rmdir()


@contextmanager
def _swept(paths: list[Path]) -> Iterator[None]:
    """Takes the paths away where the block fails."""
    try:
        yield
    except BaseException:
        for path in paths:
            with suppress(OSError):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        raise


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, data in files.items():
        put(folder / name, data)

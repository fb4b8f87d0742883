"""The folder that pictures are kept in: replaced whole, and only where nothing else lies in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from producthead_mail.errors import InputError, Problem, UsageError
from producthead_mail.files import put_folder
from producthead_mail.preview.shots import NAME

CHANGES = "changes"
"""The folder of marked pictures."""
INDEX, SHEET, REPORT = "index.html", "contact-sheet.png", "shots.json"


def pictures_in(folder: Path) -> dict[str, Path]:
    """The pictures in a baseline, by name; InputError where there are none."""
    found = {path.name: path for path in sorted(folder.glob("*.png")) if NAME.fullmatch(path.name)}
    if not found:
        remedy = "name a folder that `producthead shots` made"
        raise InputError([Problem(str(folder), 0, 0, "no pictures to compare with", remedy)])
    return found


@contextmanager
def replaced(folder: Path) -> Iterator[Path]:
    """A new folder that takes the place of this one when all went well.

    UsageError where something lies in it that is no picture of ours.
    """
    _refuse_foreign(folder)
    with put_folder(folder) as made:
        yield made


def _refuse_foreign(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"--out {folder}: not a folder")
    known = {CHANGES, INDEX, SHEET, REPORT}
    entries = sorted(path.name for path in folder.iterdir()) if folder.exists() else []
    foreign = next((name for name in entries if name not in known and not NAME.fullmatch(name)), None)
    if foreign is not None:
        raise UsageError(
            f"--out {folder}: the folder would be replaced, and {foreign!r} in it is none of its pictures; "
            "name another folder"
        )

"""Rewrites an edition's file, whatever an editor does to it meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from producthead_mail.content.yaml_source import read_text
from producthead_mail.errors import OutsideError
from producthead_mail.files import alone_at, put

TRIES = 5


def rewrite(path: Path, shown: str, change: Callable[[str], str]) -> bool:
    """Whether `change` made another text of the file's, which it then has; written at once and only then.

    Where the file was saved while `change` worked, it works again on what is there now. InputError from the
    file or from `change` leaves it as it is; OutsideError where it never holds still. Of several processes
    that rewrite one waits for the other: between the last look and the writing only an editor can come.
    """
    with alone_at(path):
        return _rewritten(path, shown, change)


def _rewritten(path: Path, shown: str, change: Callable[[str], str]) -> bool:
    text = read_text(path, shown)
    for _ in range(TRIES):
        edited = change(text)
        now = read_text(path, shown)
        if now == text:
            if edited != text:
                put(path, edited.encode())
            return edited != text
        text = now
    raise OutsideError(
        f"{shown}: is written by something else all the time; try it again when that has ended"
    )

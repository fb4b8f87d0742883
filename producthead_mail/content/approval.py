"""Writes the approved digest into an edition and leaves every other byte alone."""

from __future__ import annotations

import re
from pathlib import Path

from producthead_mail.errors import InputError, Problem
from producthead_mail.files import put

_FRONT = re.compile(
    rb"(?:\xef\xbb\xbf)?---[ \t]*(\r\n|\n|\r)(.*?)^---[ \t]*(?=\r|\n|\Z)", re.DOTALL | re.MULTILINE
)
_APPROVED = re.compile(rb"^(?:approved|\"approved\"|'approved')[ \t]*:[^\r\n]*", re.MULTILINE)


def write_approval(path: Path, digest: str) -> None:
    """Sets `approved: <digest>` in the front matter; the file is replaced at once or not at all."""
    data = path.read_bytes()
    front = _FRONT.match(data)
    if not front:
        raise InputError([Problem(str(path), 1, 1, "the front matter is missing or never closed")])
    put(path, _approved(data, front, f"approved: {digest}".encode()))


def _approved(data: bytes, front: re.Match[bytes], line: bytes) -> bytes:
    start, end = front.span(2)
    old = _APPROVED.search(data, start, end)
    if old:
        return data[: old.start()] + line + data[old.end() :]
    return data[:end] + line + front[1] + data[end:]

"""Recipients from a CSV file, as a stream: a million rows take no more memory than ten."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from producthead_mail.audience.address import normalise
from producthead_mail.audience.columns import EMAIL, field_names
from producthead_mail.audience.recipient import Excluded, Exclusion, Recipient
from producthead_mail.errors import InputError, Problem

MAX_LINE = 1 << 20
"""Characters; a longer line is no row of an audience and would fill the memory."""
MAX_SHOWN = 120

_BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_QUOTED = re.compile(r'"[^"]*(?:"|$)')


def columns(path: Path) -> tuple[str, ...]:
    """The slot fields of the file, in its order; InputError where it has no usable header."""
    with _open(path) as file:
        return _Table(path, file).names


def read_csv(path: Path) -> Iterator[Recipient | Excluded]:
    """Every row of the file as a recipient, or as what keeps it from being one."""
    with _open(path) as file:
        yield from _Table(path, file).rows()


class _Table:
    """A file read as far as its header."""

    def __init__(self, path: Path, file: TextIO) -> None:
        self._path = path
        self._line = 0
        lines = self._lines(file)
        first = next((line for line in lines if line.strip()), "")
        if not first:
            raise self._error("the file is empty", "give it a header with `email`, and a row per recipient")
        # The line number the reader counts from, less the blank lines above the header.
        self._above = self._line - 1
        self._reader = csv.reader(_chain(first, lines), delimiter=_delimiter(first), strict=True)
        start, header = self._next()
        if isinstance(header, str):
            raise self._error(header, "mend the header", start)
        self.names = field_names(header or [], str(path), start)

    def rows(self) -> Iterator[Recipient | Excluded]:
        names, email = self.names, self.names.index(EMAIL)
        found = False
        while True:
            line, cells = self._next()
            if cells is None:
                break
            if not cells:
                continue
            found = True
            yield _row(names, email, line, cells)
        if not found:
            raise self._error("a header and no rows", "add a row for each recipient")

    def _next(self) -> tuple[int, list[str] | str | None]:
        """Where the next record starts, and its cells, or its fault, or None at the end."""
        start = self._above + self._reader.line_num + 1
        try:
            return start, next(self._reader)
        except StopIteration:
            return start, None
        except csv.Error as error:
            if self._above + self._reader.line_num > start or "end of data" in str(error):
                # Rows below a stray quote would go missing: better no audience than part of one.
                message = f"a quote opened here isn't closed as it should be ({error})"
                raise self._error(
                    message, "close the quote, or double a quote within quotes", start
                ) from None
            return start, f"not a CSV row: {error}"

    def _lines(self, file: TextIO) -> Iterator[str]:
        try:
            while line := file.readline(MAX_LINE):
                self._line += 1
                if len(line) == MAX_LINE:
                    raise self._error("a line of a million characters", "is this a CSV file?", self._line)
                yield line
        except UnicodeError as error:
            line_number = _undecodable(self._path, file.encoding) or self._line + 1
            message = f"not {file.encoding.removesuffix('-sig').upper()} text ({error.args[-1]})"
            raise self._error(message, "save the file as UTF-8", line_number) from None
        except OSError as error:
            raise self._error(f"can't be read: {error.strerror}") from None

    def _error(self, message: str, remedy: str = "", line: int = 0) -> InputError:
        return InputError([Problem(str(self._path), line, 0, message, remedy)])


def _chain(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _row(names: tuple[str, ...], email: int, line: int, cells: list[str] | str) -> Recipient | Excluded:
    if isinstance(cells, str):
        return Excluded(Exclusion.INVALID, line, cells)
    width = len(names)
    written = cells[email].strip()[:MAX_SHOWN] if email < len(cells) else ""
    # Cells too many that are empty do no harm; any other count may have put values under wrong headers.
    if len(cells) < width or (len(cells) > width and any(cells[width:])):
        reason = f"{len(cells)} cells where the header has {width}"
        return Excluded(Exclusion.INVALID, line, reason, written)
    if "\0" in "".join(cells):
        return Excluded(Exclusion.INVALID, line, "a NUL byte", written.replace("\0", ""))
    try:
        cells[email] = normalise(cells[email])
    except ValueError as error:
        return Excluded(Exclusion.INVALID, line, str(error), written)
    return Recipient(cells[email], dict(zip(names, cells, strict=False)), line)


def _open(path: Path) -> TextIO:
    try:
        with path.open("rb") as file:
            encoding = _encoding(file.read(4))
        return path.open(encoding=encoding, newline="")
    except FileNotFoundError:
        remedy = "put the file there, or mend audience.csv in publication.yaml"
        raise InputError([Problem(str(path), 0, 0, "no such file", remedy)]) from None
    except OSError as error:
        raise InputError([Problem(str(path), 0, 0, f"can't be read: {error.strerror}")]) from None


def _encoding(start: bytes) -> str:
    for bom, encoding in _BOMS.items():
        if start.startswith(bom):
            return encoding
    # A header starts with ASCII, of which UTF-16 without a mark shows every other byte as zero.
    if start[1:2] == b"\0" != start[:1]:
        return "utf-16-le"
    if start[:1] == b"\0" != start[1:2]:
        return "utf-16-be"
    return "utf-8"


def _delimiter(header: str) -> str:
    bare = _QUOTED.sub("", header)
    return max(",;\t", key=bare.count)


def _undecodable(path: Path, encoding: str) -> int:
    """The first line that isn't UTF-8; 0 for other encodings, whose lines can't be told apart in bytes."""
    if not encoding.startswith("utf-8"):
        return 0
    with path.open("rb") as file:
        for number, line in enumerate(iter(lambda: file.readline(MAX_LINE), b""), 1):
            try:
                line.decode()
            except UnicodeDecodeError:
                return number
    return 0

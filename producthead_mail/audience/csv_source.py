"""Recipients from a CSV file, as a stream: a million rows take no more memory than ten."""

from __future__ import annotations

import codecs
import csv
import re
import stat
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from itertools import chain
from pathlib import Path
from typing import BinaryIO, TextIO

from producthead_mail.audience.address import normalise
from producthead_mail.audience.columns import EMAIL, field_names
from producthead_mail.audience.recipient import Excluded, Recipient
from producthead_mail.errors import InputError, Problem
from producthead_mail.ledger.states import Exclusion

Opener = Callable[[], BinaryIO]
"""Gives the same bytes from their beginning each time."""

Naming = Callable[[Sequence[str], str, int], tuple[str, ...]]
"""Headers, name of the table, line -> the fields, one of them `email`; InputError where they are no use."""

MAX_LINE = 1 << 20
"""Characters; a longer line is no row of an audience and would fill the memory."""
MAX_SHOWN = 120
ABSENT = "put the file there, or mend audience.csv in publication.yaml"
"""What to do where the audience's file is not there."""

_BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_WORKBOOKS = {b"PK\x03\x04", b"\xd0\xcf\x11\xe0"}
"""The first bytes of .xlsx, .ods and .xls."""
_QUOTED = re.compile(r'"[^"]*(?:"|$)')


class Workbook(InputError):
    """A spreadsheet's own format where CSV is wanted."""


def columns(path: Path) -> tuple[str, ...]:
    """The slot fields of the file, in its order; InputError where it has no usable header."""
    with open_table(str(path), file_opener(path)) as table:
        return table.names


def read_csv(path: Path) -> Generator[Recipient | Excluded, None, None]:
    """Every row of the file as a recipient, or as what keeps it from being one."""
    found = False
    with open_table(str(path), file_opener(path)) as table:
        for row in table.rows():
            found = True
            yield row
    if not found:
        raise InputError([Problem(str(path), 0, 0, "a header and no rows", "add a row for each recipient")])


@contextmanager
def open_table(name: str, opener: Opener, above: int = 0, naming: Naming = field_names) -> Iterator[Table]:
    """A table read as far as its header; InputError, with `name`, where it has no usable one."""
    with _text(name, opener) as file:
        yield Table(name, opener, file, above, naming)


class Table:
    """Rows under a header, in any encoding and with any delimiter that people use."""

    def __init__(self, name: str, opener: Opener, file: TextIO, above: int, naming: Naming) -> None:
        self._name = name
        self._opener = opener
        self._above = above
        self.line = above
        """Lines read so far, with those of tables above this one."""
        self._nul_line = 0
        lines = self._lines(file)
        first = next((line for line in lines if line.strip()), "")
        if not first:
            raise self._error("the file is empty", "give it a header with `email`, and a row per recipient")
        start = self.line
        self.encoding = file.encoding
        self.delimiter = _delimiter(first)
        self._reader = csv.reader(chain([first], lines), delimiter=self.delimiter, strict=True)
        try:
            header = next(self._reader)
        except csv.Error as error:
            raise self._error(self._fault(start, error), "mend the header", start) from None
        self.names = naming(header, name, start)
        self._width = len(self.names)
        self._email = self.names.index(EMAIL)

    def rows(self) -> Iterator[Recipient | Excluded]:
        """Every row, in the order of the file."""
        start = self.line + 1
        while True:
            try:
                for cells in self._reader:
                    # Spreadsheets write rows of nothing but delimiters for what was once filled in.
                    if "".join(cells).strip():
                        yield self._row(start, cells)
                    start = self.line + 1
                return
            except csv.Error as error:
                yield Excluded(Exclusion.INVALID, start, self._fault(start, error))
                start = self.line + 1

    def _row(self, line: int, cells: list[str]) -> Recipient | Excluded:
        # Cells too many that are empty do no harm; any other count may have put values under wrong headers.
        if len(cells) != self._width and (len(cells) < self._width or any(cells[self._width :])):
            cell = "cell" if len(cells) == 1 else "cells"
            return self._invalid(line, cells, f"{len(cells)} {cell} where the header has {self._width}")
        if self._nul_line >= line:
            return self._invalid(line, cells, "a NUL byte")
        try:
            email = cells[self._email] = normalise(cells[self._email])
        except ValueError as error:
            return self._invalid(line, cells, str(error))
        return Recipient(email, dict(zip(self.names, cells, strict=False)), line)

    def _invalid(self, line: int, cells: list[str], reason: str) -> Excluded:
        written = cells[self._email].strip()[:MAX_SHOWN] if self._email < len(cells) else ""
        return Excluded(Exclusion.INVALID, line, reason, written)

    def _fault(self, start: int, error: csv.Error) -> str:
        """Why the record is none; InputError where rows below it would go missing with it."""
        if self.line == start and "end of data" not in str(error):
            return f"not a CSV row: {error}"
        message = f"a quote opened here isn't closed as it should be ({error})"
        raise self._error(message, "close the quote, or double a quote within quotes", start) from None

    def _lines(self, file: TextIO) -> Iterator[str]:
        try:
            while line := file.readline(MAX_LINE):
                self.line += 1
                if len(line) == MAX_LINE:
                    raise self._error("a line of a million characters", "is this a CSV file?", self.line)
                if "\0" in line:
                    self._nul_line = self.line
                yield line
        except UnicodeError as error:
            found = _undecodable(self._opener, file.encoding)
            message = f"not {file.encoding.removesuffix('-sig').upper()} text ({error.args[-1]})"
            number = self._above + found if found else self.line + 1
            raise self._error(message, "save the file as UTF-8", number) from None
        except OSError as error:
            raise self._error(f"can't be read: {error.strerror}") from None

    def _error(self, message: str, remedy: str = "", line: int = 0) -> InputError:
        return InputError([Problem(self._name, line, 0, message, remedy)])


def file_opener(path: Path, *, absent: str = ABSENT) -> Opener:
    """Opens the file; InputError where there is none (`absent`: the remedy) or what only looks like one."""
    fault, remedy = "", absent
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            fault, remedy = "a folder, not a file", "name the CSV file in it"
        elif not stat.S_ISREG(mode):  # a pipe would be waited for, and can't be read twice
            fault, remedy = "a pipe or a device, not a file", "save the rows as a file and name that"
    except FileNotFoundError:
        fault = "no such file"
    except OSError as error:
        fault, remedy = f"can't be read: {error.strerror}", ""
    if fault:
        raise InputError([Problem(str(path), 0, 0, fault, remedy)])
    return lambda: path.open("rb")


def _text(name: str, opener: Opener) -> TextIO:
    try:
        with opener() as file:
            start = file.read(4)
        if start in _WORKBOOKS:
            remedy = "save it as CSV (UTF-8) in your spreadsheet"
            raise Workbook([Problem(name, 0, 0, "a spreadsheet's own format, not CSV", remedy)])
        return TextIOWrapper(opener(), encoding=_encoding(start), newline="")
    except OSError as error:
        raise InputError([Problem(name, 0, 0, f"can't be read: {error.strerror}")]) from None


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
    return max(",;\t|", key=bare.count)


def _undecodable(opener: Opener, encoding: str) -> int:
    """The first line that isn't UTF-8; 0 for other encodings, whose lines can't be told apart in bytes."""
    if not encoding.startswith("utf-8"):
        return 0
    with opener() as file:
        for number, line in enumerate(iter(lambda: file.readline(MAX_LINE), b""), 1):
            try:
                line.decode()
            except UnicodeDecodeError:
                return number
    return 0

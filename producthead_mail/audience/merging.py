"""Adds the people of an export to the audience's CSV file: what is there stays byte for byte."""

from __future__ import annotations

import csv
import lzma
import re
import shutil
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO, cast

from producthead_mail.audience.address import normalise, recipient_id
from producthead_mail.audience.columns import EMAIL
from producthead_mail.audience.csv_source import Opener, Workbook, file_opener, open_table
from producthead_mail.audience.exports import (
    OWN_TABLE,
    Export,
    Left,
    NotAnExport,
    Row,
    lenient_names,
    recognise,
    refused,
    unknown_words,
)
from producthead_mail.audience.ids import IdSet
from producthead_mail.audience.recipient import Excluded
from producthead_mail.errors import InputError, Problem
from producthead_mail.files import put_with

MAX_UNPACKED = 4_000_000_000
"""Bytes of the tables in a ZIP archive."""
MAX_WORDS = 5
"""Of an unknown status that are named."""
NEW_COLUMNS = (EMAIL, "first_name", "last_name", "name")
"""Of a file that is yet to be made, so far as the export has them."""
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]+")


@dataclass(frozen=True, slots=True)
class Listing:
    """One table of an export."""

    path: str
    opener: Opener
    export: Export
    names: tuple[str, ...]

    def rows(self) -> Iterator[Row | None]:
        """Every row's fields; None for one that is broken, unless its list is of people who left."""
        with _unpacking(self.path), open_table(self.path, self.opener, naming=lenient_names) as table:
            for row in table.rows():
                yield self._departed(row.email) if isinstance(row, Excluded) else row.fields

    def _departed(self, written: str) -> Row | None:
        """A row of the address alone, where no other cell is needed to know that its person left."""
        with suppress(ValueError):
            row = {EMAIL: normalise(written)}
            left = self.export.judge(row)
            return row if left and left.suppresses else None
        return None


@dataclass(slots=True)
class Survey:
    """What an export comes to, before anything is written."""

    left: Counter[Left] = field(default_factory=Counter)
    invalid: int = 0
    refused: IdSet = field(default_factory=IdSet)
    """Those who must get nothing from anywhere."""
    unknown: Counter[str] = field(default_factory=Counter)
    """Words in place of a status -> how many people."""

    def leave_out(self, row: Row, left: Left, export: Export, key: bytes) -> None:
        """Counts a person who doesn't want mail, or of whom it isn't known."""
        self.left[left] += 1
        if left.suppresses:
            self.refused.add(recipient_id(row[EMAIL], key))
        for word in unknown_words(export, row) if left is Left.UNKNOWN else ():
            if word in self.unknown or len(self.unknown) < MAX_WORDS:
                self.unknown[word] += 1


@dataclass(slots=True)
class Merged:
    """What was done to the audience's file."""

    added: int = 0
    present: int = 0
    """Already in the file."""
    duplicate: int = 0
    """A second time in the export."""
    suppressed: int = 0
    refused_present: int = 0
    """Rows of the file whose person left, by the export: they stay, and get nothing."""
    empty: tuple[str, ...] = ()
    """Columns of the file that the export has nothing for."""
    unused: tuple[str, ...] = ()
    """Columns of the export that the file has no place for."""


def listings(path: Path) -> tuple[list[Listing], list[str]]:
    """The tables of an export, a CSV file or a ZIP archive, and the files in it that are no lists of people.

    InputError where no table is recognised, or one is broken.
    """
    opener = file_opener(path, absent="name the file that the other service gave you")
    with opener() as file:
        packed = file.read(4) == b"PK\x03\x04"
    if not packed:
        return [_listing(str(path), opener)], []
    found, others = [], list[str]()
    for name, inner in _members(path):
        try:
            found.append(_listing(f"{path}/{name}", inner))
        except NotAnExport:
            others.append(name)
        except Workbook:
            others.append(f"{name}, which is not CSV")
    if not found:
        message = "a ZIP archive or a spreadsheet without a list of people, as CSV, in it"
        remedy = "save the list as CSV (UTF-8) and name that"
        raise InputError([Problem(str(path), 0, 0, message, remedy)])
    return found, others


def survey(tables: Iterable[Listing], key: bytes) -> Survey:
    """Counts who is left out and why, and who of them must be kept from getting mail at all."""
    found = Survey()
    for table in tables:
        for row in table.rows():
            if row is None:
                found.invalid += 1
            elif left := table.export.judge(row):
                found.leave_out(row, left, table.export, key)
    return found


def refusals(tables: Iterable[Listing], key: bytes) -> Iterator[tuple[int, str]]:
    """Id and reason of everyone who must be kept from getting mail."""
    for table in tables:
        service = table.export.service.partition(",")[0]
        where = "by an imported table" if service == OWN_TABLE else f"at {service}"
        for row in table.rows():
            left = table.export.judge(row) if row is not None else None
            if row is not None and left and left.suppresses:
                yield recipient_id(row[EMAIL], key), f"{left.value} {where}"


def merge(
    tables: Sequence[Listing],
    target: Path,
    key: bytes,
    surveyed: Survey,
    suppressed: IdSet,
    *,
    anew: bool = False,
) -> Merged:
    """Appends to the target who is neither there nor left out nor suppressed; makes it if it isn't there.

    `anew`: what is in the target gives way, if there is anybody to put in its place.
    """
    merged, known = Merged(), IdSet()
    place = _new_place(target, tables) if anew or not target.exists() else _place(target)
    for number in _present(target, key) if place.exists else ():
        known.add(number)
        merged.refused_present += number in surveyed.refused
    merged.empty, merged.unused = _unmatched(place.names, tables)
    new = _new(tables, key, surveyed, suppressed, known, merged)
    first = next(new, None)
    if first is not None:
        put_with(target, partial(_write, place=place, first=first, others=new))
    return merged


@dataclass(frozen=True, slots=True)
class _Place:
    """How the audience's file is written."""

    path: Path
    names: tuple[str, ...]
    delimiter: str = ","
    line_end: str = "\n"
    exists: bool = False


def _listing(path: str, opener: Opener) -> Listing:
    with _unpacking(path), open_table(path, opener, naming=lenient_names) as table:
        names = table.names
        _refuse_wide(path, table.encoding)
    export = recognise(names, path)
    if export is None:
        raise refused(names, path)
    return Listing(path, opener, export, names)


def _refuse_wide(path: str, encoding: str) -> None:
    if not encoding.startswith("utf-8"):
        raise InputError([Problem(path, 0, 0, f"is in {encoding.upper()}", "save it as UTF-8")])


def _members(path: Path) -> Iterator[tuple[str, Opener]]:
    """The tables in an archive."""
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [one for one in archive.infolist() if _is_table(one.filename)]
    except zipfile.BadZipFile as error:
        raise _broken(str(path), error) from None
    if any(one.flag_bits & 1 for one in infos):
        raise InputError([Problem(str(path), 0, 0, "a ZIP archive with a password", "unpack it first")])
    if sum(one.file_size for one in infos) > MAX_UNPACKED:
        raise InputError([Problem(str(path), 0, 0, "unpacks to more than 4 GB", "unpack it first")])
    for one in infos:
        yield one.filename, partial(_open_member, path, one.filename)


@contextmanager
def _unpacking(path: str) -> Iterator[None]:
    """Gives InputError for what is wrong with a table of an archive: it shows only as it is read."""
    try:
        yield
    # zipfile raises NotImplementedError for a way of packing that it doesn't know, such as Deflate64.
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError) as error:
        raise _broken(path, error) from None


def _broken(path: str, error: Exception) -> InputError:
    remedy = "download it again, or unpack it and name the file in it"
    return InputError([Problem(path, 0, 0, f"a broken ZIP archive: {error}", remedy)])


def _open_member(path: Path, name: str) -> BinaryIO:
    return cast("BinaryIO", zipfile.ZipFile(path).open(name))  # the member keeps its archive open


def _is_table(name: str) -> bool:
    """Whether it may list people, also where it can't be read, so that it is said."""
    return name.lower().endswith((".csv", ".xlsx", ".xls", ".ods")) and not name.startswith("__MACOSX/")


def _new_place(target: Path, tables: Sequence[Listing]) -> _Place:
    offered = {name for table in tables for name in table.names}
    return _Place(target, tuple(name for name in NEW_COLUMNS if name in offered))


def _place(target: Path) -> _Place:
    opener = file_opener(target)
    with open_table(str(target), opener) as table:
        _refuse_wide(str(target), table.encoding)
        names, delimiter = table.names, table.delimiter
    with opener() as file:
        line_end = "\r\n" if file.readline(1 << 20).endswith(b"\r\n") else "\n"
    return _Place(target, names, delimiter, line_end, exists=True)


def _present(target: Path, key: bytes) -> Iterator[int]:
    """The id of everyone in the file."""
    with open_table(str(target), file_opener(target)) as table:
        for row in table.rows():
            if not isinstance(row, Excluded):
                yield recipient_id(row.email, key)


def _unmatched(names: Sequence[str], tables: Sequence[Listing]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    offered = dict.fromkeys(name for table in tables for name in table.names)
    own = {name for table in tables for name in table.export.kept_back}
    composed = "name" in names and {"first_name", "last_name"} & set(offered)
    empty = tuple(name for name in names if name not in offered and not (name == "name" and composed))
    used = {*names, *(("first_name", "last_name") if composed else ())}
    return empty, tuple(name for name in offered if name not in used and name not in own)


def _new(
    tables: Iterable[Listing],
    key: bytes,
    surveyed: Survey,
    suppressed: IdSet,
    known: IdSet,
    merged: Merged,
) -> Iterator[Row]:
    """The rows to be added; counts the others."""
    added = IdSet()
    for table in tables:
        for row in table.rows():
            if row is None or table.export.judge(row):
                continue
            number = recipient_id(row[EMAIL], key)
            if number in surveyed.refused or number in suppressed:
                merged.suppressed += 1
            elif number in known:
                merged.present += 1
            elif not added.add(number):
                merged.duplicate += 1
            else:
                merged.added += 1
                yield row


def _write(file: BinaryIO, *, place: _Place, first: Row, others: Iterable[Row]) -> None:
    if place.exists:
        with place.path.open("rb") as old:
            shutil.copyfileobj(old, file, 1 << 20)
        if place.path.stat().st_size and not _ends_line(place.path):
            file.write(place.line_end.encode())
    text = TextIOWrapper(file, encoding="utf-8", newline="")
    writer = csv.writer(text, delimiter=place.delimiter, lineterminator=place.line_end)
    if not place.exists:
        writer.writerow(place.names)
    writer.writerow(_cells(place.names, first))
    writer.writerows(_cells(place.names, row) for row in others)
    text.flush()
    text.detach()


def _ends_line(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, 2)
        return file.read(1) in (b"\n", b"\r")


def _cells(names: Sequence[str], row: Mapping[str, str]) -> list[str]:
    return [_clean(row[name] if name in row else _composed(name, row)) for name in names]


def _composed(name: str, row: Mapping[str, str]) -> str:
    if name != "name":
        return ""
    return f"{row.get('first_name', '')} {row.get('last_name', '')}"


def _clean(value: str) -> str:
    """The value on one line, without control characters and blanks side by side."""
    return " ".join((value if value.isprintable() else _CONTROL.sub(" ", value)).split())

"""What the site needs of every edition, kept between builds: reading a thousand files takes half a minute."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from hashlib import sha256
from pathlib import Path
from typing import Any

from producthead_mail.archive.entries import as_json, entry_of, from_json, is_picture
from producthead_mail.archive.filled import filled_edition
from producthead_mail.archive.pages import Site
from producthead_mail.archive.public import Standing
from producthead_mail.archive.site import Entry
from producthead_mail.config import Project
from producthead_mail.content.edition import Edition
from producthead_mail.content.loader import load_edition, shown_path
from producthead_mail.content.publication import Publication
from producthead_mail.errors import InputError, Problem
from producthead_mail.files import put
from producthead_mail.spread import spread

_DATE = re.compile(rb"^date:[ \t]*[\"']?(\d{4}-\d{2}-\d{2})", re.MULTILINE)
_APPROVED = re.compile(rb"^approved[ \t]*:[ \t]*[\w\"']", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Record:
    """An edition as the site needs it."""

    key: str
    """Of the files and programs that it was made from."""
    entry: Entry
    day: date
    """`send_at`'s, else `date`."""
    moment: datetime
    """`send_at`, else the beginning of its day."""
    approved: str
    layout: str
    blank: tuple[str, ...] = ()
    """Slots that say nothing for want of a default."""
    edition: Edition | None = None
    """Its slots filled, without its source; there where it was read in this run."""

    def standing(self, *, matches: bool) -> Standing:
        """What decides whether it is public."""
        return Standing(self.entry.slug, self.day, self.moment, bool(self.approved), matches)


@dataclass(frozen=True, slots=True)
class Picture:
    """What is known of a file that is shown as a picture, without its bytes: all of them fill the memory."""

    digest: str
    is_one: bool
    """Whether its bytes are those of a picture."""


@dataclass(slots=True)
class Reader:
    """Reads editions, or takes what was kept of them where their files are the same."""

    project: Project
    publication: Publication
    """As written, with its slots."""
    site: Site
    base: str
    """The key of all that editions have in common."""
    _pictures: dict[str, Picture] = field(default_factory=dict)

    def records(self, paths: Iterable[Path]) -> tuple[dict[str, Record], dict[str, InputError]]:
        """By slug, the record of each edition, or what is wrong with it."""
        shelf = self.project.state / "cache" / "archive.json"
        kept = _kept(shelf)
        paths = list(paths)
        found = {path.stem: same for path in paths if (same := self._kept(path, kept))}
        faults: dict[str, InputError] = {}
        unread = [path for path in paths if path.stem not in found]
        for path, read in zip(unread, spread(self._read_or_fault, unread), strict=True):
            if isinstance(read, Record):
                found[path.stem] = read
            else:
                faults[path.stem] = InputError(read)
        if found != kept:
            with suppress(OSError):  # it is for speed only
                put(shelf, _shelved(found))
        return found, faults

    def edition(self, record: Record) -> Edition:
        """The edition with its slots filled."""
        return record.edition or self._read(self.project.editions / f"{record.entry.slug}.md")[1]

    def _kept(self, path: Path, kept: Mapping[str, Record]) -> Record | None:
        """What was kept of the same file; None where it has to be read, or can't be."""
        record = kept.get(path.stem)
        with suppress(InputError):
            if record and record.key == self._key(self._bytes(path), record.entry.images):
                return record
        return None

    def _read_or_fault(self, path: Path) -> Record | tuple[Problem, ...]:
        try:
            _readable_name(path)
            return self._record(path)
        except InputError as error:
            return error.problems

    def _record(self, path: Path) -> Record:
        source = self._bytes(path)
        written, edition, blank = self._read(path)
        entry = entry_of(edition, self.site.publication, self.site.content(edition))
        midnight = datetime.combine(written.date, time(), self.publication.timezone)
        moment = written.send_at or midnight
        return Record(
            key=self._key(source, entry.images),
            entry=entry,
            day=moment.date(),
            moment=moment,
            approved=written.approved,
            layout=written.layout,
            blank=blank,
            edition=replace(edition, source="", positions={}),
        )

    def _read(self, path: Path) -> tuple[Edition, Edition, tuple[str, ...]]:
        """As written, and as the web shows it; with the slots that say nothing."""
        written = load_edition(path, self.publication, self.project)
        return (written, *filled_edition(written, self.publication))

    def _key(self, source: bytes, images: Iterable[str]) -> str:
        key = sha256(f"{self.base}\0".encode() + source)
        for src in images:
            key.update(f"\0{src}\0{self.picture(src).digest}".encode())
        return key.hexdigest()

    def file(self, src: str) -> bytes:
        """A file below content/."""
        return self._bytes(self.project.content / src)

    def picture(self, src: str) -> Picture:
        """What is known of one; it is read once."""
        if src not in self._pictures:
            data = self.file(src)
            self._pictures[src] = Picture(sha256(data).hexdigest(), is_picture(data))
        return self._pictures[src]

    def presumed(self, slug: str) -> Standing:
        """What a file that can't be read says of itself; without a date it is one of days to come."""
        try:
            source = (self.project.editions / f"{slug}.md").read_bytes()
        except OSError:
            source = b""
        found = _DATE.search(source) or _DATE.match(b"date:" + os.fsencode(slug))
        day = date.max
        with suppress(ValueError):
            day = date.fromisoformat(found[1].decode()) if found else day
        moment = datetime.combine(day, time(), self.publication.timezone)
        return Standing(slug, day, moment, bool(_APPROVED.search(source)))

    def _bytes(self, path: Path) -> bytes:
        try:
            return path.read_bytes()
        except OSError as error:
            message = f"can't be read: {error.strerror}"
            raise InputError([Problem(shown_path(path, self.project), 0, 0, message)]) from None


def _readable_name(path: Path) -> None:
    """InputError where an edition's name can't stand in an address."""
    try:
        path.stem.encode()
    except UnicodeEncodeError:
        shown = ascii(path.name)[1:-1]
        raise InputError([Problem(shown, 0, 0, "its name is not UTF-8", "rename it")]) from None


def _kept(shelf: Path) -> dict[str, Record]:
    """What an earlier run kept; nothing where there is none, or it can't be used."""
    try:
        rows = json.loads(shelf.read_bytes())
        found = {slug: _record_of(row) for slug, row in rows.items()}
        return {slug: one for slug, one in found.items() if one.entry.slug == slug}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _record_of(row: Mapping[str, Any]) -> Record:
    return Record(
        key=row["key"],
        entry=from_json(row["entry"]),
        day=date.fromisoformat(row["day"]),
        moment=datetime.fromisoformat(row["moment"]),
        approved=row["approved"],
        layout=row["layout"],
        blank=tuple(row["blank"]),
    )


def _shelved(records: Mapping[str, Record]) -> bytes:
    rows = {
        slug: {
            "key": one.key,
            "entry": as_json(one.entry),
            "day": one.day.isoformat(),
            "moment": one.moment.isoformat(),
            "approved": one.approved,
            "layout": one.layout,
            "blank": one.blank,
        }
        for slug, one in records.items()
    }
    return json.dumps(rows, separators=(",", ":")).encode()

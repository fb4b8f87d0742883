"""The indexes: editions by year, and everything ever curated by author and by publication."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import quote

from producthead_mail.archive.naming import letter_of, slug_of
from producthead_mail.archive.site import Entry, Item

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Mention:
    """A curated link and the edition that it stands in."""

    item: Item
    entry: Entry


@dataclass(slots=True)
class Name:
    """An author or a publication, with everything of theirs, the newest first."""

    slug: str
    shown: str
    """As the newest edition spells it."""
    mentions: list[Mention] = field(default_factory=list)

    @property
    def letter(self) -> str:
        return letter_of(self.slug)

    @property
    def path(self) -> str:
        """Its folder below the index, as a URL."""
        return f"{quote(self.slug)}/"


def names(entries: Iterable[Entry], of: Callable[[Item], str]) -> list[Name]:
    """Everybody whom `of` finds in the curated links of `entries` (newest first), by letter and slug."""
    found: dict[str, Name] = {}
    for entry in entries:
        for item in entry.items:
            slug = slug_of(of(item))
            if slug:
                found.setdefault(slug, Name(slug, of(item))).mentions.append(Mention(item, entry))
    return sorted(found.values(), key=lambda name: (name.letter, name.slug))


def letters(listed: Iterable[Name]) -> dict[str, list[Name]]:
    """The names by their letter."""
    groups: dict[str, list[Name]] = {}
    for name in listed:
        groups.setdefault(name.letter, []).append(name)
    return groups


def years(entries: Iterable[Entry]) -> dict[int, list[Entry]]:
    """The editions by year, in their order."""
    groups: dict[int, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.date.year, []).append(entry)
    return groups


def sheets(rows: Sequence[T], size: Callable[[T], int], room: int) -> list[list[T]]:
    """The rows on as many pages as they need, none with more than `room` bytes of rows; at least one page."""
    pages: list[list[T]] = [[]]
    taken = 0
    for row in rows:
        bytes_of_row = size(row)
        if pages[-1] and taken + bytes_of_row > room:
            pages.append([])
            taken = 0
        pages[-1].append(row)
        taken += bytes_of_row
    return pages

"""What mail clients support: the marks of caniemail's tests, read from our own file of facts."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from producthead_mail.clients.removal import Mark
from producthead_mail.errors import InputError, Problem

PACKAGED = Path(__file__).with_name("support.json")
"""The table of this release; `producthead clients refresh` makes another for a project."""
TABLE = "support.json"
"""A project's own, in its state."""
CELL = re.compile(r"([yanu])((?:#\d+)*)@([\w.-]+)")
MISSING = "-"
"""Never tested there, which is not the same as supported."""
_chosen = {"path": PACKAGED}


@dataclass(frozen=True, slots=True)
class Cell:
    """The newest mark of one feature in one client."""

    mark: Mark
    notes: tuple[int, ...]
    """Numbers of caniemail's notes to the mark."""
    version: str
    """The client's version, or the month of the test."""
    tested: str
    """When the feature was last tested in any client, ISO date."""


@dataclass(frozen=True, slots=True)
class Feature:
    """What is tested."""

    slug: str
    name: str
    category: str
    """css, html, image or others."""
    tested: str
    """When it was last tested in any client, ISO date."""

    @property
    def link(self) -> str:
        return f"https://www.caniemail.com/features/{self.slug}/"


@dataclass(frozen=True, slots=True, eq=False)
class Support:
    """The table, a cache key by identity: 48 platforms, and a row of marks for each feature."""

    updated: date
    """When caniemail's data was published."""
    licence: str
    credit: str
    source: str
    """Where the data comes from, with the commit."""
    platforms: tuple[str, ...]
    """Each a `family.platform`."""
    features: Mapping[str, Feature]
    rows: Mapping[str, tuple[str, ...]]
    """A feature's cells as the file has them, in the order of the platforms."""

    @property
    def slugs(self) -> tuple[str, ...]:
        return tuple(self.features)

    def cell(self, slug: str, platform: str) -> Cell | None:
        """The newest mark; None where the feature was never tested in the client, or neither is known."""
        if slug not in self.rows or platform not in self.platforms:
            return None
        text = self.rows[slug][self.platforms.index(platform)]
        return _cell(text, self.features[slug].tested)


@lru_cache(maxsize=8192)
def _cell(text: str, tested: str) -> Cell | None:
    found = CELL.fullmatch(text)
    if found is None:
        return None
    notes = tuple(int(number) for number in found[2].split("#")[1:])
    return Cell(Mark(found[1]), notes, found[3], tested)


def prefer(path: Path) -> None:
    """From now on read a project's own table, where it has one, instead of the release's."""
    _chosen["path"] = path if path.is_file() else PACKAGED


def load_support() -> Support:
    """The table, read again only where its file changed; InputError where a project's own can't be used."""
    return read_support(_chosen["path"])


def read_support(path: Path) -> Support:
    """The table of one file, the same for as long as the file is; InputError where it isn't one."""
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> Support:
    return support_of(path.read_bytes(), str(path))


def support_of(data: bytes, name: str) -> Support:
    """The table that a file of this name holds; InputError where it holds none."""
    try:
        return _support(json.loads(data))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        remedy = "remove it, or make it anew with `producthead clients refresh`"
        raise InputError([Problem(name, 0, 0, "not a support table", remedy)]) from None


def _support(document: dict[str, Any]) -> Support:
    platforms = tuple(str(name) for name in document["platforms"])
    rows = {str(slug): tuple(one["marks"].split(" ")) for slug, one in document["features"].items()}
    if not rows or any(len(row) != len(platforms) or not all(map(_is_mark, row)) for row in rows.values()):
        raise ValueError("a row of marks for each feature, with a mark for each platform")
    features = {slug: _feature(slug, one) for slug, one in document["features"].items()}
    return Support(
        date.fromisoformat(document["updated"]),
        str(document["licence"]),
        str(document["credit"]),
        str(document["source"]),
        platforms,
        features,
        rows,
    )


def _is_mark(text: str) -> bool:
    return text == MISSING or CELL.fullmatch(text) is not None


def _feature(slug: str, one: dict[str, Any]) -> Feature:
    return Feature(slug, str(one["name"]), str(one["category"]), str(one["tested"]))


def marks(support: Support, platform: str) -> dict[Mark, int]:
    """How many features have each mark in one client."""
    cells = [cell for slug in support.slugs if (cell := support.cell(slug, platform))]
    return {mark: sum(cell.mark is mark for cell in cells) for mark in Mark}


def newest(support: Support, platform: str) -> Cell | None:
    """The mark of the feature that was tested last of all that have one in the client."""
    cells = (cell for slug in support.slugs if (cell := support.cell(slug, platform)))
    return max(cells, key=lambda cell: cell.tested, default=None)


def median_test(support: Support) -> str:
    """When half of the features had been tested for the last time, ISO date."""
    dates = sorted(one.tested for one in support.features.values())
    return dates[len(dates) // 2]

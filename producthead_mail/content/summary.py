"""What a list shows of each edition, kept between runs: loading a thousand files takes seconds."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from producthead_mail import __version__
from producthead_mail.config import Project
from producthead_mail.content.edition import Edition
from producthead_mail.content.library import all_editions
from producthead_mail.content.loader import load_edition
from producthead_mail.content.publication import Publication
from producthead_mail.errors import InputError, Problem
from producthead_mail.files import put

MANY = 50
"""Editions for which a folder of state is worth making: reading them anew would take a third of a second."""


@dataclass(frozen=True, slots=True)
class Summary:
    """An edition in short."""

    title: str
    date: str
    """Such as 2024-02-12."""
    send_at: str | None
    """ISO 8601, with offset."""
    approved: str
    """The digest in its file; empty where there is none."""
    curated: int
    posts: int


@dataclass(frozen=True, slots=True)
class Listed:
    """An edition's file, and what it says or why it can't be loaded."""

    path: Path
    found: Summary | InputError


@dataclass(frozen=True, slots=True)
class _Reading:
    """What was read of a file: by now, or earlier."""

    key: str
    """Of its bytes; empty where it has to be read anew the next time."""
    found: Summary | tuple[Problem, ...]


def list_editions(project: Project, publication: Publication) -> list[Listed]:
    """Every edition, newest last.

    Where the project keeps state, or has many, what was read is kept there, and taken from there while
    neither the file nor what it shares with the publication has changed. Editions with pictures of their
    own, and with faults, are read anew.
    """
    file = project.state / "cache" / "editions.json"
    shared = (__version__, publication.url, publication.language, publication.timezone.key)
    before, paths = _kept(file, list(shared)), all_editions(project)
    same = [_same(path, before) for path in paths]
    changed = [path for path, one in zip(paths, same, strict=True) if one is None]
    read = iter(_all_read(changed, project, publication))
    readings = [one or next(read) for one in same]
    kept = {one.key: asdict(one.found) for one in readings if one.key and isinstance(one.found, Summary)}
    if kept != before and (project.state.is_dir() or len(kept) >= MANY):
        with suppress(OSError):  # a cache, and the folder may be read-only
            put(file, json.dumps({"shared": shared, "editions": kept}, ensure_ascii=False).encode())
    return [
        Listed(path, one.found if isinstance(one.found, Summary) else InputError(one.found))
        for path, one in zip(paths, readings, strict=True)
    ]


def _same(path: Path, before: Mapping[str, Any]) -> _Reading | None:
    """What was kept of the same file; None where it has to be read."""
    key = _key(path)
    with suppress(KeyError, TypeError):
        return _Reading(key, Summary(**before[key]))
    return None


def _all_read(paths: Sequence[Path], project: Project, publication: Publication) -> list[_Reading]:
    if not paths:
        return []
    from producthead_mail.spread import spread  # 25 ms, a twentieth of a list with nothing to read

    return spread(partial(_read, project, publication), paths)


def _read(project: Project, publication: Publication, path: Path) -> _Reading:
    key = _key(path)
    try:
        edition = load_edition(path, publication, project)
    except InputError as error:
        return _Reading("", error.problems)
    is_lasting = key == _key(path) and not any(_own_pictures(edition))  # not saved in between
    return _Reading(key if is_lasting else "", _summary(edition))


def _key(path: Path) -> str:
    """What tells the file's bytes from others; of none where it can't be read: loading it tells why."""
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _summary(edition: Edition) -> Summary:
    return Summary(
        edition.title,
        edition.date.isoformat(),
        edition.send_at.isoformat() if edition.send_at else None,
        edition.approved,
        len(edition.curated),
        len(edition.posts),
    )


def _own_pictures(edition: Edition) -> Iterator[bool]:
    """True for each picture in the project: whether it is there decides whether the edition loads."""
    pictures = [item.image for item in edition.curated if item.image]
    yield from (picture.size is not None for picture in (*pictures, *edition.essay.images))


def _kept(file: Path, shared: list[str]) -> dict[str, Any]:
    try:
        found = json.loads(file.read_bytes())
        return dict(found["editions"]) if found["shared"] == shared else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}

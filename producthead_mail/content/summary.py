"""What a list shows of each edition, kept between runs: loading a thousand files takes seconds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from producthead_mail import __version__
from producthead_mail.config import Project
from producthead_mail.content.edition import Edition
from producthead_mail.content.library import all_editions
from producthead_mail.content.loader import load_edition
from producthead_mail.content.publication import Publication
from producthead_mail.errors import InputError
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


def list_editions(project: Project, publication: Publication) -> list[Listed]:
    """Every edition, newest last.

    Where the project keeps state, or has many, what was read is kept there, and taken from there while
    neither the file nor what it shares with the publication has changed. Editions with pictures of their
    own, and with faults, are read anew.
    """
    file = project.state / "cache" / "editions.json"
    shared = (__version__, publication.url, publication.language, publication.timezone.key)
    before = _kept(file, list(shared))
    kept: dict[str, Any] = {}
    listed = [_listed(path, publication, project, before, kept) for path in all_editions(project)]
    if kept != before and (project.state.is_dir() or len(kept) >= MANY):
        with suppress(OSError):  # a cache, and the folder may be read-only
            put(file, json.dumps({"shared": shared, "editions": kept}, ensure_ascii=False).encode())
    return listed


def _listed(
    path: Path, publication: Publication, project: Project, before: dict[str, Any], kept: dict[str, Any]
) -> Listed:
    data = _bytes(path)
    key = sha256(data).hexdigest()
    with suppress(KeyError, TypeError):
        summary = Summary(**before[key])
        kept[key] = before[key]
        return Listed(path, summary)
    try:
        edition = load_edition(path, publication, project)
    except InputError as error:
        return Listed(path, error)
    summary = _summary(edition)
    if data == _bytes(path) and not any(_own_pictures(edition)):  # not saved in between
        kept[key] = asdict(summary)
    return Listed(path, summary)


def _bytes(path: Path) -> bytes:
    """The file; nothing where it can't be read: loading it tells why."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


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

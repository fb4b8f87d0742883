"""The editions of a project and which of them a name means."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from producthead_mail.config import Project
from producthead_mail.content.authoring.naming import DATED, undated
from producthead_mail.content.loader import load_publication, shown_path
from producthead_mail.content.moments import read_date, read_moment
from producthead_mail.errors import InputError, Problem, suggestion

_SEND_AT = re.compile(r"^send_at:[ \t]*[\"']?([^\"'#\n]+)", re.MULTILINE)
_APPROVED = re.compile(r"^approved:", re.MULTILINE)
_DATE = re.compile(r"^date:[ \t]*[\"']?(\d{4}-\d{2}-\d{2})", re.MULTILINE)


def edition_paths(project: Project) -> list[Path]:
    """Every edition file that can be found, newest last: their names start with the date."""
    return sorted(path for path in project.editions.glob("*.md") if path.is_file())


def all_editions(project: Project) -> list[Path]:
    """The same; InputError where the folder can't be read: that there is none would be a guess."""
    try:
        os.scandir(project.editions).close()
    except FileNotFoundError:
        return []
    except OSError as error:
        shown = shown_path(project.editions, project)
        raise InputError([Problem(shown, 0, 0, f"can't be read: {error.strerror}")]) from None
    return edition_paths(project)


def resolve_edition(project: Project, name: str | None, now: datetime) -> Path:
    """The file meant: a slug, a path, `latest`, or for None the next to be sent, else the newest."""
    paths = all_editions(project)
    if name is not None and name != "latest":
        return _named(project, name, paths)
    if not paths:
        shown = shown_path(project.editions, project)
        remedy = 'begin one with `producthead new "A title"`'
        raise InputError([Problem(shown, 0, 0, "there is no edition yet", remedy)])
    return paths[-1] if name else _next(project, paths, now)


def due_editions(project: Project, zone: ZoneInfo) -> list[tuple[Path, datetime]]:
    """The editions that name an hour, and the hour; loading one tells what is wrong with it."""
    return [(path, at) for path in all_editions(project) if (at := _send_at(path, zone))]


def mistimed_editions(project: Project, zone: ZoneInfo) -> list[Path]:
    """The editions that were approved and name an hour that can't be read: they are never due."""
    fronts = ((path, _front(path)) for path in all_editions(project))
    return [
        path
        for path, front in fronts
        if _APPROVED.search(front) and _SEND_AT.search(front) and not _send_at_of(front, zone)
    ]


def edition_dates(project: Project, zone: ZoneInfo) -> set[date]:
    """The days that have an edition, by its `date`, its file's name or its `send_at`."""
    days: set[date] = set()
    for path in all_editions(project):
        head = _front(path)
        if found := _DATE.search(head) or DATED.match(path.stem):
            with suppress(ValueError):
                days.add(read_date(found[1]))
        if at := _send_at_of(head, zone):
            days.add(at.date())
    return days


def _named(project: Project, name: str, paths: list[Path]) -> Path:
    stem = name.removesuffix(".md")
    found = [path for path in paths if path.stem == stem] or [
        path for path in paths if undated(path.stem) == stem
    ]
    if len(found) == 1:
        return found[0]
    if found:
        raise _ambiguous(project, name, found)
    for place in (Path(name), project.root / name):
        if "\0" not in name and place.suffix == ".md" and place.is_file():
            return place.resolve()
    known = [path.stem for path in paths]
    short = [undated(path.stem) for path in paths]
    hint = suggestion(stem, [*known, *short]) or f"the newest are {', '.join(known[-5:])}"
    raise InputError([Problem(shown_path(project.editions, project), 0, 0, f"no edition {name!r}", hint)])


def _ambiguous(project: Project, name: str, found: list[Path]) -> InputError:
    """No guess: of two editions with one title, the older may be the one that was sent."""
    remedy = f"write the date too: {', '.join(path.stem for path in found[-5:])}"
    shown = shown_path(project.editions, project)
    return InputError([Problem(shown, 0, 0, f"{len(found)} editions are named {name!r}", remedy)])


def _next(project: Project, paths: list[Path], now: datetime) -> Path:
    try:
        zone = load_publication(project).timezone
    except InputError:
        zone = ZoneInfo("UTC")
    coming = [(at, path) for path in paths if (at := _send_at(path, zone)) and at > now]
    return min(coming)[1] if coming else paths[-1]


def _send_at(path: Path, zone: ZoneInfo) -> datetime | None:
    """When an edition is due, None where it doesn't say or can't be read: loading it tells why."""
    return _send_at_of(_front(path), zone)


def _send_at_of(front: str, zone: ZoneInfo) -> datetime | None:
    try:
        match = _SEND_AT.search(front)
        return read_moment(match[1].strip(), zone) if match else None
    except ValueError:
        return None


def _front(path: Path) -> str:
    """The front matter as it stands in the file; empty where that can't be read."""
    try:
        head = path.read_bytes()[:1_000_000].decode("utf-8", "replace")
    except OSError:
        return ""
    return head.replace("\r\n", "\n").partition("\n---")[0]

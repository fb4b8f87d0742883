"""Layouts: the template files of one look, with the partials all looks share."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from producthead_mail.config import Project
from producthead_mail.errors import InputError, Problem, suggestion


@dataclass(frozen=True, eq=False)
class Layout:
    """Template sources by their path relative to layouts/; compared by identity, so it can be a cache key."""

    name: str
    files: Mapping[str, str]


def load_layout(project: Project, name: str) -> Layout:
    """The layout called `name` with the shared partials; InputError where there is none."""
    root = project.layouts
    if not (root / name / "edition.mjml.j2").is_file():
        known = sorted(path.parent.name for path in root.glob("*/edition.mjml.j2"))
        remedy = suggestion(name, known) or f"known: {', '.join(known) or 'none'}"
        raise InputError([Problem(f"layouts/{name}", 0, 0, "no such layout", remedy)])
    paths = sorted(path for folder in (name, "shared") for path in _templates(root / folder, root))
    return _layout(name, tuple((path[len(str(root)) + 1 :], _text(path, root)) for path in paths))


def _templates(folder: Path, root: Path) -> Iterator[str]:
    """The paths of all templates below a folder; a third of pathlib's time, which every save pays."""

    def unread(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):  # a project needs no shared partials
            raise _unreadable(error.filename, root, error) from None

    for where, _, files in os.walk(folder, onerror=unread):
        yield from (f"{where}{os.sep}{file}" for file in files if file.endswith(".j2"))


def _text(path: str, root: Path) -> str:
    try:
        with open(path, encoding="utf-8") as file:  # noqa: PTH123 - a third of Path.open's time, on every save
            return file.read()
    except UnicodeDecodeError as error:
        lines = error.object[: error.start].split(b"\n")
        place = (_shown(path, root), len(lines), len(lines[-1]) + 1)
        raise InputError([Problem(*place, "is not UTF-8", "save it as UTF-8")]) from None
    except OSError as error:
        raise _unreadable(path, root, error) from None


def _unreadable(path: str, root: Path, error: OSError) -> InputError:
    return InputError([Problem(_shown(path, root), 0, 0, f"can't be read: {error.strerror or error}")])


def _shown(path: str, root: Path) -> str:
    return f"layouts/{Path(path).relative_to(root).as_posix()}"


@lru_cache(maxsize=16)
def _layout(name: str, files: tuple[tuple[str, str], ...]) -> Layout:
    """One layout for the same files, so that what is compiled for it is found again."""
    return Layout(name, dict(files))

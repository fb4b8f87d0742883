"""Layouts: the template files of one look, with the partials all looks share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

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
    known = sorted(path.parent.name for path in root.glob("*/edition.mjml.j2"))
    if name not in known:
        remedy = suggestion(name, known) or f"known: {', '.join(known)}"
        raise InputError([Problem(f"layouts/{name}", 0, 0, "no such layout", remedy)])
    paths = [path for folder in (name, "shared") for path in sorted((root / folder).rglob("*.j2"))]
    return _layout(
        name, tuple((path.relative_to(root).as_posix(), path.read_text("utf-8")) for path in paths)
    )


@lru_cache(maxsize=16)
def _layout(name: str, files: tuple[tuple[str, str], ...]) -> Layout:
    """One layout for the same files, so that what is compiled for it is found again."""
    return Layout(name, dict(files))

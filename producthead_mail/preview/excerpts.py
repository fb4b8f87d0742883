"""The lines of a source file around a problem."""

from __future__ import annotations

from dataclasses import dataclass

from producthead_mail.config import Project
from producthead_mail.errors import Problem

AROUND = 2
"""Lines shown before and after."""
WIDEST = 240
"""Characters of a line that are shown."""
SOURCES = {".md", ".yaml", ".j2"}
"""Not the audience: a page that is shown around shows no row of it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a source."""

    number: int
    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Broken:
    """A problem with the source around it."""

    problem: Problem
    lines: tuple[Line, ...] = ()
    """Empty where its file or line isn't known."""


def broken(problem: Problem, project: Project) -> Broken:
    """The problem with five lines of its file, as far as there are any."""
    return Broken(problem, excerpt(_text(problem, project), problem.line))


def excerpt(text: str, line: int) -> tuple[Line, ...]:
    """The line, marked, with two before and two after; nothing where there is no such line."""
    lines = text.split("\n")
    if not 1 <= line <= len(lines) or not text:
        return ()
    first = max(1, line - AROUND)
    around = lines[first - 1 : line + AROUND]
    return tuple(Line(n, one[:WIDEST], n == line) for n, one in enumerate(around, first))


def _text(problem: Problem, project: Project) -> str:
    if not problem.line:
        return ""
    try:
        path = (project.root / problem.path).resolve()
        root = project.root.resolve()
        inside = path.is_relative_to(root / "content") or path.is_relative_to(root / "layouts")
        return path.read_text(encoding="utf-8", errors="replace") if inside and path.suffix in SOURCES else ""
    except (OSError, ValueError):
        return ""

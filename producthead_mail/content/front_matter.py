"""Where the front matter of an edition stands in its text, whatever its line ends."""

from __future__ import annotations

import re
from dataclasses import dataclass

_END = r"(?:\r\n|\n|\r(?!\n))"  # one way to read each line end, or an unclosed one takes forever
_FRONT = re.compile(rf"\ufeff?---[ \t]*(?P<end>{_END})(?P<front>(?:[^\r\n]*{_END})*?)---[ \t]*(?:{_END}|\Z)")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """Offsets in a text."""

    start: int
    """Of the line after the opening `---`."""
    end: int
    """Of the closing `---`."""
    after: int
    """Of the line after that."""
    line_end: str
    """What ends the first line."""


def front_matter(text: str) -> FrontMatter | None:
    """Where it stands; None where there is none or it is never closed."""
    found = _FRONT.match(text)
    return FrontMatter(*found.span("front"), found.end(), found["end"]) if found else None

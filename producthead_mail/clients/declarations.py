"""CSS declarations with the very text they were written in, so that what isn't changed stays as it was."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

STRING = r"\"(?:[^\"\\]|\\.)*+(?:\"|\Z)|'(?:[^'\\]|\\.)*+(?:'|\Z)"
COMMENT = r"/\*.*?(?:\*/|\Z)"
_FLAT = rf"(?:{STRING}|{COMMENT}|\\.|[^()\"'\\])"
_DEEP = r"\((?:{flat}|{deeper})*+\)"


def _parentheses(depth: int) -> str:
    """A pattern for balanced parentheses, as deep as any value goes."""
    deeper = r"(?!)" if depth == 0 else _parentheses(depth - 1)
    return _DEEP.format(flat=_FLAT, deeper=deeper)


BALANCED = _parentheses(4)
_PIECE = re.compile(rf"(?:{STRING}|{COMMENT}|\\.|{BALANCED}|[^;\"'\\])*+", re.S)
_SPLIT = re.compile(rf"\s*+(?:{COMMENT}\s*+)*+([-\w*]+)\s*+:(.*)", re.S)
_IMPORTANT = re.compile(r"\s*!\s*important\s*\Z", re.I)
_BLANKED = re.compile(rf"{STRING}|{COMMENT}|url\(\s*[^)\"']*\)", re.S | re.I)
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Declaration:
    """One piece between semicolons."""

    text: str
    """As it was written, white space and all."""
    at: int
    """Offset in the text it was read from."""
    name: str = ""
    """In lower case, but for custom properties; empty where the piece is no declaration."""
    value: str = ""
    """Without `!important`, white space squeezed."""
    important: str = ""
    """As it was written, with the space before; empty where there is none."""

    def __str__(self) -> str:
        return f"{self.name}: {self.value}{' !important' if self.important else ''}"


@lru_cache(maxsize=4096)
def split(text: str) -> tuple[Declaration, ...]:
    """The pieces of a style attribute or of a rule's content; joined by `;` they are the text again."""
    pieces: list[Declaration] = []
    at = 0
    while at <= len(text):
        found = _PIECE.match(text, at)
        piece = found[0] if found else ""
        pieces.append(_read(piece, at))
        at += len(piece) + 1
        if at <= len(text) and text[at - 1] != ";":
            # A backslash that escapes nothing, at the very end.
            pieces[-1] = Declaration(text[at - 1 - len(piece) :], at - 1 - len(piece))
            break
    return tuple(pieces)


def _read(piece: str, at: int) -> Declaration:
    found = _SPLIT.fullmatch(piece)
    if found is None:
        return Declaration(piece, at)
    name, value = found[1], found[2]
    important = _IMPORTANT.search(value)
    value = value[: important.start()] if important else value
    return Declaration(
        piece,
        at,
        name if name.startswith("--") else name.lower(),
        _SPACES.sub(" ", value).strip(),
        important[0].rstrip() if important else "",
    )


@lru_cache(maxsize=4096)
def masked(value: str) -> str:
    """The value in lower case, strings, comments and addresses left out."""
    return _BLANKED.sub(_mask, value).lower()


def _mask(found: re.Match[str]) -> str:
    return "url()" if found[0][:3].lower() == "url" else "''"

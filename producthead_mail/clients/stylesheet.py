"""A style sheet as a tree of rules, each with the very text it was written in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from producthead_mail.clients.declarations import BALANCED, COMMENT, STRING

GROUPING = frozenset(
    ("media", "supports", "document", "-moz-document", "layer", "container", "scope", "starting-style")
)
"""At-rules with rules inside."""
DEPTH = 20
"""Blocks within blocks beyond this are taken for broken ones."""

_BLANK = re.compile(rf"(?:\s|{COMMENT}|<!--|-->)++", re.S)
_PRELUDE = re.compile(rf"(?:{STRING}|{COMMENT}|\\.|{BALANCED}|\[[^\]{{}}]*\]|[^{{}};\"'\\])*+", re.S)
_STEP = re.compile(rf"{STRING}|{COMMENT}|\\.|(?P<brace>[{{}}])", re.S)
_AT = re.compile(r"@([-\w]+)\s*(.*)", re.S)
_SELECTOR = re.compile(rf"(?:{STRING}|{COMMENT}|\\.|{BALANCED}|\[[^\]]*\]|[^,\"'\\])++", re.S)


class Kind(StrEnum):
    """What a piece of a sheet is."""

    BLANK = "blank"
    """White space and comments."""
    RULE = "rule"
    AT = "at-rule"
    BROKEN = "broken"
    """What no client can read as a rule."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a sheet; all pieces joined are the sheet again."""

    kind: Kind
    text: str
    """As it was written."""
    at: int
    """Offset in the sheet."""
    keyword: str = ""
    """Of an at-rule, in lower case."""
    prelude: str = ""
    """What stands before the block, white space squeezed."""
    content: str | None = None
    """What stands in the block; None where there is none."""
    inner: int = 0
    """Where the content begins in the sheet."""
    rules: tuple[Piece, ...] | None = None
    """The rules in a block that groups rules, or that nests them in a style rule."""


@lru_cache(maxsize=64)
def pieces(css: str) -> tuple[Piece, ...]:
    """The pieces of a sheet, in their order."""
    return tuple(_pieces(css, 0, 0))


def _pieces(css: str, offset: int, depth: int) -> Iterator[Piece]:
    at = 0
    while at < len(css):
        blank = _BLANK.match(css, at)
        piece = Piece(Kind.BLANK, blank[0], offset + at) if blank else _rule(css, at, offset, depth)
        yield piece
        at += len(piece.text)


def _rule(css: str, at: int, offset: int, depth: int) -> Piece:
    found = _PRELUDE.match(css, at)
    end = found.end() if found else at
    prelude, stop = css[at:end], css[end : end + 1]
    is_at = prelude.startswith("@")
    if stop == "{" and (close := _closing(css, end)) > 0 and depth < DEPTH:
        whole = css[at : close + 1]
        content = css[end + 1 : close]
        piece = Piece(Kind.RULE, whole, offset + at, "", _squeezed(prelude), content, offset + end + 1)
        return _at(piece, depth) if is_at else _nesting(piece, depth)
    if stop == ";" and is_at:
        return _at(Piece(Kind.RULE, css[at : end + 1], offset + at, "", _squeezed(prelude)), depth)
    if not stop and is_at and "{" not in prelude:
        return _at(Piece(Kind.RULE, prelude, offset + at, "", _squeezed(prelude)), depth)
    # An unclosed block reaches to the end; a stray `}`, `;` or quote is passed over with what led to it.
    stopped = len(css) if stop == "{" else min(end + 1, len(css))
    return Piece(Kind.BROKEN, css[at:stopped], offset + at, "", _squeezed(prelude))


def _at(piece: Piece, depth: int) -> Piece:
    found = _AT.fullmatch(piece.prelude)
    if found is None:
        return replace(piece, kind=Kind.BROKEN)
    keyword = found[1].lower()
    rules = None
    if keyword in GROUPING and piece.content is not None:
        rules = tuple(_pieces(piece.content, piece.inner, depth + 1))
    return replace(piece, kind=Kind.AT, keyword=keyword, prelude=found[2], rules=rules)


def _nesting(piece: Piece, depth: int) -> Piece:
    """The rule with the rules nested in it, if any, told from its declarations by their braces."""
    content = piece.content or ""
    if not piece.prelude:
        return replace(piece, kind=Kind.BROKEN)
    if not any(step["brace"] for step in _STEP.finditer(content)):
        return piece
    return replace(piece, rules=tuple(_nested(content, piece.inner, depth + 1)))


def _nested(css: str, offset: int, depth: int) -> Iterator[Piece]:
    """Nested rules as rules, what lies between them as blanks that hold declarations."""
    at = 0
    while at < len(css):
        found = _PRELUDE.match(css, at)
        end = found.end() if found else at
        if css[end : end + 1] != "{":
            yield Piece(Kind.BLANK, css[at : end + 1], offset + at)
            at = end + 1
            continue
        lead = len(css[at:end]) - len(css[at:end].lstrip())
        if lead:
            yield Piece(Kind.BLANK, css[at : at + lead], offset + at)
        piece = _rule(css, at + lead, offset, depth)
        yield piece
        at += lead + len(piece.text)


def _closing(css: str, opened: int) -> int:
    """Where the block that opens at an offset closes; -1 where it doesn't."""
    depth = 0
    for step in _STEP.finditer(css, opened):
        if step["brace"]:
            depth += 1 if step["brace"] == "{" else -1
            if depth == 0:
                return step.start()
    return -1


@lru_cache(maxsize=2048)
def selectors(prelude: str) -> tuple[str, ...]:
    """The selectors of a list."""
    return tuple(found[0].strip() for found in _SELECTOR.finditer(prelude))


def _squeezed(text: str) -> str:
    return " ".join(re.sub(COMMENT, " ", text, flags=re.S).split())

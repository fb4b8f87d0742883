"""The keys of a front matter with the place of each value and item, down to the line and sign.

Everything is counted in lines of the front matter, from 0, and in signs of a line, from 0.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import accumulate, pairwise
from typing import Any

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)")
_NOTHING = {"", "~"}
_OPENING = {
    "BlockMappingStartToken",
    "BlockSequenceStartToken",
    "FlowMappingStartToken",
    "FlowSequenceStartToken",
}
_CLOSING = {"BlockEndToken", "FlowMappingEndToken", "FlowSequenceEndToken"}


class Kind(Enum):
    """How a value is written."""

    NOTHING = "nothing"
    """No value, or `~`."""
    TEXT = "text"
    BLOCK = "block"
    """A list with an item for each `- `."""
    FLOW = "flow"
    """A list in brackets."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Place:
    """A sign."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Span:
    """From the first sign to the one after the last."""

    start: Place
    end: Place


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a list."""

    span: Span
    """Of a list with `- `: from the dash; its end is the last line that is the item's."""
    inset: int = 2
    """From the dash to what follows on its line."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A key with its value."""

    key: Span
    colon: Place
    """After the colon."""
    kind: Kind
    value: Span
    items: tuple[Item, ...] = ()
    has_comments: bool = False
    """Of a list in brackets: between its signs."""

    @property
    def line(self) -> int:
        """Where its key stands."""
        return self.key.start.line


@dataclass(frozen=True, slots=True)
class Outline:
    """A front matter as lines, and where its keys are."""

    lines: tuple[str, ...]
    """As they stand, with their ends."""
    entries: dict[str, Entry]
    column: int
    """Of the keys."""
    is_block: bool
    """False where the keys stand in braces."""


def bare_lines(front: str) -> tuple[str, ...]:
    """The lines with their ends."""
    return tuple(_LINE.findall(front))


def outline(front: str) -> Outline:
    """The outline of a front matter that is known to be sound YAML."""
    from ruamel.yaml import YAML

    lines = bare_lines(front)
    text = "".join(line.rstrip("\r\n") + "\n" for line in lines)
    scanned = [_Token.of(token) for token in YAML(typ="safe", pure=True).scan(text)]
    tokens = [token for token in scanned if not token.kind.startswith(("Stream", "Document", "Directive"))]
    reader = _Reader(text)
    if not tokens or tokens[0].kind != "BlockMappingStartToken":
        return Outline(lines, {}, 0, not tokens)
    entries = dict(reader.entry(part) for part in _parts(tokens[1:]) if len(part) > 1)
    return Outline(lines, entries, reader.place(tokens[0].start).column, is_block=True)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    start: int
    end: int
    value: str = ""
    style: str = ""

    @classmethod
    def of(cls, token: Any) -> _Token:
        start, end = token.start_mark.index, token.end_mark.index
        return cls(
            type(token).__name__,
            start,
            end,
            getattr(token, "value", None) or "",
            getattr(token, "style", None) or "",
        )


def _depths(tokens: Sequence[_Token]) -> Iterator[tuple[int, _Token]]:
    """Each token with the number of mappings and lists around it."""
    depth = 0
    for token in tokens:
        depth -= token.kind in _CLOSING
        yield depth, token
        depth += token.kind in _OPENING


def _parts(tokens: Sequence[_Token]) -> list[list[_Token]]:
    """The tokens of each key with its value; the sign that there is a key is left out."""
    parts: list[list[_Token]] = []
    for depth, token in _depths(tokens):
        if depth == 0 and token.kind == "KeyToken":
            parts.append([])
        elif depth >= 0 and parts:
            parts[-1].append(token)
    return parts


class _Reader:
    """Puts tokens into their places."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0, *accumulate(len(line) for line in _LINE.findall(text))]

    def place(self, index: int) -> Place:
        line = bisect_right(self._starts, index) - 1
        return Place(line, index - self._starts[line])

    def _span(self, start: int, end: int) -> Span:
        return Span(self.place(start), self.place(end))

    def entry(self, part: Sequence[_Token]) -> tuple[str, Entry]:
        """A key and what it holds."""
        key, colon, *tokens = part
        named = self._span(key.start, key.end), self.place(colon.end)
        if not tokens:
            return key.value, Entry(*named, Kind.NOTHING, self._span(colon.end, colon.end))
        value = self._span(tokens[0].start, self._end(tokens))
        kind = _kind(tokens[0])
        if kind is Kind.BLOCK:
            return key.value, Entry(*named, kind, value, self._dashed(tokens))
        if kind is Kind.FLOW:
            return key.value, Entry(*named, kind, value, self._bracketed(tokens), self._has_comments(tokens))
        return key.value, Entry(*named, kind, value)

    def _dashed(self, tokens: Sequence[_Token]) -> tuple[Item, ...]:
        level = int(tokens[0].kind == "BlockSequenceStartToken")
        groups: list[list[_Token]] = []
        for depth, token in _depths(tokens):
            if depth == level and token.kind == "BlockEntryToken":
                groups.append([token])
            elif groups:
                groups[-1].append(token)
        return tuple(self._item(group) for group in groups)

    def _item(self, tokens: Sequence[_Token]) -> Item:
        span = self._span(tokens[0].start, self._end(tokens))
        first = self.place(tokens[1].start) if len(tokens) > 1 else span.end
        same = first.line == span.start.line and first.column > span.start.column + 1
        return Item(span, first.column - span.start.column if same else 2)

    def _bracketed(self, tokens: Sequence[_Token]) -> tuple[Item, ...]:
        groups: list[list[_Token]] = [[]]
        for depth, token in _depths(tokens[:-1]):
            if depth == 1 and token.kind == "FlowEntryToken":
                groups.append([])
            elif depth:
                groups[-1].append(token)
        return tuple(Item(self._span(group[0].start, group[-1].end)) for group in groups if group)

    def _has_comments(self, tokens: Sequence[_Token]) -> bool:
        gaps = pairwise(tokens)
        return any("#" in self._text[one.end : other.start] for one, other in gaps)

    def _end(self, tokens: Sequence[_Token]) -> int:
        """Where the last word ends; the blank lines after a text with `|` or `>` are its own only by `+`."""
        last = next(token for token in reversed(tokens) if token.kind != "BlockEndToken")
        if last.style not in ("|", ">"):
            return last.end
        written = self._text[last.start : last.end]
        keeps = re.match(r"[|>]\d?\+", written)
        return last.start + len(written[:-1] if keeps else written.rstrip("\n"))


def _kind(first: _Token) -> Kind:
    if first.kind == "ScalarToken":
        return Kind.NOTHING if not first.style and first.value in _NOTHING else Kind.TEXT
    if first.kind in ("BlockSequenceStartToken", "BlockEntryToken"):
        return Kind.BLOCK
    return Kind.FLOW if first.kind == "FlowSequenceStartToken" else Kind.OTHER

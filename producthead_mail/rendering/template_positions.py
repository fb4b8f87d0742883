"""Where in the templates a place of the composed source was written: file, line and column.

Jinja keeps lines of code, not of text. So, only once there is a fault to place, the templates are rendered a
second time with a mark before each word of literal text; the marks that stand before a place say where it is.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from jinja2 import Environment

from producthead_mail.errors import place_of
from producthead_mail.rendering.layout import Layout
from producthead_mail.rendering.templates import environment_of

_WORD = re.compile(r"\S+")
_MARK = re.compile("\ue000(\\d+)\ue001")


@dataclass(frozen=True, slots=True)
class _Word:
    file: str
    at: int
    length: int


@dataclass(frozen=True)
class Places:
    """The places of one composed template."""

    layout: Layout
    file: str
    """Relative to the layout's folder."""
    context: Mapping[str, Any]
    source: str
    """What `compose` made of it."""

    def at(self, offset: int) -> tuple[str, int, int]:
        """Path, line and column of an offset; line 0 where the templates do not tell."""
        starts, words = self._marks
        index = bisect_right(starts, offset) - 1
        if index < 0:
            return f"layouts/{self.layout.name}/{self.file}", 0, 0
        word, distance = words[index], offset - starts[index]
        text = _normal(self.layout.files[word.file])
        at = word.at + min(distance, word.length)
        if distance >= word.length:  # what an expression put out, and that stands behind the word
            at += len(text[at:]) - len(text[at:].lstrip())
        return f"layouts/{word.file}", *place_of(at, text)

    def literal(self, offset: int) -> bool:
        """Whether a template itself says what stands there, not a value put into it."""
        starts, words = self._marks
        index = bisect_right(starts, offset) - 1
        return index >= 0 and offset - starts[index] < words[index].length

    @cached_property
    def _marks(self) -> tuple[list[int], list[_Word]]:
        words: list[_Word] = []
        marked = _render_marked(self.layout, self.file, self.context, words)
        starts: list[int] = []
        found: list[_Word] = []
        removed = 0
        for mark in _MARK.finditer(marked):
            starts.append(mark.start() - removed)
            removed += len(mark[0])
            if int(mark[1]) < len(words):
                found.append(words[int(mark[1])])
        # A template that counts or compares its own text comes out otherwise when marked.
        return (starts, found) if _MARK.sub("", marked) == self.source else ([], [])


def _render_marked(layout: Layout, file: str, context: Mapping[str, Any], words: list[_Word]) -> str:
    plain = environment_of(layout.files.get)

    def load(name: str) -> str | None:
        source = layout.files.get(name)
        return None if source is None else _marked(plain, name, _normal(source), words)

    try:
        return environment_of(load).get_template(f"{layout.name}/{file}").render(context)
    except Exception:  # noqa: BLE001 - it rendered before: a place is a help, not a must
        return ""


def _marked(environment: Environment, name: str, source: str, words: list[_Word]) -> str:
    parts: list[str] = []
    end = 0
    for _, kind, value in environment.lex(source, name):
        start = source.index(value, end)
        parts.append(source[end:start])  # blanks that lstrip_blocks leaves out of the tokens
        parts.append(_mark_words(value, start, name, words) if kind == "data" else value)
        end = start + len(value)
    return "".join(parts) + source[end:]


def _mark_words(text: str, start: int, name: str, words: list[_Word]) -> str:
    def mark(word: re.Match[str]) -> str:
        words.append(_Word(name, start + word.start(), len(word[0])))
        return f"\ue000{len(words) - 1}\ue001{word[0]}"

    return _WORD.sub(mark, text)


def _normal(source: str) -> str:
    return source.replace("\r\n", "\n").replace("\r", "\n")

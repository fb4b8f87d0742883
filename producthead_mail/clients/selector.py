"""A CSS selector taken apart: what kinds of selector it uses, and what each of its compounds holds."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from producthead_mail.clients.declarations import BALANCED, STRING

_NAME = r"(?:[-\w]|\\.)+"
_PART = re.compile(
    rf"(?P<attribute>\[(?:{STRING}|[^\]])*+\]?)"
    rf"|(?P<pseudo>::?{_NAME}(?:{BALANCED})?)"
    rf"|(?P<class>\.{_NAME})|(?P<id>\#{_NAME})|(?P<type>{_NAME})|(?P<universal>\*)"
    rf"|(?P<combinator>\s*[>+~]\s*|\s+)|(?P<other>.)",
    re.S,
)
_ATTRIBUTE = re.compile(r"\[\s*([-\w:]+)\s*(?:([~|^$*]?=)\s*(\"[^\"]*\"|'[^']*'|[^\s\]]*)[^\]]*)?\]?", re.S)
_PSEUDO = re.compile(rf"(::?)({_NAME})(.*)", re.S)
_OLD_ELEMENTS = frozenset(("before", "after", "first-letter", "first-line"))
"""Pseudo-elements that may be written with a single colon."""
_COMBINATORS = {">": "child", "+": "adjacent-sibling", "~": "general-sibling", "": "descendant"}


@dataclass(frozen=True, slots=True)
class Part:
    """One simple selector, or a combinator."""

    kind: str
    """attribute, pseudo-class, pseudo-element, class, id, type, universal, combinator or other."""
    text: str
    """As it was written."""
    name: str = ""
    """Without its mark, in lower case where case doesn't matter."""
    operator: str = ""
    """Of an attribute selector, such as `~=`."""


@dataclass(frozen=True, slots=True)
class Selector:
    """The parts in their order."""

    parts: tuple[Part, ...]

    def __str__(self) -> str:
        return "".join(part.text for part in self.parts)

    @property
    def compounds(self) -> tuple[tuple[Part, ...], ...]:
        """The parts between the combinators."""
        found: list[list[Part]] = [[]]
        for part in self.parts:
            if part.kind == "combinator":
                found.append([])
            else:
                found[-1].append(part)
        return tuple(tuple(parts) for parts in found)

    @property
    def subject(self) -> tuple[Part, ...]:
        """The compound that says which elements are meant."""
        return self.compounds[-1]

    def mapped(self, change: Callable[[Part], str]) -> str:
        """The selector with each part as `change` writes it."""
        return "".join(change(part) for part in self.parts)


@lru_cache(maxsize=4096)
def parsed(text: str) -> Selector:
    """The selector of a text; what can't be read is a part of the kind `other`."""
    return Selector(tuple(_part(found) for found in _PART.finditer(text.strip())))


def _part(found: re.Match[str]) -> Part:
    kind, text = str(found.lastgroup), found[0]
    if kind == "attribute":
        named = _ATTRIBUTE.match(text)
        return Part(kind, text, named[1].lower(), named[2] or "") if named else Part("other", text)
    if kind == "pseudo":
        return _pseudo(text)
    if kind == "combinator":
        return Part(kind, text, _COMBINATORS[text.strip()])
    name = text.lower() if kind == "type" else text[1:]
    return Part(kind, text, name)


def _pseudo(text: str) -> Part:
    found = _PSEUDO.fullmatch(text)
    assert found is not None
    name = found[2].lower()
    is_element = found[1] == "::" or name in _OLD_ELEMENTS
    return Part("pseudo-element" if is_element else "pseudo-class", text, name)

"""Checks the attributes of one tag: known, once, and with a value of their type."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from html import unescape

from producthead_mail.errors import suggestion
from producthead_mail.rendering.mjml_tables import ATTRIBUTES, EVERYWHERE, LOST, value_type

_PAIR = re.compile(r"([^\s=]+)(?:\s*=\s*(\"[^\"]*\"|'[^']*'))?")

AttributeFault = tuple[int, str, str]
"""Offset in the text of the attributes, message, remedy."""


@lru_cache(maxsize=4096)
def attribute_faults(tag: str, text: str) -> tuple[AttributeFault, ...]:
    """The faults of a tag's attributes; cached, as most tags of a layout come again."""
    return tuple(_faults(tag, text))


def _faults(tag: str, text: str) -> Iterator[AttributeFault]:
    seen: set[str] = set()
    for pair in _PAIR.finditer(text):
        name, quoted = pair[1], pair[2]
        if name in seen:
            yield pair.start(), f"<{tag}> has {name} twice", "keep one"
        seen.add(name)
        if tag in ATTRIBUTES:
            yield from _known(tag, name, quoted, pair.start(), pair.start(2))


def _known(tag: str, name: str, quoted: str | None, at: int, value_at: int) -> Iterator[AttributeFault]:
    if name in EVERYWHERE:
        return
    if name not in ATTRIBUTES[tag]:
        yield at, f"<{tag}> has no attribute {name}", _named(tag, name)
        return
    if quoted is None:
        yield at, f"{name} of <{tag}> has no value", f'write {name}="…"'
        return
    value = unescape(quoted[1:-1])
    dropped, way_round = LOST.get((tag, name), ("", ""))
    if way_round and dropped in (None, value):
        shown = name if dropped is None else f'{name}="{value}"'
        yield at, f"the compiler drops {shown} of <{tag}>", way_round
        return
    kind = value_type(tag, name)
    if kind is not None and not kind.takes(value):
        remedy = kind.instead(value) or f"it takes {kind.says()}"
        yield value_at + 1, f"{name} of <{tag}> cannot be {value!r}", remedy


def _named(tag: str, name: str) -> str:
    known = (*ATTRIBUTES[tag], *EVERYWHERE)
    if name.lower() in known:
        return f"write {name.lower()}"
    if name == "class":
        return "write css-class"
    if name == "style":
        return "write css-class and a rule in <mj-style>"
    return suggestion(name, known) or (
        f"it takes {', '.join(sorted(known))}" if len(known) < 12 else "take it out"
    )

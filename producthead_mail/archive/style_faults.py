"""What is broken in a style sheet: browsers leave it out in silence, often with all that follows.

Whether a property or a value exists is not asked: every browser knows others, and more each month.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from producthead_mail.rendering.fault import Fault
from producthead_mail.rendering.style_depth import DEPTH

_SIGN = re.compile(
    r"(?P<comment>/\*(?:.*?(?P<closed>\*/)|.*))"
    r"|(?P<quote>[\"'])(?:[^\"'\\\n]|\\.|(?!(?P=quote))[\"'])*+(?P<end>(?P=quote))?"
    r"|url\(\s*+[^\"')][^)]*\)|\\.|(?P<open>[(\[{])|(?P<shut>[)\]}])",
    re.DOTALL | re.IGNORECASE,
)
_PAIRS = {")": "(", "]": "[", "}": "{"}
_CLOSING = {one: other for other, one in _PAIRS.items()}


def style_faults(css: str) -> list[Fault]:
    """Brackets, strings and comments that are left open, else what is neither a rule nor a declaration."""
    css = re.sub("[\r\f]", "\n", css)  # as tinycss2 counts lines
    return list(_unbalanced(css)) or list(_misread(css))


def _unbalanced(css: str) -> Iterator[Fault]:
    opened: list[tuple[str, int]] = []
    for sign in _SIGN.finditer(css):
        at = sign.start()
        if sign["comment"] and not sign["closed"]:
            yield Fault(at, "a comment is never closed", "write */")
            return
        if sign["quote"] and not sign["end"]:
            yield Fault(at, f"a {sign['quote']} is not closed on its line", f"write {sign['quote']}")
            return
        if sign["open"]:
            opened.append((sign["open"], at))
            if len(opened) > DEPTH:
                yield Fault(at, f"brackets nested deeper than {DEPTH}", "close what is open")
                return
        elif sign["shut"]:
            if not opened or opened[-1][0] != _PAIRS[sign["shut"]]:
                yield Fault(at, f"{sign['shut']} closes nothing", _amiss(opened, css))
                return
            opened.pop()
    if opened:
        yield Fault(opened[0][1], f"{opened[0][0]} is never closed", f"write {_CLOSING[opened[0][0]]}")


def _amiss(opened: Sequence[tuple[str, int]], css: str) -> str:
    if not opened:
        return "delete it"
    bracket, at = opened[-1]
    return f"close the {bracket} of line {css.count(chr(10), 0, at) + 1} first"


def _misread(css: str) -> Iterator[Fault]:
    import tinycss2  # only where a project has styles of its own

    lines = [0, *(found.end() for found in re.finditer("\n", css))]
    waiting = list(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True))
    while waiting:
        node = waiting.pop()
        at = lines[node.source_line - 1] + node.source_column - 1
        if node.type == "error":
            message = "neither a rule nor a declaration ends here"
            yield Fault(at, message, "write property: value; or selector { … }")
        elif node.type == "declaration":
            yield from _mistaken(node, at, lines)
        elif node.content:
            waiting += tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)


def _mistaken(declaration: Any, at: int, lines: Sequence[int]) -> Iterator[Fault]:
    if declaration.name.startswith("--") or declaration.name == "filter":  # progid: of old Internet Explorers
        return
    said = [token for token in declaration.value if token.type not in ("whitespace", "comment")]
    if not said:
        yield Fault(at, f"{declaration.name} has no value", "write one, or delete it")
    for before, token in pairwise(said):
        if token.type == "literal" and token.value == ":":
            place = lines[before.source_line - 1] + before.source_column - 1
            yield Fault(place, "a second property before the first has ended", "write ; before it")

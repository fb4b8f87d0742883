"""How deep the brackets of a style sheet nest: what reads CSS recurses, and so ends without a place."""

from __future__ import annotations

import re
from collections.abc import Iterator

from producthead_mail.rendering.fault import Fault

DEPTH = 60
"""Far more than CSS needs, far less than what ends tinycss2, which recurses (2,000 brackets do)."""
_SHEET = re.compile(r"<(mj-style|style)\b[^>]*>(.*?)</\1>", re.DOTALL)
_BRACKET = re.compile(
    r"\"(?:[^\"\\\n]|\\.)*+\"|'(?:[^'\\\n]|\\.)*+'|/\*.*?\*/|\\.|\(|\[|\{|\)|\]|\}", re.DOTALL
)
"""Each way begins with a letter of its own, not a set: then whatever begins none is skipped in one go."""


def depth_faults(source: str) -> list[Fault]:
    """A fault where a style sheet of the MJML nests deeper than `DEPTH`."""
    return [
        Fault(at, f"CSS nested deeper than {DEPTH}", "close what the style sheet opens")
        for at in _deep(source)
    ]


def _deep(source: str) -> Iterator[int]:
    for sheet in _SHEET.finditer(source):
        depth = 0
        for found in _BRACKET.finditer(source, sheet.start(2), sheet.end(2)):
            if found[0] in "([{":
                depth += 1
            elif found[0] in ")]}":
                depth = max(0, depth - 1)  # one too many opens nothing
            if depth > DEPTH:
                yield found.start()
                break

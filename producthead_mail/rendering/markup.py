"""The signs of markup that several stages look for."""

from __future__ import annotations

import re

TAG = re.compile(
    r"<!--\[if[^>]*>(?:<!-->)?|<!--.*?-->"
    r"|<[A-Za-z/][^\"'>]*+(?:(?:\"[^\"]*\"|'[^']*')[^\"'>]*+)*+>",
    re.DOTALL,
)
"""A tag, a comment, or the start of a conditional comment, whose content is markup like any other."""

ATTRIBUTE = re.compile(r"([\w:-]+)\s*=\s*(\"[^\"]*\"|'[^']*')", re.DOTALL)
STYLE = re.compile(r"<(mj-style|style|script)\b[^>]*>.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
SLOT = re.compile(r"\\\[\[|\[\[((?:(?!\]\]|\[\[).)*)\]\]|\[\[", re.DOTALL)
"""A literal `[[`, a slot, or a `[[` that is never closed."""


def masked(source: str) -> str:
    """The source with every slot as letters of the same length, so that its quotes end no attribute."""
    return SLOT.sub(_letters, source) if "[[" in source else source


def _letters(found: re.Match[str]) -> str:
    return found[0] if found[1] is None else "x" * len(found[0])

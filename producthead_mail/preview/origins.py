"""Which line of the sources made something in the compiled HTML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

SHORTEST = 6
"""Characters: what is shorter stands in too many places to say anything."""


def origin(what: str, sources: Mapping[str, str]) -> tuple[str, int] | None:
    """Path and line of the one place that says `what`; None where no line does, or several do."""
    pattern = _pattern(what)
    if pattern is None:
        return None
    found = [(path, hit.start()) for path, text in sources.items() for hit in pattern.finditer(text)]
    if len(found) != 1:
        return None
    path, at = found[0]
    return path, sources[path].count("\n", 0, at) + 1


@lru_cache(maxsize=1024)
def _pattern(what: str) -> re.Pattern[str] | None:
    """A declaration as CSS or as an MJML attribute; anything else word for word."""
    if len(what) < SHORTEST or what.endswith("…"):
        return None
    words = r"\s*".join(map(re.escape, re.split(r"\s+|(?<=[:(,])|(?=[:(,])", what)))
    name, colon, value = what.partition(":")
    if not colon or not re.fullmatch(r"[a-z-]+", name.strip()):
        return re.compile(words)
    attribute = rf"(?<![\w-]){re.escape(name.strip())}=[\"']{re.escape(value.strip())}[\"']"
    return re.compile(rf"(?<![\w-]){words}(?![\w%.-])|{attribute}")

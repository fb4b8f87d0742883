"""Which line of the sources made something in the compiled HTML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

SHORTEST = 6
"""Characters: what is shorter stands in too many places to say anything."""
_ELEMENT = re.compile(r"[a-z0-9:]+(?:\.[\w-]+)+")


def origin(what: str, element: str, sources: Mapping[str, str]) -> tuple[str, int] | None:
    """Path and line of the one place that says `what`, else of the one that makes the element.

    None where no line does, or several do. An element is known by a class that one template alone gives.
    """
    patterns = (_pattern(what), *map(_class_pattern, _classes(element)))
    return next((place for one in patterns if one and (place := _only(one, sources))), None)


def _only(pattern: re.Pattern[str], sources: Mapping[str, str]) -> tuple[str, int] | None:
    found = [(path, hit.start()) for path, text in sources.items() for hit in pattern.finditer(text)]
    if len(found) != 1:
        return None
    path, at = found[0]
    return path, sources[path].count("\n", 0, at) + 1


def _classes(element: str) -> tuple[str, ...]:
    """The classes of an element such as `td.button`, but for MJML's own; none of a selector."""
    if not _ELEMENT.fullmatch(element):
        return ()
    return tuple(one for one in element.split(".")[1:] if not one.startswith("mj-"))


@lru_cache(maxsize=1024)
def _class_pattern(name: str) -> re.Pattern[str]:
    return re.compile(rf"""class=["'](?:[^"']*\s)?{re.escape(name)}(?:\s[^"']*)?["']""")


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

"""Which template files a message is made of."""

from __future__ import annotations

import re
from functools import lru_cache

from producthead_mail.rendering.layout import Layout
from producthead_mail.rendering.pipeline import MARKUP, PLAIN

_USE = re.compile(r"\{%[-+]?\s*(?:include|import|from|extends)\b(.*?)%\}", re.DOTALL)
_NAMED = re.compile(
    r"\s*([\"'])(?P<name>[^\"']+)\1\s*(?:ignore\s+missing\s*)?(?:with(?:out)?\s+context\s*)?"
    r"(?:(?:import|as)\b[^\"']*)?[-+]?"
)


@lru_cache(maxsize=32)
def templates_used(layout: Layout) -> frozenset[str]:
    """The layout's files that its mail uses, by their path relative to layouts/.

    Read from the text: parsing takes Jinja 20 ms, and a layout's save has to be seen in 150. Where
    a template's name is worked out only as it runs, all files count as used.
    """
    found: set[str] = set()
    waiting = [f"{layout.name}/{MARKUP}", f"{layout.name}/{PLAIN}"]
    while waiting:
        name = waiting.pop()
        if name in found or name not in layout.files:
            continue
        found.add(name)
        for use in _USE.findall(layout.files[name]):
            named = _NAMED.fullmatch(use)
            if named is None:
                return frozenset(layout.files)
            waiting.append(named["name"])
    return frozenset(found)

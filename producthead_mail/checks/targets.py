"""The rule about links a finger has to hit, as far as style sheets alone tell.

Decidable without a browser: the height of a link that is a box of its own (`display: block` or
`inline-block`) and whose line height is known. The rest is measured by `check --browser`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from producthead_mail.checks import limits
from producthead_mail.checks.cascade import pixels
from producthead_mail.checks.page import Hit, Page, name_of

BOXES = {"block", "inline-block", "table-cell"}


def tap_target(page: Page) -> Iterator[Hit]:
    """A hit for each height of link boxes that is too low for a finger."""
    seen: set[int] = set()
    for link in page.links:
        height = _height(page, link)
        if height is None or height >= limits.TARGET or height in seen or page.phone[link].hidden:
            continue
        seen.add(height)
        words = page.shown(name_of(link))
        yield Hit(
            f"“{words}” is {height} px high on a phone; a finger needs {limits.TARGET}",
            "raise its padding or line height in the layout",
            needle=words,
            layout=_classes(link),
        )


def _height(page: Page, link: Any) -> int | None:
    """Pixels, or None where only a browser can tell."""
    given = page.phone_styles.get(link, {})
    image = link.find(".//img")
    if given.get("display") not in BOXES:
        return None
    line = _line(link, page)
    if image is not None or line is None:
        return None
    size = page.phone[link].size
    extra = sum(pixels(given.get(name, "0px"), size) for name in ("padding-top", "padding-bottom"))
    least = max(pixels(given[name], 0) if name in given else 0 for name in ("height", "min-height"))
    return round(max(line + extra, least))


def _line(link: Any, page: Page) -> float | None:
    """The height of one line; inherited, as CSS has it."""
    size = page.phone[link].size
    for node in (link, *link.iterancestors()):
        if value := page.phone_styles.get(node, {}).get("line-height", ""):
            return float(value) * size if value.replace(".", "", 1).isdigit() else pixels(value, size)
    return None


def _classes(link: Any) -> tuple[re.Pattern[str], ...]:
    """Where the layout styles the link: by its own class, or one around it."""
    nodes = (link, *link.iterancestors())
    names = [name for node in nodes for name in (node.get("class") or "").split()]
    return tuple(re.compile(rf"(?<![\w-])\.{re.escape(name)}\s*[{{,]") for name in names)

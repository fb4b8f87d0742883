"""An old edition as its source has it, before its parts are recognised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from producthead_mail.content.importing.losses import Losses

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MAX_TAGS = 200_000
"""Of a page or post, for which they are ten seconds of work; an edition has some hundreds."""


@dataclass(slots=True)
class Original:
    """One post or page."""

    title: str
    day: date | None
    content: HtmlElement | str
    """As a tree, or as HTML, which takes a tenth of the memory: an export has thousands of posts."""
    dated: str = ""
    """The day as its source writes it."""
    url: str = ""
    """Where it is on the web, for relative links; empty where that isn't known."""
    name: str = ""
    """Its short name there: `producthead-in-search-of-deeper-alignment`."""
    summary: str = ""
    """Plain words, as its author or source gives them."""
    author: str = ""
    losses: Losses = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that is no edition to import."""

    name: str
    """Its title or address; empty where it has none."""
    reason: str


def by_reason(left_out: Iterable[LeftOut]) -> dict[str, list[str]]:
    """Reason -> the names, both in the order of the alphabet."""
    found: dict[str, list[str]] = {}
    for one in sorted(left_out, key=lambda one: (one.reason, one.name)):
        found.setdefault(one.reason, []).append(one.name or "without a title")
    return found


@dataclass(slots=True)
class Found:
    """What a source holds."""

    kind: str
    """`WordPress export`, `feed` or `page`."""
    originals: list[Original]
    left_out: list[LeftOut] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    """What concerns the source as a whole."""

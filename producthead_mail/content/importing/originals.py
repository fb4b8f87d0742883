"""An old edition as its source has it, before its parts are recognised."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from producthead_mail.content.importing.losses import Losses

if TYPE_CHECKING:
    from lxml.html import HtmlElement


@dataclass(slots=True)
class Original:
    """One post or page."""

    title: str
    day: date | None
    content: HtmlElement
    url: str = ""
    """Where it is on the web, for relative links; empty where that isn't known."""
    name: str = ""
    """Its short name there: `producthead-in-search-of-deeper-alignment`."""
    summary: str = ""
    """Plain words, as its author or source gives them."""
    author: str = ""
    losses: Losses = field(default_factory=Counter)


@dataclass(slots=True)
class Found:
    """What a source holds."""

    kind: str
    """`WordPress export`, `feed` or `page`."""
    originals: list[Original]
    left_out: Counter[str] = field(default_factory=Counter)
    """Why something is no edition to import -> how often."""
    remarks: list[str] = field(default_factory=list)
    """What concerns the source as a whole."""

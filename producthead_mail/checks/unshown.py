"""A rule about what an edition holds and its layout doesn't show."""

from __future__ import annotations

import re
from collections.abc import Iterator

from producthead_mail.checks.page import Hit, Page

PARTS = {
    "strapline": "strapline",
    "takeaways": "takeaways",
    "essay": "essay",
    "curated": "curated links",
    "posts": "posts",
    "button": "button",
}
"""Key of an edition, as templates name it after `edition.` -> what it is called."""


_HANDED_ON = re.compile(r"[=(,]\s*edition\s*(?:[,)%]|-%)|\bedition\s*\[\s*[^\s\"']|\bedition\s*\|")
"""A macro gets the whole edition, or it takes another name, or a loop its parts: who knows which."""


def not_shown(page: Page) -> Iterator[Hit]:
    """A hit for each part of the edition that no template of the layout's HTML names."""
    templates = "\n".join(text for _, text in page.templates)
    if not templates or _HANDED_ON.search(templates):
        return
    for key, words in PARTS.items():
        held = getattr(page.edition, key)
        if held and not re.search(rf"\bedition\s*(?:\.\s*|\[\s*[\"']){key}\b", templates):
            message = f"readers don't get the {words}: the layout {page.edition.layout!r} doesn't show any"
            yield Hit(message, "choose another layout, or take that out", field=key)

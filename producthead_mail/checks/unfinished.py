"""A rule about what a curator has yet to write."""

from __future__ import annotations

import re
from collections.abc import Iterator

from producthead_mail.checks.finding import Severity
from producthead_mail.checks.page import Hit, Page, position_at
from producthead_mail.content.authoring.scaffold import UNWRITTEN
from producthead_mail.content.edition import Edition

BLANKS = {"takeaways": "write one or more", "curated": "add a link", "posts": "add one or more"}
"""What an edition may lack, but not name and leave blank; the preheader has a rule of its own."""


def unfinished(page: Page) -> Iterator[Hit]:
    """A hit for the place of an essay that isn't written, for each blank key, and for an empty edition."""
    edition = page.edition
    if place := unwritten(page):
        yield Hit(
            "the essay is not written yet", "write it in place of this line, or delete the line", place=place
        )
    for key, remedy in BLANKS.items():
        if key in edition.positions and not getattr(edition, key):
            message, remedy = f"{key} is left blank", f"{remedy}, or delete the key"
            yield Hit(message, remedy, field=key, severity=Severity.WARNING)
    yield from _blanks(edition)
    if not (edition.essay or edition.takeaways or edition.curated or edition.posts or edition.button):
        yield Hit("the edition has nothing but a title", "write it", field="title")


def _blanks(edition: Edition) -> Iterator[Hit]:
    """A hit for each link and post with keys left blank, as `add` and `posts` leave the summary."""
    blanks: dict[tuple[str, str], list[str]] = {}
    for name in edition.positions:
        found = re.fullmatch(r"(curated|posts)\.(\d+)\.(\w+)", name)
        if found and not getattr(getattr(edition, found[1])[int(found[2])], found[3], ""):
            blanks.setdefault((found[1], found[2]), []).append(found[3])
    for (key, index), names in blanks.items():
        title = getattr(edition, key)[int(index)].title
        remedy = "write it, or delete the key" if len(names) == 1 else "write them, or delete the keys"
        message = f"“{title}”: {', '.join(names)} left blank"
        yield Hit(message, remedy, field=f"{key}.{index}.{names[0]}", severity=Severity.WARNING)


def unwritten(page: Page) -> tuple[str, int, int] | None:
    """Path, line and column of what `new` writes in place of the essay; None where it is there no more."""
    source = page.edition.source
    if UNWRITTEN not in source:
        return None
    at = position_at(source, source.index(UNWRITTEN))
    return page.edition_path, at.line, at.column

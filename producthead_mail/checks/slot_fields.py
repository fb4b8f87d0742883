"""The rule about slots that nobody's row can fill."""

from __future__ import annotations

import re
from collections.abc import Iterator

from producthead_mail.checks.page import Hit, Page, position_at
from producthead_mail.rendering.slots import unknown_fields


def unknown_field(page: Page) -> Iterator[Hit]:
    """A hit for each field that slots read and neither the audience nor the defaults have."""
    if page.columns is None:
        return
    for name, near in unknown_fields(page.message, page.columns):
        yield Hit(
            f"a slot reads `{name}`, no column of the audience and no default in publication.yaml",
            near or "add the one or the other",
            place=_place(page, name),
        )


def _place(page: Page, name: str) -> tuple[str, int, int] | None:
    """Where the first slot that reads the field begins; None where no file at hand says it literally."""
    pattern = re.compile(rf"(?<!\\)\[\[(?:(?!\]\]).)*?\b{re.escape(name)}\b", re.DOTALL)
    for path, source in (*page.sources, *page.templates, *page.text_templates):
        if found := pattern.search(source):
            position = position_at(source, found.start())
            return path, position.line, position.column
    return None

"""What kind of thing an element of a page is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from producthead_mail.content.importing.inline import EMBEDS

if TYPE_CHECKING:
    from lxml.html import HtmlElement

BLOCKS = frozenset(
    (
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    )
)
MAX_COLUMNS = 50
"""Of a table of facts: each row is filled up to the widest."""
_ROWS = ("tr", "thead", "tbody", "tfoot")


def is_block(element: HtmlElement) -> bool:
    """Whether an element is a block, or an inline one that holds blocks."""
    if element.tag in BLOCKS:
        return True
    return element.tag not in EMBEDS and any(child.tag in BLOCKS for child in element.iterdescendants())


def first_number(element: HtmlElement) -> int:
    """The number at which a list starts."""
    said = element.get("start", "1").strip()
    return int(said) if re.fullmatch(r"[0-9]{1,8}", said) else 1


def is_data(table: HtmlElement, rows: Sequence[Sequence[HtmlElement]]) -> bool:
    """Whether a table is one of facts, of single lines, and not made to lay a page out."""
    cells = [cell for row in rows for cell in row]
    if table.get("role") in ("presentation", "none") or not 1 < max(map(len, rows), default=0) <= MAX_COLUMNS:
        return False
    if any(child.tag in BLOCKS - {"p", "div"} for cell in cells for child in cell.iterdescendants()):
        return False
    between = [element.text for element in (table, *table.iter(*_ROWS))]
    between += [element.tail for element in table.iterdescendants("td", "th", *_ROWS)]
    if any(text and text.strip() for text in between):
        return False
    if any(cell.get("colspan") or cell.get("rowspan") for cell in cells):
        return False
    headed = all(cell.tag == "th" for cell in rows[0])
    return headed or (len(rows) > 1 and len({len(row) for row in rows}) == 1)

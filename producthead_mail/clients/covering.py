"""Losses that nobody sees: something else in the message does the same, such as MJML's tables for Outlook."""

from __future__ import annotations

import re
from typing import Any

from producthead_mail.clients.declarations import split

_BORDER = re.compile(r"border-top:[^;]*")
_CELL_WIDTH = re.compile(r"(?:^|;)\s*width\s*:\s*\d+px", re.I)
_HIDDEN = re.compile(r"(?:^|;)\s*display\s*:\s*none", re.I)
_FILLING = re.compile(r"width: 100%|max-width: .*|margin: \S+ auto|display: inline-block")
"""What a division that fills a cell doesn't need."""
_CENTRING = re.compile(r"margin: \S+ auto")
_WIDTH = re.compile(r"width: .*")
_TINT = re.compile(r"([a-z-]+?)(?:-color)?: (?:[\w.]+ )*(?:rgb|hsl)a\(.*")


def is_covered(element: Any, style: str, what: str) -> bool:
    """Whether nobody sees that a declaration is lost, `style` being what is left of the element's."""
    if _HIDDEN.search(style) or is_doubled(element) or _has_solid(style, what):
        return True
    match element.tag:
        case "div":
            return _FILLING.fullmatch(what) is not None and _fills_cell(element)
        case "table":
            if what.startswith("border-spacing: 0"):
                return bool(element.get("cellspacing") == "0")
            return _CENTRING.fullmatch(what) is not None and bool(element.get("align"))
        case "img":
            return _WIDTH.fullmatch(what) is not None and bool(element.get("width"))
    return False


def _has_solid(style: str, what: str) -> bool:
    """Whether the colour that is lost is a tint, and a solid one stands in for it."""
    tint = _TINT.fullmatch(what)
    if tint is None:
        return False
    same = re.compile(rf"{tint[1]}(?:-top|-right|-bottom|-left)?(?:-color)?")
    return any(same.fullmatch(one.name) for one in split(style))


def _fills_cell(element: Any) -> bool:
    """Whether a division is alone in a cell of a given width."""
    cell = element.getparent()
    if cell is None or cell.tag != "td" or len(cell) != 1:
        return False
    if (cell.text or "").strip() or (element.tail or "").strip():
        return False
    table = next(cell.iterancestors("table"), None)
    given = cell.get("width") or (table.get("width") if table is not None else "") or ""
    return given.removesuffix("px").isdecimal() or _CELL_WIDTH.search(cell.get("style") or "") is not None


def is_doubled(element: Any) -> bool:
    """Whether an empty paragraph is a line that a table draws too, as MJML's dividers are."""
    if element.tag != "p" or len(element) or (element.text or "").strip():
        return False
    table = element.getnext()
    border = _BORDER.search(element.get("style") or "")
    if table is None or table.tag != "table" or border is None:
        return False
    return border[0] in (table.get("style") or "")

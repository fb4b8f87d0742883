"""What Outlook on Windows makes of a message: Word's properties by element, pictures, rows and VML."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cssselect
import lxml.etree

from producthead_mail.clients import stylesheet, vml
from producthead_mail.clients.covering import is_doubled
from producthead_mail.clients.declarations import split
from producthead_mail.clients.removal import Action, Removal, element_name
from producthead_mail.clients.word_properties import TAGS, Kind, Loss, kind_of, pixels, read, sides

NOT_MODELLED = {
    **vml.NOT_MODELLED,
    "background with a colour and a picture": "neither is drawn, by mjml#502; Word's rule is not documented",
    "background of a div with text and tables": "drawn behind both; Word leaves out the tables",
    "background-color": "Word draws it through margins too; here it ends at the border",
    "letter-spacing": "Word draws large negative values and em otherwise; drawn as given",
    "line-height": "only pixels are read as `at least`; shares and factors are drawn as given",
    "fonts": "a stack that begins with a web font falls back to Times New Roman in Word; drawn by the stack",
    "lists": "Word's own indents and bullets; drawn as a browser does",
    "pictures with a width in per cent": "Word takes the share of the file's width; drawn of the parent's",
    "120 dpi": "sizes in attributes don't scale there; drawn at 96 dpi",
    "page breaks": "Word breaks tables that are higher than about 1,800 pixels; drawn whole",
    "mso-text-raise, mso-element, mso-font-alt, mso-style-*, text-underline-*": "not read",
    "mso-table-lspace, mso-table-rspace": "not read: they are space beside floating tables only",
    "display: none with tables in it": "Word shows the tables; hidden here, and said",
}
"""What Word does, or may do, beyond this module, with what is shown instead."""

TABLES_LINK = "https://github.com/mjmlio/mjml/issues/1796"
SELECTOR_LENGTH = 500
"""A longer selector is not matched: reading it would go deeper than Python goes."""
SINGLE_SPACING = 1.15
"""A line that is lower than this many times its type grows to it, unless it is set to be exact."""


def typeset(tree: Any) -> tuple[Removal, ...]:
    """Changes a parsed message, its conditional comments revealed, into what a browser draws like Word.

    It goes after all that removes properties by the support table, since what it writes for VML is
    beyond what Word reads. Given back is one removal for each declaration and kind of element.
    """
    log = _Log()
    _drop_office(tree)
    elements = [element for element in tree.iter(lxml.etree.Element) if ":" not in element.tag]
    _read_sheets(tree, elements, log)
    for element in elements:
        _read_style(element, log)
        _read_attributes(element, log)
    for row in tree.iter("tr"):
        _level(row, log)
    _grow_lines(elements, log)
    return (*log.removals(), *vml.draw(tree))


def _drop_office(tree: Any) -> None:
    """Drops settings for Word, which a browser would show as text."""
    for element in list(tree.iter(lxml.etree.Element)):
        if element.getparent() is not None and (element.tag == "xml" or element.tag[:2] in {"o:", "w:"}):
            element.drop_tree()
    for element in list(tree.iter("noscript")):
        if not len(element) and not (element.text or "").strip():
            element.drop_tree()


def _read_style(element: Any, log: _Log) -> None:
    style = element.get("style")
    if not style:
        return
    shown, losses = read(style, kind_of(element.tag), is_inline=True)
    for loss in losses:
        # The attribute says it already.
        if loss.feature != "word-image-width" or not element.get("width"):
            log.add(loss, element, covered=is_doubled(element))
    if element.tag == "table" and (element.get("align") or "").lower() == "center" and "margin" in shown:
        # The attribute centres it in Word; in a browser any margin would beat it.
        shown += ";margin-left:auto;margin-right:auto"
    element.set("style", shown)
    _uncover_tables(element, log)
    if "display:none" in shown.split(";") and element.tag != "table" and element.find(".//table") is not None:
        log.note("display: none", element, NOT_MODELLED["display: none with tables in it"])


def _uncover_tables(element: Any, log: _Log) -> None:
    """Takes the colour from a block that holds nothing but tables: Word colours text only."""
    colours = [one.value for one in split(element.get("style") or "") if one.name == "background-color"]
    if not colours or colours[-1] == "transparent" or not _holds_only_tables(element):
        return
    # MJML gives the same colour to the table too.
    if not all(colours[-1] in (table.get("style") or "") for table in element.iterchildren("table")):
        log.add(_uncovered(colours[-1]), element)
    _make_transparent(element)


def _uncovered(colour: str) -> Loss:
    reason = "drawn behind the text of a div, not behind tables in it"
    return Loss("word-div-background", f"background-color: {colour}", reason, link=TABLES_LINK)


def _make_transparent(element: Any) -> None:
    element.set("style", f"{element.get('style') or ''};background-color:transparent".lstrip(";"))


def _holds_only_tables(element: Any) -> bool:
    return (
        kind_of(element.tag) is Kind.PARAGRAPH
        and element.find(".//table") is not None
        and not _has_text_outside_tables(element)
    )


def _has_text_outside_tables(element: Any) -> bool:
    waiting = [element]
    while waiting:
        one = waiting.pop()
        if _has_text(one):
            return True
        waiting += [child for child in one.iterchildren(lxml.etree.Element) if child.tag != "table"]
    return False


def _read_attributes(element: Any, log: _Log) -> None:
    if element.tag == "body" or element.get("background") is None:
        return
    reason = "a background picture is read on body only"
    log.add(Loss("word-background", f'background="{element.get("background")}"', reason), element)
    del element.attrib["background"]


def _read_sheets(tree: Any, elements: list[Any], log: _Log) -> None:
    for sheet in tree.iter("style"):
        sheet.text = "".join(_read_rules(stylesheet.pieces(sheet.text or ""), sheet, elements, log))


def _read_rules(
    pieces: tuple[stylesheet.Piece, ...], sheet: Any, elements: list[Any], log: _Log
) -> Iterator[str]:
    for piece in pieces:
        if piece.kind is not stylesheet.Kind.RULE or piece.content is None or piece.rules is not None:
            yield piece.text
            continue
        found = {kind: read(piece.content, kind, is_inline=False) for kind in Kind}
        if any(losses for _, losses in found.values()):
            _log_rule(piece.prelude, found, elements, log, _line(sheet, piece))
        _uncover_by_rule(piece, found[Kind.PARAGRAPH][0], elements, log, sheet)
        yield _written(piece, {kind: css for kind, (css, _) in found.items()})


def _uncover_by_rule(piece: stylesheet.Piece, css: str, elements: list[Any], log: _Log, sheet: Any) -> None:
    colours = [one.value for one in split(css) if one.name == "background-color"]
    if not colours or not elements:
        return
    covering = [one for one in _matched(piece.prelude, elements[0].getroottree()) if _holds_only_tables(one)]
    if covering:
        log.rule(_uncovered(colours[-1]), piece.prelude, _line(sheet, piece))
    for element in covering:
        _make_transparent(element)


def _line(sheet: Any, piece: stylesheet.Piece) -> int:
    return (sheet.sourceline or 0) + (sheet.text or "").count("\n", 0, piece.at)


def _log_rule(
    prelude: str, found: dict[Kind, tuple[str, tuple[Loss, ...]]], elements: list[Any], log: _Log, line: int
) -> None:
    """Notes what a rule loses on the elements that it is for."""
    if not elements:
        return
    root = elements[0].getroottree()
    told: set[Loss] = set()
    for kind in dict.fromkeys(kind_of(element.tag) for element in _matched(prelude, root)):
        for loss in found[kind][1]:
            if loss not in told:
                told.add(loss)
                log.rule(loss, prelude, line)


def _matched(prelude: str, root: Any) -> Iterator[Any]:
    for selector in stylesheet.selectors(prelude):
        xpath = _compiled(selector)
        yield from (element for element in (xpath(root) if xpath else ()) if ":" not in element.tag)


@lru_cache(maxsize=512)
def _compiled(selector: str) -> Any:
    """The selector as XPath; None where no mail client reads it."""
    if len(selector) > SELECTOR_LENGTH:
        return None
    try:
        return lxml.etree.XPath(cssselect.HTMLTranslator().css_to_xpath(selector))
    except (cssselect.SelectorError, lxml.etree.XPathSyntaxError):
        return None


def _written(piece: stylesheet.Piece, by_kind: dict[Kind, str]) -> str:
    """The rule as it stands for each kind of element; `:where()` leaves its weight as it was."""
    breaks = "\n" * piece.text.count("\n")
    if len(set(by_kind.values())) == 1:
        css = by_kind[Kind.OTHER]
        return f"{piece.prelude}{{{css}}}{breaks}" if css else breaks
    kinds: dict[str, list[Kind]] = {}
    for kind, css in by_kind.items():
        kinds.setdefault(css, []).append(kind)
    selectors = stylesheet.selectors(piece.prelude)
    return breaks + "".join(
        f"{','.join(one + _where(chosen) for one in selectors)}{{{css}}}"
        for css, chosen in kinds.items()
        if css
    )


def _where(kinds: list[Kind]) -> str:
    """A condition for elements of these kinds."""
    if Kind.OTHER not in kinds:
        return f":where({','.join(tag for kind in kinds for tag in TAGS[kind])})"
    others = [tag for kind, tags in TAGS.items() if kind not in kinds for tag in tags]
    return f":not(:where({','.join(others)}))"


def _level(row: Any, log: _Log) -> None:
    """Gives all cells of a row the largest padding above and below."""
    cells = list(row.iterchildren("td", "th"))
    if len(cells) < 2:
        return
    paddings = [_vertical_padding(cell) for cell in cells]
    if len(set(paddings)) == 1:
        return
    top, bottom = (max(values) for values in zip(*paddings, strict=True))
    for cell, own in zip(cells, paddings, strict=True):
        if own == (top, bottom):
            continue
        log.add(
            Loss(
                "word-row-padding",
                f"padding above {own[0]:g}px, below {own[1]:g}px",
                "all cells of a row have the largest vertical padding among them",
                f"above {top:g}px, below {bottom:g}px",
            ),
            cell,
        )
        style = cell.get("style") or ""
        cell.set("style", f"{style};padding-top:{top:g}px;padding-bottom:{bottom:g}px".lstrip(";"))


def _vertical_padding(cell: Any) -> tuple[float, float]:
    """Above and below, in pixels, by the style attribute, else by the table's cellpadding."""
    table = next(cell.iterancestors("table"), None)
    around = pixels("" if table is None else table.get("cellpadding") or "") or 0.0
    found = {"padding-top": around, "padding-bottom": around}
    for one in split(cell.get("style") or ""):
        values = sides(one.value) if one.name == "padding" else None
        if values:
            found = {"padding-top": pixels(values[0]) or 0.0, "padding-bottom": pixels(values[2]) or 0.0}
        elif one.name in found:
            found[one.name] = pixels(one.value) or 0.0
    return found["padding-top"], found["padding-bottom"]


@dataclass(frozen=True, slots=True)
class _Type:
    """The size of type and the height of lines, in pixels where they are known."""

    size: float | None = None
    line: float | None = None
    is_exact: bool = False


def _grow_lines(elements: list[Any], log: _Log) -> None:
    """Lets lines grow that are lower than their type: a height is `at least`, unless it is exact."""
    types: dict[Any, _Type] = {}
    for element in elements:
        given = types[element] = _type(element, types.get(element.getparent(), _Type()))
        if given.size is None or given.line is None or given.is_exact or not _has_text(element):
            continue
        if given.line < given.size * SINGLE_SPACING and given.size > 1:
            reason = "a line is at least as high as its type; mso-line-height-rule: exactly makes it exact"
            what = f"line-height: {given.line:g}px for type of {given.size:g}px"
            log.add(Loss("word-line-height", what, reason, "line-height: normal"), element)
            element.set("style", f"{element.get('style') or ''};line-height:normal".lstrip(";"))


def _type(element: Any, parent: _Type) -> _Type:
    style = element.get("style")
    if not style:
        return parent
    size, line, is_exact = parent.size, parent.line, parent.is_exact
    for one in split(style):
        if one.name == "font-size":
            size = pixels(one.value)
        elif one.name == "line-height":
            line = None if one.value.replace(".", "").isdecimal() else pixels(one.value)
        elif one.name == "mso-line-height-rule":
            is_exact = one.value.lower() == "exactly"
    return _Type(size, line, is_exact)


def _has_text(element: Any) -> bool:
    return bool((element.text or "").strip() or any((child.tail or "").strip() for child in element))


class _Log:
    """What was lost: once for each declaration, reason and tag, with where it was met first."""

    def __init__(self) -> None:
        self._found: dict[tuple[Loss, Action, str, bool], list[tuple[str, int]]] = {}

    def add(self, loss: Loss, element: Any, *, covered: bool = False) -> None:
        """Notes a loss in the markup; `covered` where nobody sees it."""
        action = Action.CHANGED if loss.became else Action.REMOVED
        place = (element_name(element), element.sourceline or 0)
        self._found.setdefault((loss, action, element.tag, covered), []).append(place)

    def rule(self, loss: Loss, selector: str, line: int) -> None:
        """Notes a loss in a style sheet."""
        action = Action.CHANGED if loss.became else Action.REMOVED
        self._found.setdefault((loss, action, selector, False), []).append((selector, line))

    def note(self, what: str, element: Any, reason: str) -> None:
        """Notes what is not simulated."""
        loss = Loss(
            "word-hidden-tables", what, reason, link="https://www.caniemail.com/features/css-display-none/"
        )
        place = (element_name(element), element.sourceline or 0)
        self._found.setdefault((loss, Action.NOTED, element.tag, False), []).append(place)

    def removals(self) -> Iterator[Removal]:
        """One for each, in order of appearance."""
        for (loss, action, _, covered), places in self._found.items():
            element, line = places[0]
            yield Removal(
                loss.feature,
                action,
                loss.what,
                element,
                line,
                loss.became,
                reason=loss.reason,
                link=loss.link,
                times=len(places),
                covered=covered,
            )

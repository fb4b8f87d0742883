"""Which declarations Word reads, by the kind of element, and what it makes of their values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import tinycss2.color4

from producthead_mail.clients.declarations import Declaration, split

ARTICLE = "https://www.hteumeuleu.com/2020/outlook-rendering-engine/"
IMPORTANT_LINK = "https://github.com/hteumeuleu/email-bugs/issues/31"
TABLE_LINK = "https://www.caniemail.com/features/"
BORDER_LIMIT = 8.0
"""Pixels; a thicker border is drawn as this (caniemail, css-border)."""
BOLD_FROM = 600
"""caniemail, css-font-weight."""


class Kind(StrEnum):
    """Elements as Word tells them apart."""

    TEXT = "text"
    """body, span and what else is within a line."""
    PARAGRAPH = "paragraph"
    IMAGE = "image"
    TABLE = "table"
    CELL = "cell"
    LIST = "list"
    OTHER = "other"


TAGS: dict[Kind, tuple[str, ...]] = {
    Kind.TEXT: (
        *("html", "body", "span", "a", "abbr", "acronym", "b", "big", "cite", "code", "del", "dfn", "em"),
        *("font", "i", "ins", "kbd", "label", "q", "s", "samp", "small", "strike", "strong", "sub", "sup"),
        *("tt", "u", "var"),
    ),
    Kind.PARAGRAPH: (
        *("div", "p", "article", "aside", "figure", "footer", "header", "main", "nav", "section"),
    ),
    Kind.IMAGE: ("img",),
    Kind.TABLE: ("table",),
    Kind.CELL: ("td", "th"),
    Kind.LIST: ("ul", "ol"),
}
"""The rest is `Kind.OTHER`."""
_KIND_OF = {tag: kind for kind, tags in TAGS.items() for tag in tags}
_NATURAL_DISPLAY = {
    Kind.TEXT: "inline",
    Kind.PARAGRAPH: "block",
    Kind.IMAGE: "inline",
    Kind.TABLE: "table",
    Kind.CELL: "table-cell",
    Kind.LIST: "block",
    Kind.OTHER: "block",
}

CORE = frozenset(
    (
        *("background", "background-color", "border", "border-collapse", "border-color", "border-style"),
        *(
            "border-width",
            "color",
            "cursor",
            "direction",
            "display",
            "font",
            "font-family",
            "font-size",
            "font-style",
        ),
        *(
            "font-variant",
            "font-weight",
            "letter-spacing",
            "line-height",
            "list-style",
            "list-style-type",
            "mso-line-height-rule",
        ),
        *("page-break-after", "page-break-before", "page-break-inside", "text-align", "text-decoration"),
        *("text-justify", "text-transform", "unicode-bidi", "vertical-align", "word-break"),
    )
)
"""Read on every element; of `cursor` that is unknown. White-space, which Microsoft lists here, is not
(caniemail, css-white-space)."""
EXTENDED = frozenset(("text-indent", "margin", "margin-top", "margin-right", "margin-bottom", "margin-left"))
"""Read on blocks."""
_BORDER_SIDE = re.compile(r"border-(?:top|right|bottom|left)(?:-(?:color|style|width))?")
_PADDING = re.compile(r"padding(?:-(?:top|right|bottom|left))?")
_ALTERNATIVE = re.compile(
    r"mso-((?:padding|border|margin)(?:-(?:top|right|bottom|left))?|line-height|color)-alt"
)
_SIDES = ("top", "right", "bottom", "left")
_QUIET = re.compile(
    r"-|mso-(?!line-height-rule$)|v-|color-scheme$|supported-color-schemes$|outline|background-(?!color$|image$)"
)
"""What Word doesn't read either, but nobody would miss in it; or what is read elsewhere."""
_IDLE = re.compile("none|normal|auto|initial|inherit|unset|visible|static")
_IDLE_ZERO = re.compile(r"padding|margin|border|text-indent|min-")
"""Properties, by their beginning, whose zero is nothing."""
_ZERO = re.compile(r"0(?:px|pt|em|%)?(?: 0(?:px|pt|em|%)?)*")
_LENGTH = re.compile(r"(-?[\d.]+)(px|pt|in|cm|mm)?")
_PIXELS = {"px": 1.0, "": 1.0, "pt": 4 / 3, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4}
_WORDS = re.compile(r"[^\s(]*\((?:[^()]|\([^()]*\))*\)|[^\s]+")


@dataclass(frozen=True, slots=True)
class Loss:
    """A declaration that Word drops, or reads as another."""

    feature: str
    what: str
    reason: str
    became: str = ""
    link: str = ARTICLE


def kind_of(tag: str) -> Kind:
    """The kind of an element."""
    return _KIND_OF.get(tag, Kind.OTHER)


@lru_cache(maxsize=4096)
def read(css: str, kind: Kind, *, is_inline: bool) -> tuple[str, tuple[Loss, ...]]:
    """Declarations as Word reads them on an element of this kind, and what was lost."""
    losses: list[Loss] = []
    kept: list[str] = []
    for declaration in _with_alternatives(split(css), kind, losses):
        for name, value in _kept(declaration, kind, is_inline, losses):
            kept.append(f"{name}:{value}{declaration.important and ' !important'}")
    return ";".join(kept), tuple(losses)


@lru_cache(maxsize=4096)
def pixels(value: str) -> float | None:
    """A length in pixels; None for a share, and for what depends on the type or the window."""
    found = _LENGTH.fullmatch(value.strip().lower())
    return float(found[1]) * _PIXELS[found[2] or ""] if found and found[1].count(".") < 2 else None


def sides(value: str) -> tuple[str, str, str, str] | None:
    """Top, right, bottom and left of a shorthand; None where it has no one to four values."""
    match value.split():
        case [one]:
            return one, one, one, one
        case [vertical, horizontal]:
            return vertical, horizontal, vertical, horizontal
        case [top, horizontal, bottom]:
            return top, horizontal, bottom, horizontal
        case [top, right, bottom, left]:
            return top, right, bottom, left
    return None


def _with_alternatives(
    declarations: tuple[Declaration, ...], kind: Kind, losses: list[Loss]
) -> Iterator[Declaration]:
    """The declarations with Word's own in place of those they stand for, whatever their order."""
    own = {found[1]: one for one in declarations if (found := _ALTERNATIVE.fullmatch(one.name))}
    for declaration in declarations:
        if not declaration.name or any(_covers(name, declaration.name) for name in own):
            continue
        yield declaration
    for name, declaration in own.items():
        if _is_read(name, kind):
            became = Declaration("", 0, name, declaration.value, declaration.important)
            losses.append(Loss("word-mso", str(declaration), "Word prefers its own property", str(became)))
            yield became


def _covers(shorthand: str, name: str) -> bool:
    return name == shorthand or name.startswith(f"{shorthand}-") or f"mso-{shorthand}-alt" == name


def _is_read(name: str, kind: Kind) -> bool:
    """Whether Word reads the property on such an element, whatever its value."""
    if name in CORE:
        return True
    if name in EXTENDED:
        return kind not in {Kind.TEXT, Kind.IMAGE}
    if _PADDING.fullmatch(name):
        return kind is Kind.CELL
    if name == "max-width":
        return kind is Kind.TABLE
    if name == "width":
        return kind in {Kind.TABLE, Kind.CELL, Kind.LIST, Kind.OTHER}
    if name == "height" or _BORDER_SIDE.fullmatch(name):
        return kind not in {Kind.TEXT, Kind.PARAGRAPH}
    return False


def _kept(
    declaration: Declaration, kind: Kind, is_inline: bool, losses: list[Loss]
) -> Iterator[tuple[str, str]]:
    name, value = declaration.name, declaration.value
    if name == "mso-hide" and value.lower() == "all":
        losses.append(Loss("word-mso", str(declaration), "Word's own property", "display: none"))
        yield "display", "none"
        return
    if _QUIET.match(name) or not value:
        return
    if loss := _not_important(declaration, is_inline) or _not_read(declaration, kind):
        losses.extend([] if _is_idle(name, value, kind) else [loss])
        return
    result = _as_read(declaration, kind)
    if isinstance(result, Loss):
        losses.extend([] if _is_idle(name, value, kind) else [result])
        return
    pairs, loss = result
    losses.extend([loss] if loss else [])
    yield from pairs


def _is_idle(name: str, value: str, kind: Kind) -> bool:
    """Whether nobody sees that the declaration is gone."""
    value = value.lower()
    if name == "display":
        return value == _NATURAL_DISPLAY[kind]
    if name == "width" and kind is Kind.PARAGRAPH:
        return value in {"100%", "auto"}
    if name.startswith("padding") and kind is Kind.LIST:
        return False
    return bool(_IDLE.fullmatch(value) or (_IDLE_ZERO.match(name) and _ZERO.fullmatch(value)))


def _not_important(declaration: Declaration, is_inline: bool) -> Loss | None:
    if not declaration.important:
        return None
    if is_inline:
        reason = "ignored in a style attribute where it is !important"
        return Loss("word-important", str(declaration), reason, link=IMPORTANT_LINK)
    if not declaration.important[0].isspace():
        reason = "ignored where no space stands before !important"
        return Loss("word-important", str(declaration), reason, link=f"{TABLE_LINK}css-important/")
    return None


def _not_read(declaration: Declaration, kind: Kind) -> Loss | None:
    name = declaration.name
    if _is_read(name, kind):
        return None
    if _PADDING.fullmatch(name):
        return Loss("word-padding", str(declaration), "only table cells have padding")
    if name == "max-width":
        return Loss("word-max-width", str(declaration), "only tables have one")
    if name == "width" and kind is Kind.IMAGE:
        return Loss(
            "word-image-width",
            str(declaration),
            "pictures have the size of their width attribute, else their own",
        )
    if name in EXTENDED:
        return Loss("word-extended", str(declaration), "not read on body, pictures and what is within a line")
    if name in {"width", "height"} or _BORDER_SIDE.fullmatch(name):
        return Loss("word-full", str(declaration), "read on tables, cells, headings and lists only")
    return Loss("word-core", str(declaration), f"Word does not read {name}")


Result = Loss | tuple[tuple[tuple[str, str], ...], Loss | None]
"""What is lost whole; or what is left, with what was lost of it."""


def _as_read(declaration: Declaration, kind: Kind) -> Result:
    name, value = declaration.name, declaration.value
    if name == "display":
        return _display(declaration, kind)
    if name in {"background", "background-color"}:
        return _background(declaration)
    if name.startswith("margin"):
        return _margin(declaration)
    if name == "font-weight":
        return _weight(declaration)
    if name.startswith("border"):
        return _border(declaration)
    if (name == "text-transform" and value.lower() == "lowercase") or (
        name == "text-decoration" and (" " in value or value.lower() == "overline")
    ):
        return Loss(
            f"word-{name}",
            str(declaration),
            "not among the values that Word knows",
            link=f"{TABLE_LINK}css-{name}/",
        )
    return ((name, value),), None


def _display(declaration: Declaration, kind: Kind) -> Result:
    if declaration.value.lower() != "none":
        return Loss("word-display", str(declaration), "only `none` is read", link=f"{TABLE_LINK}css-display/")
    if kind is Kind.IMAGE:
        return Loss(
            "word-display", str(declaration), "not read on pictures", link=f"{TABLE_LINK}css-display-none/"
        )
    return (("display", "none"),), None


def _background(declaration: Declaration) -> Result:
    """A lone colour: with a picture all is lost (mjml#502), so MJML's colours don't cover its VML."""
    if tinycss2.color4.parse_color(declaration.value) is not None:
        return (("background-color", declaration.value),), None
    return Loss("word-background", str(declaration), "read where it is one colour and nothing else")


def _margin(declaration: Declaration) -> Result:
    """A margin without the sides that are negative or automatic."""
    name, value = declaration.name, declaration.value.lower()
    values = sides(value) if name == "margin" else None
    names = tuple(f"margin-{side}" for side in _SIDES) if values else (name,)
    parts = tuple(zip(names, values or (value,), strict=True))
    kept = tuple((side, one) for side, one in parts if one != "auto" and not one.startswith("-"))
    if kept == parts:
        return ((name, declaration.value),), None
    is_auto = any(one == "auto" for _, one in parts)
    feature, reason = ("word-margin-auto", "no margin is automatic: align=center centres a table")
    if not is_auto:
        feature, reason = "word-margin-negative", "no margin is negative"
    return kept, Loss(feature, str(declaration), reason, "; ".join(": ".join(pair) for pair in kept))


def _weight(declaration: Declaration) -> Result:
    value = declaration.value
    if not value.isdecimal():
        return ((declaration.name, value),), None
    weight = "bold" if int(value) >= BOLD_FROM else "normal"
    loss = Loss(
        "word-font-weight",
        str(declaration),
        "only normal and bold are drawn",
        f"font-weight: {weight}",
        f"{TABLE_LINK}css-font-weight/",
    )
    return (("font-weight", weight),), None if value in {"400", "700"} else loss


def _border(declaration: Declaration) -> Result:
    def drawn(word: str) -> str:
        width = pixels(word)
        return f"{BORDER_LIMIT:g}px" if width is not None and width > BORDER_LIMIT else word

    name, value = declaration.name, declaration.value
    shown = " ".join(map(drawn, _WORDS.findall(value)))
    if shown == value:
        return ((name, value),), None
    reason = f"no border is thicker than {BORDER_LIMIT:g} pixels"
    loss = Loss("word-border-width", str(declaration), reason, f"{name}: {shown}", f"{TABLE_LINK}css-border/")
    return ((name, shown),), loss

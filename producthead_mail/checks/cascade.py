"""The CSS cascade, as far as colour and size of type need it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

import cssselect
import lxml.etree
import tinycss2
import tinycss2.color3

from producthead_mail.checks.limits import PHONE_WIDTH

Colour = tuple[float, float, float, float]
"""Red, green, blue and alpha, from 0 to 1."""
Styles = dict[str, str]
Rank = tuple[bool, bool, tuple[int, int, int], int]
"""Important, inline, specificity, order."""
WHITE: Colour = (1.0, 1.0, 1.0, 1.0)
LINK_BLUE: Colour = (0.0, 0.0, 238 / 255, 1.0)
READ = {
    *("color", "background-color", "background-image", "font-size", "font-weight"),
    *("display", "visibility", "opacity", "max-height", "overflow"),
    *("text-decoration", "text-decoration-line", "border-bottom", "line-height", "min-height", "height"),
    *("padding-top", "padding-bottom"),
}
NEEDS = re.compile(r"\.([A-Za-z_][\w-]*)|\[\s*([A-Za-z][\w-]*)")
"""Classes and attributes without which a selector finds nothing."""
FONT = re.compile(r"(?<!\S)(?P<size>[\d.]+(?:px|pt|em|rem|%))(?:\s*/\s*(?P<line>[\d.]+[a-z%]*))?(?=\s)")
WEIGHT = re.compile(r"bold|bolder|lighter|[1-9]\d\d")
LENGTH = re.compile(r"([\d.]+)(px|pt|em|rem|%)?")
SCALE = {"px": 1.0, "": 1.0, "pt": 4 / 3, "rem": 16.0}
WIDTH = re.compile(r"\((min|max)-(?:device-)?width:(\d+)(?:px)?\)")
WIDTHS = re.compile(rf"(?:only)?(?:screen|all)?(?:(?:and)?{WIDTH.pattern})+")
"""A media query about widths alone, without its spaces."""
OUTLINE = re.compile(r"url\(|gradient\(", re.I)


class Parsed(Protocol):
    """A page of which styles are asked."""

    @property
    def tree(self) -> Any:
        """The document's root."""

    @property
    def elements(self) -> tuple[Any, ...]:
        """Every element in document order."""

    @property
    def sheets(self) -> tuple[tuple[Any, ...], ...]:
        """The parsed rules of every style element."""

    def tagged(self, *tags: str) -> tuple[Any, ...]:
        """The elements with one of these names."""


class Screen(Enum):
    """What a message is looked at on."""

    ANY = "any"
    """Light, of any width."""
    DARK = "dark"
    """The author's own dark mode."""
    PHONE = "phone"
    """Light and narrow."""


def styles(page: Parsed, screen: Screen) -> dict[Any, Styles]:
    """What the sheets and the style attributes give each element on one kind of screen."""
    ranked: dict[Any, dict[str, tuple[Rank, str]]] = {}
    known = _names(page)
    for order, (selector, declarations) in enumerate(_rules(page, screen)):
        for matched, specificity in _matches(page, selector, known):
            _give(ranked.setdefault(matched, {}), declarations, False, specificity, order)
    for element in page.elements:
        own = ranked.setdefault(element, {})
        if hint := element.get("bgcolor"):
            own.setdefault("background-color", ((False, False, (0, 0, 0), -1), hint))
        if inline := element.get("style"):
            _give(own, declared(inline), True, (0, 0, 0), 0)
    return {element: {name: value for name, (_, value) in own.items()} for element, own in ranked.items()}


def _give(
    own: dict[str, tuple[Rank, str]],
    declarations: tuple[tuple[str, str, bool], ...],
    inline: bool,
    specificity: tuple[int, int, int],
    order: int,
) -> None:
    for name, value, important in declarations:
        rank = (important, inline, specificity, order)
        if name not in own or rank >= own[name][0]:
            own[name] = (rank, value)


def has_dark(page: Parsed) -> bool:
    """Whether the message has a dark mode of its own."""
    medias = (node.get("media") or "" for node in page.tagged("style"))
    if any(_holds(media, Screen.DARK, otherwise=False) for media in medias):
        return True
    return any(is_dark(rule) for rules in page.sheets for rule in rules)


def is_dark(rule: Any) -> bool:
    """Whether the rule is a media block for dark mode."""
    return _is_media(rule) and _holds(tinycss2.serialize(rule.prelude), Screen.DARK, otherwise=False)


def _is_media(rule: Any) -> bool:
    return bool(rule.type == "at-rule" and rule.lower_at_keyword == "media" and rule.content)


def _rules(page: Parsed, screen: Screen) -> Iterator[tuple[str, tuple[tuple[str, str, bool], ...]]]:
    for node, rules in zip(page.tagged("style"), page.sheets, strict=True):
        if not _holds(node.get("media") or "", screen):
            continue
        for rule in rules:
            if rule.type == "qualified-rule":
                yield from _rule(rule)
            elif _is_media(rule) and _holds(tinycss2.serialize(rule.prelude), screen):
                for inner in tinycss2.parse_rule_list(rule.content, True, True):
                    if inner.type == "qualified-rule":
                        yield from _rule(inner)


def _holds(media: str, screen: Screen, *, otherwise: bool = True) -> bool:
    """Whether a media query holds: `otherwise` for any screen, more as it is a dark or narrow one."""
    queries = "".join(media.lower().split()).split(",")
    if otherwise and any(query in {"", "all", "screen"} for query in queries):
        return True
    if screen is Screen.DARK:
        return any("prefers-color-scheme:dark" in query for query in queries)
    return screen is Screen.PHONE and any(map(_holds_on_phone, queries))


def _holds_on_phone(query: str) -> bool:
    if not WIDTHS.fullmatch(query):
        return False
    return all(
        int(pixels) <= PHONE_WIDTH if edge == "min" else int(pixels) >= PHONE_WIDTH
        for edge, pixels in WIDTH.findall(query)
    )


def _rule(rule: Any) -> Iterator[tuple[str, tuple[tuple[str, str, bool], ...]]]:
    if declarations := declared(tinycss2.serialize(rule.content)):
        yield tinycss2.serialize(rule.prelude).strip(), declarations


@lru_cache(maxsize=1024)
def declared(css: str) -> tuple[tuple[str, str, bool], ...]:
    """(property, value, important) of the declarations read here, shorthands opened."""
    found: list[tuple[str, str, bool]] = []
    for part in re.split(r";(?![^(]*\))", css):
        name, _, value = part.partition(":")
        name, value = name.strip().lower(), value.strip()
        important = value.lower().endswith("!important")
        value = value[: -len("!important")].strip() if important else value
        if name == "background":
            found += [(longhand, text, important) for longhand, text in _background(value)]
        elif name == "font":
            found += [(longhand, text, important) for longhand, text in _font(value)]
        elif name == "padding":
            found += [(longhand, text, important) for longhand, text in _padding(value)]
        elif name in READ and not (name == "background-image" and value.lower() == "none"):
            found.append((name, value.lower(), important))
    return tuple(found)


def _font(value: str) -> Iterator[tuple[str, str]]:
    """Weight, size and line height of the shorthand; what it leaves out goes back to normal."""
    if found := FONT.search(value.lower()):
        before = value.lower()[: found.start()].split()
        yield "font-weight", next((word for word in before if WEIGHT.fullmatch(word)), "normal")
        yield "font-size", found["size"]
        yield "line-height", found["line"] or "normal"


def _padding(value: str) -> Iterator[tuple[str, str]]:
    sides = value.lower().split()
    if sides:
        yield "padding-top", sides[0]
        yield "padding-bottom", sides[2] if len(sides) > 2 else sides[0]


def _background(value: str) -> Iterator[tuple[str, str]]:
    if OUTLINE.search(value):
        yield "background-image", value
    parts = tinycss2.parse_component_value_list(value)
    colours = [tinycss2.serialize([part]) for part in parts if tinycss2.color3.parse_color(part) is not None]
    yield "background-color", colours[0].lower() if colours else "transparent"


class _Compiled(NamedTuple):
    xpath: Any
    specificity: tuple[int, int, int]
    needs: frozenset[str]


@lru_cache(maxsize=1024)
def _compiled(selector: str) -> tuple[_Compiled, ...]:
    """Each selector of a list; none where it is beyond a mail client's reach."""
    translator = cssselect.HTMLTranslator()
    try:
        return tuple(
            _Compiled(
                lxml.etree.XPath(translator.selector_to_xpath(one)),
                one.specificity(),
                _needs(one.canonical()),
            )
            for one in cssselect.parse(selector)
            if one.pseudo_element is None
        )
    except (cssselect.SelectorError, RecursionError):  # cssselect goes down a chain of thousands step by step
        return ()


def _needs(selector: str) -> frozenset[str]:
    if ":" in selector:  # :not(.a) does not need it
        return frozenset()
    return frozenset(f".{name}" if name else attribute.lower() for name, attribute in NEEDS.findall(selector))


def _names(page: Parsed) -> frozenset[str]:
    """Every class and attribute of the page."""
    names: set[str] = set()
    for element in page.elements:
        names.update(element.keys())
        names.update(f".{name}" for name in (element.get("class") or "").split())
    return frozenset(names)


def _matches(
    page: Parsed, selector: str, known: frozenset[str]
) -> Iterator[tuple[Any, tuple[int, int, int]]]:
    for one in _compiled(selector):
        if one.needs <= known:  # XPath scans the whole page: only for what can be there
            for element in one.xpath(page.tree):
                yield element, one.specificity


@lru_cache(maxsize=512)
def colour(value: str) -> Colour | None:
    """The colour a value names; None for `inherit` and what isn't a colour."""
    parsed = tinycss2.color3.parse_color(value) if value else None
    if parsed is None or isinstance(parsed, str):
        return None
    return (parsed.red, parsed.green, parsed.blue, parsed.alpha)


def background(value: str) -> Colour | None:
    """The colour behind; None where one sees through."""
    found = colour(value)
    return found if found is not None and found[3] > 0 else None


def over(top: Colour, under: Colour) -> Colour:
    """The opaque colour seen where `top` lies over the opaque `under`."""
    alpha = top[3]
    red, green, blue = (a * alpha + b * (1 - alpha) for a, b in zip(top[:3], under[:3], strict=True))
    return (red, green, blue, 1.0)


def pixels(value: str, parent: float) -> float:
    """A font size in pixels, given the parent's."""
    found = LENGTH.fullmatch(value)
    if found is None:
        return parent
    number, unit = float(found[1]), found[2] or ""
    if unit == "em":
        return number * parent
    return number * parent / 100 if unit == "%" else number * SCALE[unit]

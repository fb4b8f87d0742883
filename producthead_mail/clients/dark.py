"""Forced dark mode: what a client makes of the colours that a message gives for light."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import lxml.etree
import tinycss2.color4

from producthead_mail.clients.declarations import Declaration, split
from producthead_mail.clients.profile import Inversion
from producthead_mail.clients.removal import Action, Removal, element_name
from producthead_mail.clients.stylesheet import Kind, Piece, pieces

FEATURE = "forced-dark"
LINK = "https://github.com/microsoft/roosterjs/pull/553"
LINK_DEFAULTS = "https://www.hteumeuleu.com/2019/dealing-with-outlook-com-s-dark-mode/"
WHITE, BLACK = "#ffffff", "#000000"
NOT_MODELLED = {
    "pictures": "shown as they are, gradients and shadows too; no client is known to change them",
    "borders": "turned like text, but for Outlook.com, which leaves them; of others it is not documented",
    "links without a colour": "stay the default blue; which colour a client gives them is not documented",
    "custom properties": "stay: whether they colour text or a background is known only where they are used",
    "lab() and oklch()": "stay: no mail client is known to read them",
    "contrast against the background": "Outlook.com also raises it; the formula alone is applied",
}
"""What a forced dark mode does, or may do, beyond this module, with what is shown instead."""

# The formula and its constants are those of roosterjs-color-utils 1.1.0, Copyright (c) Microsoft
# Corporation, MIT licence; roosterjs took it from Outlook on the web. Gmail's formula is not published.
_BASE = 21.247
"""CIE lightness of #333333, the darkest background."""
_REFERENCE_WHITE = (95.047, 100.0, 108.883)
_LINEAR_BELOW = 0.008856

_BACKGROUNDS = {"background", "background-color"}
_LINES = re.compile(
    r"border(?:-(?:top|right|bottom|left))?(?:-color)?|outline(?:-color)?"
    r"|text-decoration(?:-color)?|column-rule(?:-color)?"
)
_COLOUR = re.compile(
    r"(?:(?:rgb|hsl)a?|hwb)\([^()]*\)"
    r"|(?P<other>/\*.*?(?:\*/|\Z)|[\w-]+\((?:[^()]|\([^()]*\))*\)|\"[^\"]*\"|'[^']*'|[\w-]*-[\w-]*|\d[\w.%]*)"
    r"|#[0-9a-f]{3,8}\b|\b[a-z]{3,}\b",
    re.I | re.S,
)
_DARK = re.compile(r"prefers-color-scheme\s*:\s*dark", re.I)
_FOR_DARK = re.compile(r"prefers-color-scheme\s*:\s*dark|\[\s*data-og[sa][cb]", re.I)
_BY_DEFAULT = "what the page has where the message gives no colour"
_ATTRIBUTES = {"bgcolor": True, "color": False, "bordercolor": False, "text": False, "link": False}
"""Attribute -> whether it colours a background."""


@dataclass(frozen=True, slots=True)
class _Way:
    """How a client goes about it."""

    inversion: Inversion
    outlook_com: bool
    """It reads colours of text and backgrounds only, and keeps them in attributes (`LINK_DEFAULTS`)."""

    def is_text(self, name: str) -> bool:
        """Whether the colours of a property are turned as those of text are."""
        return name == "color" or (not self.outlook_com and _LINES.fullmatch(name) is not None)


@dataclass(frozen=True, slots=True)
class _Change:
    """One colour that was turned."""

    is_background: bool
    old: str
    new: str


def darkened(colour: str) -> str:
    """The dark colour that Outlook on the web shows for a light one, both as `#rrggbb`.

    In CIE Lab L becomes (100 - L)(100 - 21.247)/100 + 21.247; a and b stay.
    """
    lightness, a, b = _lab(_channels(colour))
    lightness = (100 - lightness) * (100 - _BASE) / 100 + _BASE
    return "#" + "".join(f"{part:02x}" for part in _rgb(lightness, a, b))


def lightness(colour: str) -> float:
    """CIE lightness of a `#rrggbb`, from 0 to 100."""
    return _lab(_channels(colour))[0]


def invert(tree: Any, inversion: Inversion, *, outlook_com: bool = False) -> tuple[Removal, ...]:
    """Turns the colours of a parsed message in place; gives back one removal for each distinct colour.

    Read are style attributes, style sheets and the attributes of colour, but not the author's own dark
    styles. Where the message gives none, the page is white and text black, and both are turned.
    With `outlook_com` elements carry `data-ogsc` and its like, which authors' rules may name.
    """
    if inversion is Inversion.NONE:
        return ()
    way, log = _Way(inversion, outlook_com), _Log()
    for sheet in tree.iter("style"):
        _turn_sheet(sheet, way, log)
    for element in tree.iter(lxml.etree.Element):
        _turn_attributes(element, way, log)
        _turn_style(element, way, log)
    log.add(_turn_defaults(tree, way))
    return (*log.removals(), *_blue_links(tree))


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _lab(rgb: tuple[float, float, float]) -> tuple[float, float, float]:
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb)
    x = (r * 0.4124 + g * 0.3576 + b * 0.1805) * 100
    y = (r * 0.2126 + g * 0.7152 + b * 0.0722) * 100
    z = (r * 0.0193 + g * 0.1192 + b * 0.9505) * 100
    fx, fy, fz = (_root(part / white) for part, white in zip((x, y, z), _REFERENCE_WHITE, strict=True))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def _root(t: float) -> float:
    return t ** (1 / 3) if t > _LINEAR_BELOW else 7.787 * t + 16 / 116


def _rgb(lightness: float, a: float, b: float) -> tuple[int, int, int]:
    fy = (lightness + 16) / 116
    parts = (fy + a / 500, fy, fy - b / 200)
    x, y, z = (_cube(f) * white / 100 for f, white in zip(parts, _REFERENCE_WHITE, strict=True))
    red = x * 3.2406 + y * -1.5372 + z * -0.4986
    green = x * -0.9689 + y * 1.8758 + z * 0.0415
    blue = x * 0.0557 + y * -0.204 + z * 1.057
    return _eight_bits(red), _eight_bits(green), _eight_bits(blue)


def _cube(f: float) -> float:
    return f**3 if f**3 > _LINEAR_BELOW else (f - 16 / 116) / 7.787


def _eight_bits(c: float) -> int:
    c = 1.055 * c ** (1 / 2.4) - 0.055 if c > 0.0031308 else 12.92 * c
    return round(min(max(c, 0.0), 1.0) * 255)


@lru_cache(maxsize=4096)
def _turned(text: str, is_background: bool, inversion: Inversion) -> tuple[str, _Change | None]:
    """A colour as it is shown; with what changed, if it is a colour and is touched."""
    found = _opaque(text)
    if found is None:
        return text, None
    old, alpha = found
    is_light = lightness(old) >= 50
    if inversion is Inversion.PARTIAL and is_light is not is_background:
        return text, None
    new = darkened(old)
    change = _Change(is_background, old, new)
    if alpha == 1:
        return new, change
    red, green, blue = (int(new[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha:g})", change


def _opaque(text: str) -> tuple[str, float] | None:
    """A colour without its alpha, and the alpha; None for `inherit`, what one sees through, and the rest."""
    parsed = tinycss2.color4.parse_color(text)
    if parsed is None or isinstance(parsed, str) or parsed.alpha == 0:
        return None
    try:
        channels = parsed.to("srgb")[:3]
    except NotImplementedError:
        return None  # tinycss2 converts no lab() or oklch(): it stays as it is, as NOT_MODELLED tells
    return "#" + "".join(f"{round(min(max(part, 0), 1) * 255):02x}" for part in channels), parsed.alpha


@lru_cache(maxsize=4096)
def _turned_declarations(css: str, way: _Way) -> tuple[str, tuple[_Change, ...]]:
    """Declarations as they are shown, every character but the colours kept."""
    changes: list[_Change] = []

    def shown(declaration: Declaration) -> str:
        is_background = declaration.name in _BACKGROUNDS
        if not (is_background or way.is_text(declaration.name)):
            return declaration.text

        def colour(part: re.Match[str]) -> str:
            text, change = (
                (part[0], None) if part["other"] else _turned(part[0], is_background, way.inversion)
            )
            changes.extend([change] if change else [])
            return text

        return _COLOUR.sub(colour, declaration.text)

    return ";".join(map(shown, split(css))), tuple(changes)


def _turn_style(element: Any, way: _Way, log: _Log) -> None:
    style = element.get("style")
    if not style or ":" not in style:
        return
    shown, changes = _turned_declarations(style, way)
    if not changes:
        return
    element.set("style", shown)
    log.add(changes, element)
    for change in changes if way.outlook_com else ():
        element.set("data-ogsb" if change.is_background else "data-ogsc", change.old)


def _turn_attributes(element: Any, way: _Way, log: _Log) -> None:
    for name in _ATTRIBUTES.keys() & element.keys():
        if name == "bordercolor" and not way.is_text("border-color"):
            continue
        is_background = _ATTRIBUTES[name]
        shown, change = _turned(_legacy(element.get(name)), is_background, way.inversion)
        if change is None:
            continue
        element.set(name, shown)
        log.add((change,), element)
        if way.outlook_com:
            element.set("data-ogab" if is_background else "data-ogac", change.old)


def _legacy(value: str) -> str:
    """A colour of an attribute as CSS writes it: the hash may be left out."""
    value = value.strip()
    return f"#{value}" if re.fullmatch("[0-9a-fA-F]{6}", value) else value


def _turn_sheet(sheet: Any, way: _Way, log: _Log) -> None:
    if _DARK.search(sheet.get("media") or ""):
        return
    changes: list[_Change] = []
    css = _turned_pieces(pieces(sheet.text or ""), way, changes)
    if changes:
        sheet.text = css
        log.add(changes, sheet)


def _turned_pieces(found: Iterable[Piece], way: _Way, changes: list[_Change]) -> str:
    return "".join(_turned_piece(piece, way, changes) for piece in found)


def _turned_piece(piece: Piece, way: _Way, changes: list[_Change]) -> str:
    """One rule as it is shown; the author's own dark styles stay."""
    if piece.kind is Kind.BLANK:  # in a rule with rules nested in it, declarations
        text, turned = _turned_declarations(piece.text, way)
        changes += turned
        return text
    if piece.content is None or _FOR_DARK.search(piece.prelude):
        return piece.text
    if piece.rules is None:
        content, turned = _turned_declarations(piece.content, way)
        changes += turned
    else:
        content = _turned_pieces(piece.rules, way, changes)
    start = piece.inner - piece.at
    return piece.text[:start] + content + piece.text[start + len(piece.content) :]


def _turn_defaults(tree: Any, way: _Way) -> tuple[_Change, ...]:
    """Colours the page and its text where the message doesn't; by a rule that any of the message's beats."""
    body, head = tree.find("body"), tree.find("head")
    if body is None or head is None:
        return ()
    if way.outlook_com:
        for name in ("data-ogsc", "data-ogsb"):
            body.set(name, body.get(name, ""))
    declarations: list[str] = []
    changes: list[_Change] = []
    for given, name, old in (("bgcolor", "background-color", WHITE), ("text", "color", BLACK)):
        shown, change = _turned(old, name == "background-color", way.inversion)
        # Any rule would beat the attribute, so there must be none beside it.
        if change and given not in body.attrib:
            declarations.append(f"{name}:{shown}")
            changes.append(change)
    rule = head.makeelement("style")
    rule.text = f":where(body){{{';'.join(declarations)}}}"
    head.insert(0, rule)
    return tuple(changes)


def _blue_links(tree: Any) -> Iterator[Removal]:
    """A note where links have no colour of their own in the markup."""
    links = [link for link in tree.iter("a") if link.get("href") and not _has_colour(link)]
    if links:
        yield Removal(
            FEATURE,
            Action.NOTED,
            "links without a colour",
            element_name(links[0]),
            links[0].sourceline or 0,
            reason=f"unless a style sheet colours them, they {NOT_MODELLED['links without a colour']}",
            link=LINK_DEFAULTS,
            times=len(links),
        )


def _has_colour(link: Any) -> bool:
    """Whether the link or everything in it says its colour."""
    style = link.get("style") or ""
    if any(one.name == "color" for one in split(style)):
        return True
    return not (link.text or "").strip() and all(
        _has_colour(part) for part in link.iterchildren("font", "span")
    )


class _Log:
    """Each distinct colour that was turned, with where it was met first."""

    def __init__(self) -> None:
        self._found: dict[_Change, list[Any]] = {}

    def add(self, changes: Iterable[_Change], element: Any = None) -> None:
        """Notes the changes of one element or sheet; of the client's own colours without one."""
        for change in changes:
            self._found.setdefault(change, []).append(element)

    def removals(self) -> Iterator[Removal]:
        """One for each, in order of appearance."""
        for change, elements in self._found.items():
            first = elements[0]
            kind = "background" if change.is_background else "text or border"
            yield Removal(
                FEATURE,
                Action.CHANGED,
                f"{kind} {change.old}",
                "" if first is None else element_name(first),
                0 if first is None else first.sourceline or 0,
                change.new,
                reason="turned by the formula of Outlook on the web" if first is not None else _BY_DEFAULT,
                link=LINK if first is not None else LINK_DEFAULTS,
                times=len(elements),
            )

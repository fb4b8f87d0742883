"""Rules about what the eye reads: contrast in light and in authored dark mode, and the size of type."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from producthead_mail.checks.cascade import (
    LINK_BLUE,
    WHITE,
    Colour,
    Styles,
    background,
    colour,
    has_dark,
    over,
    pixels,
    styles,
)
from producthead_mail.checks.finding import Severity
from producthead_mail.checks.page import Hit, Page, short

LEAST = 4.5
LEAST_LARGE = 3.0
SIZE_ERROR = 9.0
SIZE_WARNING = 12.0
SIZE_RUNNING = 14.0
"""Below this, text longer than a label is tiring."""
LABEL_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Look:
    """How one element's own text appears."""

    colour: Colour = (0.0, 0.0, 0.0, 1.0)
    background: Colour | None = WHITE
    """None where a picture lies behind."""
    size: float = 16.0
    bold: bool = False
    hidden: bool = False


def contrast(page: Page) -> Iterator[Hit]:
    """A hit for each pair of colours that is hard to read, as most readers see it."""
    yield from _faint(page, dark=False)


def contrast_dark(page: Page) -> Iterator[Hit]:
    """The same under the layout's own dark mode; no hit where it has none."""
    if has_dark(page):
        yield from _faint(page, dark=True)


def font_size(page: Page) -> Iterator[Hit]:
    """A hit for each size of type that is too small to read."""
    looks = _looks(page, dark=False)
    seen: set[float] = set()
    for element, text in page.texts:
        look = looks[element]
        if look.hidden or look.size in seen or not text.strip():
            continue
        running = len(" ".join(text.split())) > LABEL_LENGTH
        if look.size >= (SIZE_RUNNING if running else SIZE_WARNING):
            continue
        seen.add(look.size)
        severity = Severity.ERROR if look.size < SIZE_ERROR else Severity.WARNING
        yield Hit(
            f"“{short(text, 40)}” is set in {look.size:g} px",
            "set it larger in the layout",
            needle=text,
            severity=severity,
        )


def ratio(one: Colour, other: Colour) -> float:
    """The WCAG contrast ratio of two opaque colours, from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Colour) -> float:
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _faint(page: Page, dark: bool) -> Iterator[Hit]:
    looks = _looks(page, dark)
    seen: set[tuple[Colour, Colour]] = set()
    for element, text in page.texts:
        look = looks[element]
        if look.hidden or look.background is None:
            continue
        pair = (look.colour, look.background)
        found, least = ratio(over(*pair), look.background), _least(look)
        if found >= least or pair in seen:
            continue
        seen.add(pair)
        yield Hit(
            f"“{short(text, 40)}” is {_hex(look.colour)} on {_hex(look.background)}: "
            f"contrast {found:.2f} of {least:g}" + (" in dark mode" if dark else ""),
            "darken or lighten one of the two in the layout",
            needle=text,
        )


def _least(look: Look) -> float:
    large = look.size >= 24 or (look.bold and look.size >= 18.66)
    return LEAST_LARGE if large else LEAST


def _hex(colour: Colour) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in colour[:3])


def _looks(page: Page, dark: bool) -> dict[Any, Look]:
    """How each element of the body looks, its parents first."""
    given = styles(page, dark)
    looks: dict[Any, Look] = {}
    for element in page.elements:
        looks[element] = _look(element, looks.get(element.getparent(), Look()), given.get(element, {}))
    return looks


def _look(element: Any, parent: Look, given: Styles) -> Look:
    size = pixels(given.get("font-size", ""), parent.size)
    weight = given.get("font-weight", "")
    strong = element.tag in {"b", "strong", "th", "h1", "h2", "h3", "h4", "h5", "h6"}
    look = replace(
        parent,
        size=size,
        bold=_is_bold(weight) if weight else strong or parent.bold,
        hidden=parent.hidden or size == 0 or _is_hidden(given),
    )
    return _coloured(element, look, given)


def _is_hidden(given: Styles) -> bool:
    if given.get("display") == "none" or given.get("visibility") == "hidden" or given.get("opacity") == "0":
        return True
    return given.get("max-height") in {"0", "0px"} and given.get("overflow") == "hidden"


def _is_bold(weight: str) -> bool:
    return weight in {"bold", "bolder"} or (weight.isdigit() and int(weight) >= 700)


def _coloured(element: Any, look: Look, given: Styles) -> Look:
    own = colour(given.get("color", ""))
    if own is None and element.tag == "a" and element.get("href") and "color" not in given:
        own = LINK_BLUE
    if "background-image" in given:
        return replace(look, colour=own or look.colour, background=None)
    behind = background(given.get("background-color", ""))
    if behind is None:
        return replace(look, colour=own or look.colour)
    under = look.background if look.background is not None else (None if behind[3] < 1 else WHITE)
    return replace(look, colour=own or look.colour, background=over(behind, under) if under else None)

"""How each element's own text appears: colour, what lies behind, size of type, hidden or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from producthead_mail.checks.cascade import (
    LINK_BLUE,
    WHITE,
    Colour,
    Parsed,
    Styles,
    background,
    colour,
    over,
    pixels,
)

BOLD_TAGS = {"b", "strong", "th", "h1", "h2", "h3", "h4", "h5", "h6"}


@dataclass(frozen=True, slots=True)
class Look:
    """How one element's own text appears."""

    colour: Colour = (0.0, 0.0, 0.0, 1.0)
    background: Colour | None = WHITE
    """None where a picture lies behind."""
    size: float = 16.0
    bold: bool = False
    gone: bool = False
    """Its box is hidden, and with it all in it."""

    @property
    def hidden(self) -> bool:
        """Whether its own text is not to be seen; what is in it may still set a size."""
        return self.gone or self.size == 0


PLAIN = Look()


def looks(page: Parsed, given: dict[Any, Styles]) -> dict[Any, Look]:
    """How each element looks under the styles it is given, its parents first."""
    found: dict[Any, Look] = {}
    for element in page.elements:
        found[element] = _look(element, found.get(element.getparent(), PLAIN), given.get(element, {}))
    return found


def _look(element: Any, parent: Look, given: Styles) -> Look:
    size = pixels(given.get("font-size", ""), parent.size)
    weight = given.get("font-weight", "")
    own = _own_colour(element, given) or parent.colour
    return Look(
        colour=own,
        background=_behind(parent.background, given),
        size=size,
        bold=_is_bold(weight) if weight else element.tag in BOLD_TAGS or parent.bold,
        gone=parent.gone or _is_hidden(given),
    )


def _is_hidden(given: Styles) -> bool:
    if given.get("display") == "none" or given.get("visibility") == "hidden" or given.get("opacity") == "0":
        return True
    return given.get("max-height") in {"0", "0px"} and given.get("overflow") == "hidden"


def _is_bold(weight: str) -> bool:
    return weight in {"bold", "bolder"} or (weight.isdigit() and int(weight) >= 700)


def _own_colour(element: Any, given: Styles) -> Colour | None:
    own = colour(given.get("color", ""))
    if own is None and element.tag == "a" and element.get("href") and "color" not in given:
        return LINK_BLUE
    return own


def _behind(under: Colour | None, given: Styles) -> Colour | None:
    if "background-image" in given:
        return None
    own = background(given.get("background-color", ""))
    if own is None:
        return under
    if under is None:
        return own if own[3] == 1 else None
    return over(own, under)

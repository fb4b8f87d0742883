"""Rules about what the eye reads: contrast in light and in authored dark mode, and the size of type."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from producthead_mail.checks import limits
from producthead_mail.checks.cascade import Colour, has_dark, over
from producthead_mail.checks.finding import Severity
from producthead_mail.checks.looks import Look
from producthead_mail.checks.page import Hit, Page

Faint = tuple[Look, str, float]
"""A look, text in it, its contrast."""


def contrast(page: Page) -> Iterator[Hit]:
    """A hit for each pair of colours that is hard to read, as most readers see it."""
    for look, text, found in faint(page, page.light):
        yield _hit(page, look, text, found, "")


def contrast_dark(page: Page) -> Iterator[Hit]:
    """The same under the layout's own dark mode, unless light has it too; no hit where there is none."""
    if not has_dark(page):
        return
    known = {(look.colour, look.background) for look, _, _ in faint(page, page.light)}
    for look, text, found in faint(page, page.dark):
        if (look.colour, look.background) not in known:
            yield _hit(page, look, text, found, " in dark mode")


def faint(page: Page, looks: dict[Any, Look]) -> Iterator[Faint]:
    """Each pair of colours once that has too little contrast."""
    seen: set[tuple[Colour, Colour]] = set()
    for element, text in page.texts:
        look = looks[element]
        if look.hidden or look.background is None:
            continue
        pair = (look.colour, look.background)
        if pair in seen or (found := shown_ratio(look)) >= least(look):
            continue
        seen.add(pair)
        yield look, text, found


def _hit(page: Page, look: Look, text: str, found: float, where: str) -> Hit:
    assert look.background is not None
    return Hit(
        f"“{page.shown(text)}” is {hexadecimal(look.colour)} on {hexadecimal(look.background)}: "
        f"contrast {found:.2f} of {least(look):g}{where}",
        "darken or lighten one of the two in the layout",
        needle=text,
        layout=page.rarest(hexadecimal(look.colour), hexadecimal(look.background)),
    )


def shown_ratio(look: Look) -> float:
    """The contrast ratio of a look; 21 where a picture lies behind."""
    if look.background is None:
        return 21.0
    return ratio(over(look.colour, look.background), look.background)


def font_size(page: Page) -> Iterator[Hit]:
    """A hit for each size of type that is too small to read."""
    seen: set[float] = set()
    for element, text in page.texts:
        look = page.light[element]
        if look.hidden or look.size in seen or not text.strip():
            continue
        running = len(" ".join(page.without_tokens(text).split())) > limits.LABEL_LENGTH
        if look.size >= (limits.SIZE_RUNNING if running else limits.SIZE_WARNING):
            continue
        seen.add(look.size)
        yield Hit(
            f"“{page.shown(text)}” is set in {look.size:g} px",
            "set it larger in the layout",
            needle=text,
            layout=(
                f"font-size: {look.size:g}px",
                f'font-size="{look.size:g}px"',
                f"font-size:{look.size:g}px",
            ),
            severity=Severity.ERROR if look.size < limits.SIZE_ERROR else Severity.WARNING,
        )


def ratio(one: Colour, other: Colour) -> float:
    """The WCAG contrast ratio of two opaque colours, from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Colour) -> float:
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def least(look: Look) -> float:
    """The contrast WCAG asks of a look."""
    large = look.size >= limits.LARGE_PIXELS or (look.bold and look.size >= limits.LARGE_BOLD_PIXELS)
    return limits.CONTRAST_LARGE if large else limits.CONTRAST


def hexadecimal(colour: Colour) -> str:
    """Such as `#23201d`; alpha is left out."""
    return "#" + "".join(f"{round(part * 255):02x}" for part in colour[:3])

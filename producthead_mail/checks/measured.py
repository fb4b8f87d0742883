"""Rules about what a browser measured; `browser` measures, these judge."""

from __future__ import annotations

import re
from collections.abc import Iterator

from producthead_mail.checks import limits
from producthead_mail.checks.browser import Target, Violation
from producthead_mail.checks.finding import Severity
from producthead_mail.checks.page import Hit, Page, short

TAG = re.compile(r"<[^>]*>")
GRAVE = {"serious", "critical"}


def tap_target_measured(page: Page, targets: tuple[Target, ...]) -> Iterator[Hit]:
    """A hit for each link too small for a finger at a phone's width."""
    for target in targets:
        if target.within and not target.box:  # WCAG 2.2, 2.5.8: the line height of a sentence decides
            continue
        if fault := _low(target) if target.box else _small(target, targets):
            yield Hit(
                f"“{page.shown(target.words)}” is {_size(target)} px at {limits.PHONE_WIDTH} px: {fault}",
                "give it more padding in the layout",
                needle=target.words,
            )


def _low(target: Target) -> str:
    return f"a finger needs {limits.TARGET}" if round(_height(target)) < limits.TARGET else ""


def _small(target: Target, targets: tuple[Target, ...]) -> str:
    """What is wrong with a link that is text alone: small, and too near to another."""
    if round(_height(target)) >= limits.TARGET_LEAST:
        return ""
    others = (one for one in targets if one is not target)
    near = next((one for one in others if _gap(target, one) < limits.TARGET_LEAST / 2), None)
    return f"under {limits.TARGET_LEAST}, and next to “{short(near.words, 40)}”" if near else ""


def _height(target: Target) -> float:
    return target.bottom - target.top


def _size(target: Target) -> str:
    return f"{target.right - target.left:.0f} × {_height(target):.0f}"


def _gap(one: Target, other: Target) -> float:
    """Pixels from the middle of one link to the nearest point of another."""
    x, y = (one.left + one.right) / 2, (one.top + one.bottom) / 2
    across = max(other.left - x, 0, x - other.right)
    down = max(other.top - y, 0, y - other.bottom)
    return float((across**2 + down**2) ** 0.5)


def axe(page: Page, violations: tuple[Violation, ...]) -> Iterator[Hit]:
    """A hit for each rule of axe-core that the mail breaks."""
    for one in violations:
        places = "1 place" if len(one.places) == 1 else f"{len(one.places)} places"
        words = next((text for place in one.places if (text := " ".join(TAG.sub(" ", place).split()))), "")
        such = f", such as “{page.shown(words)}”" if words else ""
        yield Hit(
            f"axe {one.rule} ({one.impact}), {places}: {one.help}{such}",
            f"see https://dequeuniversity.com/rules/axe/ under {one.rule}",
            needle=words,
            layout=("<mj-body",),
            severity=Severity.WARNING if one.impact in GRAVE else Severity.INFO,
        )

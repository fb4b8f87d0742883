"""The rule about contrast in the simulated clients: after what they drop, and in their dark modes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from producthead_mail.checks import limits
from producthead_mail.checks.contrast import Faint, faint, hexadecimal, least
from producthead_mail.checks.finding import Severity
from producthead_mail.checks.looks import Look
from producthead_mail.checks.page import Hit, Page
from producthead_mail.clients.dark import FEATURE as FORCED_DARK
from producthead_mail.clients.impact import Impact, impact
from producthead_mail.clients.profile import PROFILES, Inversion, Profile
from producthead_mail.clients.removal import Action, Removal
from producthead_mail.clients.simulate import simulate

COLOURING = re.compile(
    r"css-(?:background|color|opacity|variables|.*gradient).*|html-(?:background|bgcolor|font|style).*"
    r"|gmail-.*|word-.*background.*"
)
"""Features whose loss may leave text on another background than its author's."""


class _Shown(NamedTuple):
    profile: Profile
    html: str
    is_dark: bool


def contrast_clients(page: Page) -> Iterator[Hit]:
    """A hit for each pair of colours that a client makes hard to read, with the clients."""
    known = {_pair(one) for one in (*faint(page, page.light), *faint(page, page.dark))}
    seen: dict[tuple[str, str, float, bool], list[tuple[Profile, Faint]]] = {}
    for shown in _shows(page):
        for one in _faint(page, shown):
            look = one[0]
            if _pair(one) not in known and look.background is not None:
                pair = (hexadecimal(look.colour), hexadecimal(look.background))
                seen.setdefault((*pair, least(look), shown.is_dark), []).append((shown.profile, one))
    for (*_, is_dark), found in seen.items():
        yield _hit(page, found, is_dark=bool(is_dark))


def _shows(page: Page) -> Iterator[_Shown]:
    """The ways in which clients may show colours that the author has not seen beside each other."""
    for profile in PROFILES:
        simulated = page.simulated[profile.id]
        forces = profile.inversion is not Inversion.NONE
        if any(COLOURING.fullmatch(one.feature) and _is_noticed(one) for one in simulated.removals):
            bare = replace(profile, prefix="")
            html = simulate(page.message.html, bare).html if forces else simulated.html
            yield _Shown(profile, html, is_dark=False)
        if _is_dark(profile, simulated.removals):
            yield _Shown(profile, simulated.html, is_dark=True)


def _is_dark(profile: Profile, removals: tuple[Removal, ...]) -> bool:
    """Whether the client's dark mode shows other colours than the author's two palettes."""
    if profile.author_dark:
        return any(_is_noticed(one) for one in removals)
    return any(one.feature == FORCED_DARK and one.action is Action.CHANGED for one in removals)


def _is_noticed(removal: Removal) -> bool:
    return removal.action in {Action.REMOVED, Action.CHANGED} and impact(removal) > Impact.NONE


def _faint(page: Page, shown: _Shown) -> Iterator[Faint]:
    seen = Page(page.edition, page.publication, replace(page.message, html=shown.html))
    return faint(seen, seen.dark if shown.is_dark and shown.profile.author_dark else seen.light)


def _pair(one: Faint) -> tuple[object, object]:
    return one[0].colour, one[0].background


def _hit(page: Page, found: list[tuple[Profile, Faint]], *, is_dark: bool) -> Hit:
    profile, (look, text, ratio) = found[0]
    behind = hexadecimal(look.background) if look.background else ""
    clients = "; ".join(one.name for one, _ in found)
    where = f"in the dark mode of {clients}" if is_dark else f"in {clients}"
    return Hit(
        f"“{page.shown(text)}” becomes {hexadecimal(look.colour)} on {behind} {where}: "
        f"contrast {ratio:.2f} of {least(look):g}",
        "set the two colours further apart in the layout",
        needle=text,
        layout=page.rarest(*_originals(page, profile, look)) if is_dark else (),
        severity=Severity.WARNING if ratio < limits.CONTRAST_FORCED else Severity.INFO,
    )


def _originals(page: Page, profile: Profile, look: Look) -> tuple[str, ...]:
    """The colours that became these, as the layout has them."""
    turned = (one for one in page.simulated[profile.id].removals if one.feature == FORCED_DARK)
    was = {one.became: one.what.rpartition(" ")[2] for one in turned}
    behind = hexadecimal(look.background) if look.background else ""
    return tuple(was[colour] for colour in (hexadecimal(look.colour), behind) if colour in was)

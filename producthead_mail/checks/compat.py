"""Rules about the simulated clients: what each drops or changes, and contrast in its dark mode."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from producthead_mail.checks import limits
from producthead_mail.checks.contrast import Faint, faint, hexadecimal, least
from producthead_mail.checks.finding import Severity
from producthead_mail.checks.looks import Look
from producthead_mail.checks.page import Hit, Page
from producthead_mail.clients.dark import FEATURE as FORCED_DARK
from producthead_mail.clients.differences import Difference, InClient
from producthead_mail.clients.impact import Impact, impact
from producthead_mail.clients.profile import PROFILES, Profile
from producthead_mail.clients.removal import Action, Mark
from producthead_mail.clients.simulate import Simulated

URL = re.compile(r"https?://[^\s'\")<>]+")
NAMES = {one.id: one.name for one in PROFILES}
LOG = "see check --clients, or the log of each client in the studio"


def compat_unsupported(page: Page) -> Iterator[Hit]:
    """A hit for each thing that readers of a client miss; one for all that only lies or looks otherwise."""
    yield from _hits(page, Mark.NO, "not supported", Severity.WARNING)


def compat_partial(page: Page) -> Iterator[Hit]:
    """The same for what a client supports in part, where the restriction applies."""
    yield from _hits(page, Mark.PARTIAL, "supported in part", Severity.INFO)


def _hits(page: Page, mark: Mark, words: str, severity: Severity) -> Iterator[Hit]:
    found = [(one, clients) for one in page.differences if (clients := _with(one, mark))]
    for one, clients in found:
        if max(impact(each.removal) for each in clients) is Impact.CONTENT:
            first = clients[0].removal
            yield Hit(
                f"{one.what} is {words} in {names(clients)}"
                + (f": {first.reason}" if first.reason not in {"", words} else ""),
                f"do without, or give those clients something else; see {first.link}" if first.link else LOG,
                needle=one.what,
                layout=sought(one),
                severity=severity,
            )
    lesser = [one for one, clients in found if _lesser(clients)]
    if lesser:
        features = ", ".join(dict.fromkeys(one.feature for one in lesser))
        message = f"{words} in some client, which changes its look or layout there: {features}"
        yield Hit(message, LOG, layout=("<mjml",), severity=Severity.INFO)


def _with(one: Difference, mark: Mark) -> list[InClient]:
    return [each for each in one.clients if each.removal.mark is mark]


def _lesser(clients: list[InClient]) -> bool:
    return max(impact(each.removal) for each in clients) in {Impact.LOOK, Impact.LAYOUT}


def names(clients: list[InClient]) -> str:
    """The clients in words."""
    return "; ".join(NAMES[each.client] for each in clients)


def sought(one: Difference) -> tuple[str, ...]:
    """What to look for in the layout: an address, a declaration however it is spaced, or an attribute."""
    urls = URL.findall(one.what)
    name, colon, value = one.what.partition(": ")
    declared = (f"{name}:{value}", f'{name}="{value}"') if colon else ()
    return (*urls, one.what, *declared)


def contrast_clients(page: Page) -> Iterator[Hit]:
    """A hit for each pair of colours that a client's dark mode makes hard to read, with the clients."""
    known = {_pair(one) for one in (*faint(page, page.light), *faint(page, page.dark))}
    seen: dict[tuple[str, str, float], list[tuple[Profile, Faint]]] = {}
    for profile in PROFILES:
        simulated = page.simulated[profile.id]
        if not _is_dark(profile, simulated):
            continue
        dark = Page(page.edition, page.publication, replace(page.message, html=simulated.html))
        for one in faint(dark, dark.dark if profile.author_dark else dark.light):
            if _pair(one) not in known:
                look = one[0]
                assert look.background is not None
                key = (hexadecimal(look.colour), hexadecimal(look.background), least(look))
                seen.setdefault(key, []).append((profile, one))
    for each in seen.values():
        yield _faint_hit(page, each)


def _is_dark(profile: Profile, simulated: Simulated) -> bool:
    """Whether the client's dark mode shows other colours than the author's two palettes."""
    if profile.author_dark:
        changing = (Action.REMOVED, Action.CHANGED)
        return any(one.action in changing and impact(one) > Impact.NONE for one in simulated.removals)
    return any(one.feature == FORCED_DARK and one.action is Action.CHANGED for one in simulated.removals)


def _pair(one: Faint) -> tuple[object, object]:
    return one[0].colour, one[0].background


def _faint_hit(page: Page, found: list[tuple[Profile, Faint]]) -> Hit:
    profile, (look, text, ratio) = found[0]
    assert look.background is not None
    clients = "; ".join(one.name for one, _ in found)
    return Hit(
        f"“{page.shown(text)}” becomes {hexadecimal(look.colour)} on {hexadecimal(look.background)} in the "
        f"dark mode of {clients}: contrast {ratio:.2f} of {least(look):g}",
        "set the two colours further apart in the layout",
        needle=text,
        layout=page.rarest(*_originals(page.simulated[profile.id], look)),
        severity=Severity.WARNING if ratio < limits.CONTRAST_FORCED else Severity.INFO,
    )


def _originals(simulated: Simulated, look: Look) -> tuple[str, ...]:
    """The colours that became these, as the layout has them."""
    turned = (one for one in simulated.removals if one.feature == FORCED_DARK)
    was = {one.became: one.what.rpartition(" ")[2] for one in turned}
    behind = hexadecimal(look.background) if look.background else ""
    return tuple(was[colour] for colour in (hexadecimal(look.colour), behind) if colour in was)

"""Rules about what the simulated clients drop or change."""

from __future__ import annotations

import re
from collections.abc import Iterator

from producthead_mail.checks.finding import Severity
from producthead_mail.checks.page import Hit, Page
from producthead_mail.clients.differences import Difference, InClient
from producthead_mail.clients.impact import Impact, impact
from producthead_mail.clients.profile import PROFILES
from producthead_mail.clients.removal import Mark

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
    rest = (one for one in page.differences if not _is_picture(one))
    found = [(one, clients) for one in rest if (clients := _with(one, mark))]
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


def _is_picture(one: Difference) -> bool:
    """Whether it is the format of a picture, which img-format tells."""
    return one.feature.startswith("image-") and all(place.element.startswith("img") for place in one.places)


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

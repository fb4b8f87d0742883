"""What will differ in the simulated clients, where: as people and programs read it."""

from __future__ import annotations

from producthead_mail.checks.compat import names, sought
from producthead_mail.checks.page import Hit, Page
from producthead_mail.clients.differences import Difference
from producthead_mail.clients.impact import Impact
from producthead_mail.clients.profile import PROFILES
from producthead_mail.clients.support import load_support


def as_json(page: Page) -> dict[str, object]:
    """Every difference with its place in the sources, and where the data comes from."""
    support = load_support()
    return {
        "clients": [{"client": one.id, "name": one.name, "fidelity": one.fidelity.value} for one in PROFILES],
        "support": {
            "updated": support.updated.isoformat(),
            "source": support.source,
            "licence": support.licence,
        },
        "differences": [{**one.as_dict(), **_source(page, one)} for one in page.differences],
    }


def _source(page: Page, one: Difference) -> dict[str, object]:
    path, line, column = _place(page, one)
    return {"path": path, "line": line, "column": column}


def _place(page: Page, one: Difference) -> tuple[str, int, int]:
    return page.place(Hit("", "", needle=one.what, layout=sought(one)))


def lines(page: Page) -> list[str]:
    """A line for each difference that a reader may notice, the gravest first; the rest counted."""
    noticed = [one for one in page.differences if one.impact > Impact.NONE]
    rest = len(page.differences) - len(noticed)
    updated = load_support().updated
    last = f"{rest} more without effect or meant so; by tests of caniemail.com, as of {updated}"
    return [*(_line(page, one) for one in noticed), last]


def _line(page: Page, one: Difference) -> str:
    path, line, column = _place(page, one)
    place = ":".join([path, *(str(n) for n in (line, column) if n)])
    first = one.clients[0].removal
    count = sum(each.count for each in one.places)
    times = f" ({count} times)" if count > 1 else ""
    became = f", becomes {first.became}" if first.became else ""
    tested = f", tested {first.tested}" if first.tested else ""
    return (
        f"{place}: {one.impact.name.lower()} {one.feature}: {one.what}{times}{became} in "
        f"{names(list(one.clients))}: {first.reason or first.action.value}{tested}"
    )

"""What will differ, where: the differences of all clients as their tab shows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from producthead_mail.clients.differences import Difference, InClient, differences
from producthead_mail.clients.impact import Impact
from producthead_mail.clients.profile import PROFILES
from producthead_mail.clients.removal import Action
from producthead_mail.clients.support import Support, load_support
from producthead_mail.preview.client_log import MARKS, feature_name

HEADINGS = {
    Impact.CONTENT: "Something is missing, or shows that was hidden",
    Impact.LAYOUT: "Boxes move, or have another size",
    Impact.LOOK: "Colours, type and lines",
    Impact.MINOR: "Details, and what is not simulated",
    Impact.NONE: "Meant so, or without effect",
}
_NAMES = {one.id: one.name for one in PROFILES}


@dataclass(frozen=True, slots=True)
class Row:
    """All that is done to one feature, and that a reader notices alike."""

    feature: str
    differences: tuple[Difference, ...]

    @property
    def clients(self) -> tuple[str, ...]:
        """Names of all clients concerned, in the order of the profiles."""
        concerned = {one.client for difference in self.differences for one in difference.clients}
        return tuple(name for id_, name in _NAMES.items() if id_ in concerned)


@dataclass(frozen=True, slots=True)
class Section:
    """Differences that a reader notices alike."""

    impact: str
    heading: str
    rows: tuple[Row, ...]


def client_name(one: InClient) -> str:
    """The name of the client that a verdict is about."""
    return _NAMES[one.client]


def verdict(one: InClient) -> str:
    """Such as `removed`, or `partial` where nothing is simulated."""
    removal = one.removal
    if removal.action is Action.NOTED and removal.mark:
        return MARKS[removal.mark]
    return removal.action.value


def what_differs(html: str) -> tuple[Section, ...]:
    """The differences in sections, most noticeable first; empty sections are left out."""
    return _what_differs(html, load_support())


@lru_cache(maxsize=8)
def _what_differs(html: str, _support: Support) -> tuple[Section, ...]:
    return sections(differences(html))


def sections(found: Iterable[Difference]) -> tuple[Section, ...]:
    """The differences by how much a reader notices, one row for each feature."""
    rows = dict[Impact, dict[str, list[Difference]]]()
    for one in found:
        rows.setdefault(one.impact, {}).setdefault(one.feature, []).append(one)
    return tuple(
        Section(
            impact.name.lower(),
            heading,
            tuple(Row(feature_name(feature), tuple(all_)) for feature, all_ in rows[impact].items()),
        )
        for impact, heading in HEADINGS.items()
        if impact in rows
    )

"""What will differ, where: the removals of all clients, grouped by what they concern."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from producthead_mail.clients.impact import Impact, impact
from producthead_mail.clients.profile import PROFILES
from producthead_mail.clients.removal import Removal
from producthead_mail.clients.simulate import simulate


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is."""

    line: int
    """In the compiled HTML, from 1; of several the first. 0 where a line says nothing."""
    element: str
    count: int


@dataclass(frozen=True, slots=True)
class InClient:
    """What one client makes of it."""

    client: str
    """A profile's id."""
    removal: Removal


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that not every client shows as it was made."""

    feature: str
    what: str
    impact: Impact
    """The greatest in any client."""
    clients: tuple[InClient, ...]
    """In the order of the profiles."""
    places: tuple[Place, ...]
    """In the order of lines."""

    def as_dict(self) -> dict[str, object]:
        """The difference as `check --clients --json` shows it."""
        return {
            "feature": self.feature,
            "what": self.what,
            "impact": self.impact.name.lower(),
            "clients": [{"client": one.client, **one.removal.as_dict()} for one in self.clients],
            "places": [asdict(place) for place in self.places],
        }


def differences(html: str) -> tuple[Difference, ...]:
    """What will differ in the clients, in light mode; first what a reader notices most, in most clients."""
    return gathered({profile.id: simulate(html, profile).removals for profile in PROFILES})


def gathered(logs: Mapping[str, Iterable[Removal]]) -> tuple[Difference, ...]:
    """The same from the removal logs of clients, by a profile's id."""
    found: dict[tuple[str, str, bool], list[InClient]] = {}
    for client, removals in logs.items():
        for removal in removals:
            key = (removal.feature, removal.what, impact(removal) is Impact.NONE)
            found.setdefault(key, []).append(InClient(client, removal))
    return tuple(sorted((_difference(key, seen) for key, seen in found.items()), key=_order))


def _difference(key: tuple[str, str, bool], seen: list[InClient]) -> Difference:
    first: dict[str, InClient] = {}
    places: dict[tuple[int, str], int] = {}
    for one in seen:
        known = first.get(one.client)
        if known is None or impact(one.removal) > impact(known.removal):
            first[one.client] = one
        place = (one.removal.line, one.removal.element)
        places[place] = max(places.get(place, 0), one.removal.times)
    return Difference(
        key[0],
        key[1],
        max(impact(one.removal) for one in seen),
        tuple(first.values()),
        tuple(Place(line, element, count) for (line, element), count in sorted(places.items())),
    )


def _order(one: Difference) -> tuple[int, int, int, str, str]:
    line = one.places[0].line if one.places else 0
    return (-one.impact, -len(one.clients), line, one.feature, one.what)

"""The removal log of one client as its panel shows it: by reason, what a reader notices first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from producthead_mail.clients.impact import impact
from producthead_mail.clients.profile import Fidelity, Inversion, Profile
from producthead_mail.clients.removal import Action, Mark, Removal
from producthead_mail.clients.simulate import Simulated, simulate
from producthead_mail.clients.support import Support, load_support

MARKS = {
    Mark.YES: "supported",
    Mark.PARTIAL: "partial",
    Mark.NO: "not supported",
    Mark.UNKNOWN: "unknown",
}
TRUST = {
    Fidelity.DATA: ("by the table", "Every difference is a tested mark of the support table."),
    Fidelity.APPROXIMATE: (
        "approximate",
        "Its rendering engine is imitated by documented rules, beyond the support table.",
    ),
}
DARKENS = {
    Inversion.NONE: "leaves colours alone in dark mode",
    Inversion.PARTIAL: "darkens light backgrounds and lightens dark text in dark mode",
    Inversion.FULL: "inverts every colour in dark mode",
}
NOT_MODELLED = (
    "the client’s own fonts, spacing and page around the message",
    "how it decodes pictures",
    "which colours its dark mode picks out: the formula is Outlook.com’s, used for all",
)
WORD_NOT_MODELLED = "where Word puts VML and how it breaks lines and tables"


@dataclass(frozen=True, slots=True)
class Group:
    """One thing a client does, for one reason, in all its places."""

    feature: str
    """Its name, or ours."""
    first: Removal
    """Mark, version, test, note, reason and link are those of all."""
    removals: tuple[Removal, ...]

    @property
    def count(self) -> int:
        return sum(one.times for one in self.removals)

    @property
    def mark(self) -> str:
        return MARKS[self.first.mark] if self.first.mark else "rule"


@dataclass(frozen=True, slots=True)
class ClientLog:
    """What one client does to the message, and how far to trust it."""

    profile: Profile
    done: tuple[Group, ...]
    covered: tuple[Group, ...]
    """Nobody sees these."""
    noted: tuple[Group, ...]
    """Partial or unknown, and not simulated."""

    @property
    def trust(self) -> tuple[str, str]:
        """The fidelity badge and what it means."""
        return TRUST[self.profile.fidelity]

    @property
    def dark(self) -> str:
        own = "honours the author’s dark styles" if self.profile.author_dark else ""
        return own or DARKENS[self.profile.inversion]

    @property
    def not_modelled(self) -> tuple[str, ...]:
        return (*NOT_MODELLED, WORD_NOT_MODELLED) if self.profile.word else NOT_MODELLED

    @property
    def sections(self) -> tuple[tuple[str, str, tuple[Group, ...]], ...]:
        """Key, heading and groups, the empty ones left out."""
        all_ = (
            ("done", "Shown otherwise", self.done),
            ("covered", "Without effect here", self.covered),
            ("noted", "Partial or unknown, not simulated", self.noted),
        )
        return tuple(one for one in all_ if one[2])


def simulated(html: str, profile: Profile | None, dark: Inversion | None) -> Simulated:
    """The message in the client, the very message where there is none."""
    return _simulated(html, profile, dark, load_support()) if profile else Simulated(html, ())


@lru_cache(maxsize=64)
def _simulated(html: str, profile: Profile, dark: Inversion | None, _support: Support) -> Simulated:
    return simulate(html, profile, dark=dark)


def client_log(profile: Profile, removals: Iterable[Removal]) -> ClientLog:
    """The log, grouped."""
    parts: dict[str, list[Removal]] = {"done": [], "covered": [], "noted": []}
    for one in removals:
        parts["noted" if one.action is Action.NOTED else "covered" if one.covered else "done"].append(one)
    return ClientLog(profile, *(grouped(part) for part in parts.values()))


def grouped(removals: Iterable[Removal]) -> tuple[Group, ...]:
    """Removals with one reason together; first what a reader notices most."""
    found = dict[tuple[object, ...], list[Removal]]()
    for one in removals:
        reason = (one.feature, one.action, one.mark, one.version, one.note, one.reason)
        found.setdefault(reason, []).append(one)
    groups = [Group(feature_name(all_[0].feature), all_[0], tuple(all_)) for all_ in found.values()]
    return tuple(sorted(groups, key=lambda group: -max(map(impact, group.removals))))


def feature_name(feature: str) -> str:
    """As the support table calls it; a rule of ours in words, such as `Gmail style limit`."""
    known = load_support().features.get(feature)
    words = feature.replace("-", " ")
    return known.name if known else words[:1].upper() + words[1:]

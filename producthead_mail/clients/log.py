"""The removal log of one client, as it grows."""

from __future__ import annotations

from dataclasses import replace

from producthead_mail.clients.removal import Action, Removal
from producthead_mail.clients.support import Support
from producthead_mail.clients.verdict import Decision, Effect

LONG = 120
"""Longer declarations and addresses are cut in the log."""


class Log:
    """Removals, each once for the same thing on the same element, with how often."""

    def __init__(self, support: Support) -> None:
        self._support = support
        self._found: dict[tuple[object, ...], Removal] = {}
        self._times: dict[tuple[object, ...], int] = {}
        self.has_changes = False
        """Whether anything but a note is in it."""

    @property
    def removals(self) -> tuple[Removal, ...]:
        """In the order in which each was met first."""
        return tuple(
            one if one.times == self._times[key] else replace(one, times=self._times[key])
            for key, one in self._found.items()
        )

    def decided(
        self,
        decision: Decision,
        what: str,
        *,
        element: str = "",
        line: int = 0,
        became: str = "",
        wherever: bool = False,
        covered: bool = False,
    ) -> None:
        """Adds what a client does by the table."""
        cell = decision.cell
        feature = self._support.features.get(decision.slug)
        self.add(
            Removal(
                decision.slug,
                _action(decision),
                short(what),
                element,
                line,
                short(became),
                mark=cell.mark if cell else None,
                version=cell.version if cell else "",
                tested=cell.tested if cell else feature.tested if feature else "",
                note=decision.note,
                reason=decision.reason,
                link=feature.link if feature else decision.link,
                covered=covered,
            ),
            wherever=wherever or decision.outcome is Effect.SAY,
        )

    def add(self, removal: Removal, *, wherever: bool = False) -> None:
        """Adds a removal, or counts it where it is there; with `wherever`, also on another element."""
        self.has_changes |= removal.action is not Action.NOTED
        where = "" if wherever else removal.element
        key = (
            *(removal.feature, removal.action, removal.what, where),
            *(removal.became, removal.reason, removal.covered),
        )
        self._found.setdefault(key, removal)
        self._times[key] = self._times.get(key, 0) + removal.times


def _action(decision: Decision) -> Action:
    if not isinstance(decision.outcome, Effect):
        return Action.CHANGED
    return Action.NOTED if decision.outcome is Effect.SAY else Action.REMOVED


def short(text: str) -> str:
    """The text in one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= LONG else f"{line[: LONG - 1]}…"

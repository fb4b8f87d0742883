"""What a client does about a feature where it is seen: its mark, and the notes to the mark as predicates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Generic, TypeVar

from producthead_mail.clients.profile import Profile
from producthead_mail.clients.removal import Mark
from producthead_mail.clients.support import Cell, Support

S = TypeVar("S")
"""What is looked at: a declaration, a selector, an at-rule, an element or an attribute."""


class Effect(IntEnum):
    """What happens to it; of several the greatest."""

    KEEP = 0
    """Nothing, and nothing to say."""
    SAY = 1
    """Nothing that a page could show, or nothing that is known well enough to show it."""
    DROP = 3
    EMPTY = 4
    """It takes the whole style attribute or style sheet with it."""


@dataclass(frozen=True, slots=True)
class Written:
    """What it becomes: a value, a selector, a media query or an element's name."""

    text: str
    name: str = ""
    """The property's new name, where that changes."""


@dataclass(frozen=True, slots=True)
class Without:
    """An element that loses attributes."""

    names: tuple[str, ...]


Outcome = Effect | Written | Without


@dataclass(frozen=True, slots=True)
class Note(Generic[S]):
    """One of caniemail's notes, as a predicate."""

    reason: str
    """In our words."""
    rule: Callable[[S], Outcome | None]
    """What it does to what is seen; None where it doesn't concern it."""
    is_said: bool = False
    """It has words only: nothing that a page could show follows from it."""


Notes = Mapping[tuple[str, int], Note[S]]
"""(slug, number of the note) -> the note; number 0: what `n` means where that is not dropping."""


class Account(StrEnum):
    """Notes that depend on whose account is read."""

    NOT_FOREIGN = "not with another provider's account"
    ONLY_FOREIGN = "only with another provider's account"
    NOT_MICROSOFT = "not with a Microsoft account, which is not the one simulated"


@dataclass(frozen=True, slots=True)
class Decision:
    """What a client does about one feature in one place, and why."""

    slug: str
    outcome: Outcome
    cell: Cell | None
    note: int | None
    reason: str
    link: str = ""
    """The evidence of a rule beyond the table; that of a feature is its page."""

    @property
    def strength(self) -> float:
        """By this the strongest of several is found: a change lies between saying and dropping."""
        return float(self.outcome) if isinstance(self.outcome, Effect) else 2.0


UNTESTED = "never tested in this client: not simulated"
UNKNOWN = "the test came to no result: not simulated"
PARTIAL = "partial, not simulated"


class Client:
    """One client by the table: what it does about each feature, wherever that is seen."""

    def __init__(
        self, profile: Profile, support: Support, accounts: Mapping[tuple[str, int], Account]
    ) -> None:
        self.profile = profile
        self.support = support
        self._accounts = accounts
        self._cells: dict[str, Cell | None] = {}

    def cell(self, slug: str) -> Cell | None:
        """The newest mark of a feature; None where it was never tested."""
        if slug not in self._cells:
            self._cells[slug] = self.support.cell(slug, self.profile.platform)
        return self._cells[slug]

    def is_quiet(self, slug: str) -> bool:
        """Whether the feature is supported wherever it is seen: no note could say otherwise."""
        cell = self.cell(slug)
        return cell is not None and cell.mark is Mark.YES and not cell.notes

    def decide(self, slug: str, seen: S, notes: Notes[S]) -> Decision | None:
        """What the client does about a feature; None where it supports what is seen."""
        cell = self.cell(slug)
        if cell is None or cell.mark is Mark.UNKNOWN:
            return Decision(slug, Effect.SAY, cell, None, UNTESTED if cell is None else UNKNOWN)
        found = [one for number in cell.notes if (one := self._by_note(slug, number, seen, notes, cell))]
        strongest = max(found, key=lambda one: one.strength, default=None)
        if strongest is None and cell.mark is Mark.NO:
            strongest = _unsupported(slug, seen, notes, cell)
        if strongest is None and cell.mark is Mark.PARTIAL and not cell.notes:
            return Decision(slug, Effect.SAY, cell, None, PARTIAL)
        return None if strongest is None or strongest.outcome is Effect.KEEP else strongest

    def decisions(self, slugs: Iterable[str], seen: S, notes: Notes[S]) -> list[Decision]:
        """What it does about several features of one thing; of those that change it only the strongest."""
        found = [one for slug in slugs if not self.is_quiet(slug) and (one := self.decide(slug, seen, notes))]
        changing = [one for one in found if one.strength > Effect.SAY]
        if not changing:
            return found
        # Of equals the plain no is the better reason.
        return [
            max(changing, key=lambda one: (one.strength, one.cell is not None and one.cell.mark is Mark.NO))
        ]

    def _by_note(self, slug: str, number: int, seen: S, notes: Notes[S], cell: Cell) -> Decision | None:
        if account := self._accounts.get((slug, number)):
            is_own = self.profile.own_account
            applies = account is (Account.ONLY_FOREIGN if is_own else Account.NOT_FOREIGN)
            return Decision(slug, Effect.DROP, cell, number, account.value) if applies else None
        note = notes.get((slug, number))
        if note is None:
            is_partial = cell.mark is Mark.PARTIAL
            return Decision(slug, Effect.SAY, cell, number, PARTIAL) if is_partial else None
        outcome = note.rule(seen)
        return None if outcome is None else Decision(slug, outcome, cell, number, note.reason)


def _unsupported(slug: str, seen: S, notes: Notes[S], cell: Cell) -> Decision:
    own = notes.get((slug, 0))
    outcome = own.rule(seen) if own else None
    if own is None or outcome is None:
        return Decision(slug, Effect.DROP, cell, None, "not supported")
    return Decision(slug, outcome, cell, None, own.reason)


def always(outcome: Outcome) -> Callable[[object], Outcome]:
    """A rule that holds wherever the feature is seen."""
    return lambda _: outcome

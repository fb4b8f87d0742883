"""The states of a batch, the moves between them, and what an account of batches comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import IntEnum, StrEnum


class State(IntEnum):
    """Where a batch stands; the numbers are what the ledger stores."""

    PLANNED = 0
    CLAIMED = 1
    """A process has taken it; nothing has left."""
    IN_FLIGHT = 2
    """Committed before the first byte leaves: from here on it may have been sent."""
    ACCEPTED = 3
    REJECTED = 4
    IN_DOUBT = 5
    """It may or may not have been sent."""
    VOID = 6
    """Replaced: its recipients stand in other batches, or in exceptions."""
    ABANDONED = 7
    CANCELLED = 8


MOVES: Mapping[State, frozenset[State]] = {
    State.PLANNED: frozenset({State.CLAIMED, State.CANCELLED}),
    State.CLAIMED: frozenset({State.IN_FLIGHT, State.PLANNED}),
    State.IN_FLIGHT: frozenset({State.ACCEPTED, State.REJECTED, State.IN_DOUBT, State.PLANNED, State.VOID}),
    # Only while it waits for its hour: cancelled with its group, or replaced after that.
    State.ACCEPTED: frozenset({State.CANCELLED, State.VOID}),
    State.REJECTED: frozenset(),
    # Back to planned only by the late answer of the same attempt; anything else is void and planned anew.
    State.IN_DOUBT: frozenset(
        {State.ACCEPTED, State.REJECTED, State.PLANNED, State.VOID, State.ABANDONED, State.CANCELLED}
    ),
    State.VOID: frozenset(),
    State.ABANDONED: frozenset(),
    State.CANCELLED: frozenset(),
}
"""State -> states it may move to; in_flight never becomes planned by time, only by an answer."""

UNFINISHED = (State.PLANNED, State.CLAIMED, State.IN_FLIGHT, State.IN_DOUBT)


class EditionState(StrEnum):
    """Where an edition stands, in one word."""

    NEW = "new"
    PLANNED = "planned"
    SENDING = "sending"
    SCHEDULED = "scheduled"
    SETTLED = "settled"
    ATTENTION = "attention"
    CANCELLED = "cancelled"


class Exclusion(StrEnum):
    """Why a selected row has no place in a batch."""

    SUPPRESSED = "suppressed"
    INVALID = "invalid"
    DUPLICATE = "duplicate"


class How(StrEnum):
    """What a person can say about a batch in doubt."""

    ACCEPTED = "accepted"
    """It was sent."""
    RESEND = "resend"
    """It was not sent, or may go twice."""
    ABANDON = "abandon"
    """It is not to be sent, whether or not it was."""


@dataclass(frozen=True, slots=True)
class Recipients:
    """How many recipients stand where; `selected` is counted apart, so that the sum can be checked."""

    selected: int = 0
    suppressed: int = 0
    invalid: int = 0
    duplicate: int = 0
    planned: int = 0
    in_flight: int = 0
    accepted: int = 0
    rejected: int = 0
    in_doubt: int = 0
    abandoned: int = 0
    cancelled: int = 0

    @property
    def balanced(self) -> bool:
        """True where every selected recipient is accounted for, once."""
        return self.selected == sum(int(getattr(self, one.name)) for one in fields(self)[1:])


PLACES = {
    State.PLANNED: "planned",
    State.CLAIMED: "planned",
    State.IN_FLIGHT: "in_flight",
    State.ACCEPTED: "accepted",
    State.REJECTED: "rejected",
    State.IN_DOUBT: "in_doubt",
    State.ABANDONED: "abandoned",
    State.CANCELLED: "cancelled",
}
"""Batch state -> where its recipients are counted; void batches count nothing."""


def recipients(
    selected: int, exceptions: Mapping[Exclusion, int], in_state: Mapping[State, int]
) -> Recipients:
    """The account: `in_state` says how many recipients the batches of each state hold."""
    counts = {kind.value: number for kind, number in exceptions.items()}
    for state, place in PLACES.items():
        counts[place] = counts.get(place, 0) + in_state.get(state, 0)
    return Recipients(selected, **counts)


def edition_state(batches: Mapping[State, int], *, scheduled: bool, cancelled: bool) -> EditionState:
    """The state of an edition whose plan has these batches; `scheduled` where its hour is yet to come."""
    present = {state for state, number in batches.items() if number and state is not State.VOID}
    if cancelled and (scheduled or present != {State.ACCEPTED}):  # else it was too late: everyone got it
        return EditionState.CANCELLED
    if present & {State.CLAIMED, State.IN_FLIGHT}:
        return EditionState.SENDING
    if present & {State.IN_DOUBT, State.REJECTED}:
        return EditionState.ATTENTION
    if State.PLANNED in present:
        return EditionState.PLANNED if present == {State.PLANNED} else EditionState.SENDING
    return EditionState.SCHEDULED if scheduled and present else EditionState.SETTLED

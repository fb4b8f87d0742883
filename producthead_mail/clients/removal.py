"""One thing that a client does to a message, with its reason."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Mark(StrEnum):
    """What a test of a feature in a client came to, as caniemail marks it."""

    YES = "y"
    PARTIAL = "a"
    NO = "n"
    UNKNOWN = "u"


class Action(StrEnum):
    """What the simulation did about it."""

    REMOVED = "removed"
    CHANGED = "changed"
    SHOWN = "shown"
    """Markup that other clients never see, such as Outlook's conditional comments."""
    NOTED = "noted"
    """Partial or unknown, and not simulated: the message is shown unchanged there."""


@dataclass(frozen=True, slots=True)
class Removal:
    """One line of the removal log: what, where, why, and since which test."""

    feature: str
    """Slug of the support table, or a rule of ours such as `gmail-style-limit`."""
    action: Action
    what: str
    """What was there, such as `border-radius: 8px`."""
    element: str = ""
    """Such as `td.button`, or the selector of a style sheet's rule; empty where there is neither."""
    line: int = 0
    """In the compiled HTML, from 1; of several the first."""
    became: str = ""
    """What it was changed into."""
    mark: Mark | None = None
    """None where a rule of ours is the reason."""
    version: str = ""
    """The client's version or the month of its newest test."""
    tested: str = ""
    """When the feature was last tested at all, ISO date."""
    note: int | None = None
    """The number of caniemail's note."""
    reason: str = ""
    """In our words."""
    link: str = ""
    times: int = 1
    """In so many places with the same element."""
    covered: bool = False
    """Nobody sees it there: something else in the message does the same, or hides the element."""

    def as_dict(self) -> dict[str, object]:
        """The removal as `check --clients --json` shows it."""
        return asdict(self)


def element_name(element: Any) -> str:
    """An element as the log names it: its tag and its classes, such as `td.button`."""
    return ".".join([element.tag, *(element.get("class") or "").split()])

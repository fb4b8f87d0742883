"""A check: one question about the setting that editions are sent from, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from itertools import groupby
from math import inf
from textwrap import wrap

NARROWEST = 30
"""Columns of text that are still good to read."""


class Group(StrEnum):
    """What a check is about, in the order that they are shown."""

    PROJECT = "Project"
    SENDGRID = "SendGrid"
    DNS = "DNS"
    LEDGER = "Ledger"
    MACHINE = "Machine"


class State(StrEnum):
    """What came of a check."""

    OK = "ok"
    WARNING = "warning"
    """Editions go out, but something will be missed or go wrong one day."""
    ERROR = "error"
    """Editions don't go out, or not as they should."""
    SKIPPED = "skipped"
    """It could not be made here; the message says why."""


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report."""

    group: Group
    check: str
    state: State
    message: str
    remedy: str = ""
    """Only where the state is not ok."""

    def as_json(self) -> dict[str, str]:
        """The check as `doctor --json` shows it."""
        return {name: str(value) for name, value in asdict(self).items()}


@dataclass(frozen=True, slots=True)
class Subject:
    """A check that is to be made: says what came of it."""

    group: Group
    check: str

    def ok(self, message: str) -> Check:
        """All is well."""
        return Check(self.group, self.check, State.OK, message)

    def warning(self, message: str, remedy: str) -> Check:
        """It goes on, but should be mended."""
        return Check(self.group, self.check, State.WARNING, message, remedy)

    def error(self, message: str, remedy: str) -> Check:
        """It has to be mended before an edition is sent."""
        return Check(self.group, self.check, State.ERROR, message, remedy)

    def skipped(self, reason: str, remedy: str = "") -> Check:
        """It could not be made."""
        return Check(self.group, self.check, State.SKIPPED, reason, remedy)


def counts(checks: Iterable[Check]) -> dict[str, int]:
    """How many checks came to each state."""
    found = Counter(check.state for check in checks)
    return {state.value: found[state] for state in State}


def summary(checks: Sequence[Check]) -> str:
    """How many checks came to each state, and which of them are to be mended."""
    found = counts(checks)
    bad = [
        f"{found[state]} {state}{'s' * (found[state] > 1)} ({', '.join(_names(checks, state))})"
        for state in (State.ERROR, State.WARNING)
        if found[state]
    ]
    good = [f"{found[state]} {state}" for state in (State.OK, State.SKIPPED) if found[state]]
    return ", ".join([*(bad or ["nothing to mend"]), *good])


def _names(checks: Sequence[Check], state: State) -> list[str]:
    return [check.check for check in checks if check.state is state]


def lines(checks: Sequence[Check], columns: float = inf) -> list[str]:
    """The report for people: a heading for each group, and a line for each check.

    What is wider than the `columns` of a terminal is broken, and its text keeps a column of its own; there
    checks that are skipped for one reason share a line, so that what counts stays in sight.
    """
    shown = _joined(checks) if columns < inf else checks
    width = max((len(check.check) for check in shown), default=0)
    report: list[str] = []
    for group in Group:
        found = [check for check in shown if check.group is group]
        if found:
            report += ["", group.value] if report else [group.value]
            report += [line for check in found for line in _lines(check, width, columns)]
    return report


def _joined(checks: Sequence[Check]) -> list[Check]:
    joined: list[Check] = []
    for _, run in groupby(checks, key=lambda check: (check.group, check.state, check.message, check.remedy)):
        alike = list(run)
        if len(alike) > 1 and alike[0].state is State.SKIPPED:
            message = f"{alike[0].message}: {', '.join(check.check for check in alike)}"
            alike = [replace(alike[0], check=f"{len(alike)} checks", message=message)]
        joined += alike
    return joined


def _lines(check: Check, width: int, columns: float) -> list[str]:
    remedy = f"; {check.remedy}" if check.remedy else ""
    start = f"  {check.state.value:<7}  {check.check:<{width}}  "
    text = f"{start}{check.message}{remedy}"
    if len(text) <= columns:
        return [text]
    # Names and records are to be copied: no line ends within a word.
    room = max(int(columns), len(start) + NARROWEST)
    return wrap(
        text, room, subsequent_indent=" " * len(start), break_long_words=False, break_on_hyphens=False
    )

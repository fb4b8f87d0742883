"""Every failure a user can cause, as one tree with the exit code of each.

    MailError
    ├── UsageError        2    the command line does not make sense
    ├── InputError        3    content, configuration or audience is wrong (lists every problem)
    ├── Refusal           1    findings of severity error, not approved, not tested
    ├── OutsideError      4    the outside failed and nothing is in doubt: run it again
    ├── AttentionError    5    recipients in doubt or rejected remain
    └── Interrupted     130    stopped by the user after finishing what was in flight

An error says where, what and the remedy. Only `cli/` prints one or exits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


class MailError(Exception):
    """Base of every error that a user can cause or mend."""

    exit_code = 1


class UsageError(MailError):
    """The command line does not make sense."""

    exit_code = 2


class Refusal(MailError):
    """The program could go on but must not: findings, no approval, no test send."""

    exit_code = 1


class OutsideError(MailError):
    """A service or the machine failed and nothing is in doubt: run it again."""

    exit_code = 4


class AttentionError(MailError):
    """Recipients in doubt or rejected remain: a person has to look."""

    exit_code = 5


class Interrupted(MailError):
    """Stopped by the user, after finishing what was in flight."""

    exit_code = 130


def place_of(at: int, source: str) -> tuple[int, int]:
    """Line and column, both from 1, of a character of the source."""
    return source.count("\n", 0, at) + 1, at - source.rfind("\n", 0, at)


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in one place of one file."""

    path: str
    line: int
    """From 1; 0 where a problem concerns the file as a whole."""
    column: int
    """From 1; 0 where a problem concerns the whole line or file."""
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        place = ":".join([self.path, *(str(n) for n in (self.line, self.column) if n)])
        return f"{place}: {self.message}" + (f"; {self.remedy}" if self.remedy else "")


class InputError(MailError):
    """Content, configuration or audience is wrong; carries every problem, not the first."""

    exit_code = 3

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda p: (p.path, p.line, p.column)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def suggestion(word: str, known: Iterable[str]) -> str:
    """`did you mean 'x'?` for the nearest known word, else an empty string."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean {near[0]!r}?" if near else ""

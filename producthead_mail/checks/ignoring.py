"""Findings that the edition or the publication says may stay: `ignore: {rule: reason}`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from producthead_mail.checks.finding import Finding, Severity
from producthead_mail.checks.page import PUBLICATION_PATH, Page
from producthead_mail.checks.rules import NEVER_IGNORED
from producthead_mail.content.edition import Position
from producthead_mail.errors import suggestion

NOWHERE = Position(0, 0)


@dataclass(frozen=True, slots=True)
class _List:
    """The `ignore` of one file."""

    path: str
    reasons: Mapping[str, str]
    positions: Mapping[str, Position]
    unused: Severity
    """An edition's that matches nothing is left over; a publication's waits for another edition."""

    def finding(self, id_: str, rule: str, severity: Severity, message: str, remedy: str) -> Finding:
        """A finding about the line of one ignored rule."""
        at = self.positions.get(f"ignore.{rule}", NOWHERE)
        return Finding(id_, severity, message, remedy, self.path, at.line, at.column)


def ignoring(page: Page, found: Iterable[Finding], known: Iterable[str], ran: Iterable[str]) -> list[Finding]:
    """The findings with those marked that may stay, and findings about the lists themselves.

    `known` are the ids of all rules, `ran` of those that ran: only their ignores can be left over.
    """
    lists = (
        _List(page.edition_path, page.edition.ignore, page.edition.positions, Severity.WARNING),
        _List(PUBLICATION_PATH, page.publication.ignore, page.publication.positions, Severity.INFO),
    )
    allowed = {rule: reason for one in reversed(lists) for rule, reason in one.reasons.items()}
    marked = [_marked(finding, allowed) for finding in found]
    hit, names, run = {finding.rule for finding in marked}, set(known), set(ran)
    return [*marked, *(about for one in lists for about in _about(one, names, run - hit))]


def _marked(finding: Finding, allowed: Mapping[str, str]) -> Finding:
    if finding.rule in NEVER_IGNORED:
        return finding
    return replace(finding, ignored=allowed.get(finding.rule, ""))


def _about(one: _List, known: set[str], silent: set[str]) -> Iterator[Finding]:
    for rule in one.reasons:
        if rule in NEVER_IGNORED:
            message, remedy = (
                f"{rule} can't be ignored: a send without it would fail or harm",
                "mend the finding",
            )
            yield one.finding("ignore", rule, Severity.ERROR, message, remedy)
        elif rule not in known:
            remedy = suggestion(rule, known) or "docs/checks.md has them all"
            yield one.finding("ignore", rule, Severity.ERROR, f"there is no rule {rule!r}", remedy)
        elif rule in silent:
            message = f"{rule} is ignored, and finds nothing here"
            yield one.finding("ignore-unused", rule, one.unused, message, "take the line out")

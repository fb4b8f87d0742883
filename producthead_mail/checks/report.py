"""Findings as people and programs read them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from producthead_mail.checks.finding import Finding, Severity


def as_json(edition: str, digest: str, findings: Sequence[Finding]) -> dict[str, object]:
    """The document of `check --json`; what is ignored stands apart, where anything is."""
    kept = [finding for finding in findings if not finding.ignored]
    ignored = [finding.as_dict() for finding in findings if finding.ignored]
    document: dict[str, object] = {
        "edition": edition,
        "digest": digest,
        "findings": [finding.as_dict() for finding in kept],
        "counts": counts(kept),
    }
    return {**document, "ignored": ignored} if ignored else document


def counts(findings: Iterable[Finding]) -> dict[str, int]:
    """How many findings of each severity that aren't ignored, zeros too."""
    found = [finding.severity for finding in findings if not finding.ignored]
    return {severity.value: found.count(severity) for severity in Severity}


def summary(findings: Sequence[Finding]) -> str:
    """The counts in words: `1 error, 2 warnings, 1 ignored`, or `nothing to mend`."""
    ignored = sum(bool(finding.ignored) for finding in findings)
    words = [_counted(number, severity) for severity, number in counts(findings).items() if number]
    return ", ".join([*words, *([f"{ignored} ignored"] if ignored else [])]) or "nothing to mend"


def _counted(number: int, severity: str) -> str:
    if severity == Severity.INFO:
        return f"{number} for information"
    return f"{number} {severity}" if number == 1 else f"{number} {severity}s"


def lines(findings: Iterable[Finding]) -> list[str]:
    """One line a finding: where, how bad, which rule, what, remedy, or why it is ignored."""
    return [_line(finding) for finding in findings]


def _line(finding: Finding) -> str:
    place = ":".join([finding.path, *(str(n) for n in (finding.line, finding.column) if n)])
    head = f"{place}: " if finding.path else ""
    if finding.ignored:
        return f"{head}ignored {finding.rule}: {finding.message} ({finding.ignored})"
    remedy = f"; {finding.remedy}" if finding.remedy else ""
    return f"{head}{finding.severity.value} {finding.rule}: {finding.message}{remedy}"

"""Findings as people and programs read them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from producthead_mail.checks.finding import Finding, Severity


def as_json(edition: str, digest: str, findings: Sequence[Finding]) -> dict[str, object]:
    """The document of `check --json`."""
    return {
        "edition": edition,
        "digest": digest,
        "findings": [finding.as_dict() for finding in findings],
        "counts": counts(findings),
    }


def counts(findings: Iterable[Finding]) -> dict[str, int]:
    """How many findings of each severity, zeros too."""
    found = [finding.severity for finding in findings]
    return {severity.value: found.count(severity) for severity in Severity}


def lines(findings: Iterable[Finding]) -> list[str]:
    """One line a finding: where, how bad, which rule, what, remedy."""
    return [_line(finding) for finding in findings]


def _line(finding: Finding) -> str:
    place = ":".join([finding.path, *(str(n) for n in (finding.line, finding.column) if n)])
    head = f"{place}: " if finding.path else ""
    remedy = f"; {finding.remedy}" if finding.remedy else ""
    return f"{head}{finding.severity.value} {finding.rule}: {finding.message}{remedy}"

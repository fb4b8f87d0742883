"""Findings as SARIF 2.1.0 (OASIS), which code hosts and editors show at their places."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from producthead_mail import __version__
from producthead_mail.checks.finding import Finding, Severity
from producthead_mail.checks.rules import ALL, Rule

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
BASE = "%SRCROOT%"
"""The name that code hosts know for the checked-out folder."""
Object = dict[str, Any]


def as_sarif(findings: Sequence[Finding]) -> Object:
    """One SARIF log with one run."""
    ids = sorted({finding.rule for finding in findings})
    driver = {"name": "producthead", "version": __version__, "rules": [_rule(ALL[id_]) for id_ in ids]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {BASE: {"description": {"text": "The folder with content/ and layouts/."}}},
        "results": [_result(finding, ids.index(finding.rule)) for finding in findings],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: Rule) -> Object:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.sentence},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
    }


def _result(finding: Finding, index: int) -> Object:
    remedy = f"; {finding.remedy}" if finding.remedy else ""
    result: Object = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": LEVELS[finding.severity],
        "message": {"text": f"{finding.message}{remedy}"},
    }
    if finding.path:
        result["locations"] = [{"physicalLocation": _location(finding)}]
    if finding.ignored:
        result["suppressions"] = [{"kind": "inSource", "justification": finding.ignored}]
    return result


def _location(finding: Finding) -> Object:
    inside = not PurePath(finding.path).is_absolute()
    file = (
        {"uri": quote(finding.path), "uriBaseId": BASE}
        if inside
        else {"uri": f"file://{quote(finding.path)}"}
    )
    place: Object = {"artifactLocation": file}
    if not finding.line:
        return place
    region = {"startLine": finding.line, **({"startColumn": finding.column} if finding.column else {})}
    return {**place, "region": region}

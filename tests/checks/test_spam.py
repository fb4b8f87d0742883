"""Rows: phrases, pictures beside few words, near-invisible text, with near misses."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from producthead_mail.checks.finding import Finding, Severity

Findings = Callable[..., tuple[Finding, ...]]
ONLY = {"spam-phrases", "text-image-ratio", "low-contrast-spam"}
PICTURE = '<img src="https://i.example.com/a.png" alt="A cat" width="560">'
WORDS = "word " * 700

BODIES = [
    ("<p>Dear friend, act now!</p>", ["spam-phrases"]),
    ("<p>Dear Friend, act now!</p>", ["spam-phrases"]),
    ("<p>Dear friend of mine</p>", []),
    ("<p>Dear friends, compact nowhere</p>", []),
    ("<p>You’ve been selected: risk-free!</p>", ["spam-phrases"]),
    ("<p>Act now. Act now. Act now. Act now.</p>", []),
    ("<p>Buy now!!! A risk-free $$ pilot</p>", ["spam-phrases"]),
    ("<p>Buy now!! A risk-free $ pilot</p>", []),
    ("<p>A risk-free pilot, before the offer expires</p>", []),
    (PICTURE, ["text-image-ratio"]),
    (PICTURE + WORDS, []),
    (PICTURE.replace("560", "63"), []),
    ('<p style="color:#eeeeee">Words</p>', ["low-contrast-spam"]),
    ('<p style="color:#eeeeee">· · ·</p>', []),
    ('<p style="color:#eeeeee;display:none">Words</p>', []),
    ('<p style="color:#999999">Words</p>', []),
]


@pytest.mark.parametrize(("body", "rules"), BODIES)
def test_body(findings: Findings, body: str, rules: list[str]) -> None:
    assert sorted({found.rule for found in findings(body)} & ONLY) == rules


def test_the_subject_counts_too(findings: Findings) -> None:
    found = findings("<p>Act now</p>", subject="Dear friend, PHSabc123")
    assert [one.message for one in found if one.rule == "spam-phrases"] == [
        "phrases that filters distrust come to 3.5 points: “Dear friend” 2.5, “Act now” 1"
    ]


@pytest.mark.parametrize(("count", "severity"), [(100, Severity.WARNING), (500, Severity.INFO)])
def test_few_words_are_a_warning_and_some_worth_a_note(
    findings: Findings, count: int, severity: Severity
) -> None:
    found = findings(PICTURE + "word " * count)
    assert [one.severity for one in found if one.rule == "text-image-ratio"] == [severity]

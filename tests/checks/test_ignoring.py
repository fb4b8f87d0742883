"""A finding may stay where the edition or the publication says why."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from producthead_mail.checks.finding import Finding, Severity
from producthead_mail.checks.report import as_json, counts, lines, summary
from producthead_mail.content.edition import Position

Findings = Callable[..., tuple[Finding, ...]]
BODY = '<a href="http://a.example.com/">Words</a>'
TEXT = "http://a.example.com/ <%asm_group_unsubscribe_raw_url%>"
REASON = "the site has no https"
EDITION = "content/editions/2024-02-12-alignment.md"


def test_a_reason_of_the_edition_comes_before_the_publications(findings: Findings) -> None:
    found = findings(
        BODY,
        text=TEXT,
        edition={"ignore": {"link-http": REASON}},
        publication={"ignore": {"link-http": "old"}},
    )
    assert [(one.rule, one.ignored) for one in found] == [("link-http", REASON)]
    assert counts(found) == {"error": 0, "warning": 0, "info": 0}
    assert summary(found) == "1 ignored"
    assert lines(found) == [
        f"ignored link-http: link “Words” uses plain http ({REASON})",
    ]


def test_what_is_ignored_stands_apart_in_json(findings: Findings) -> None:
    found = findings(BODY, text=TEXT, publication={"ignore": {"link-http": REASON}})
    document = as_json("a", "d", found)
    assert list(document) == ["edition", "digest", "findings", "counts", "ignored"]
    assert document["findings"] == []
    assert [(one["rule"], one["ignored"]) for one in document["ignored"]] == [("link-http", REASON)]  # type: ignore[attr-defined]
    assert list(as_json("a", "d", findings())) == ["edition", "digest", "findings", "counts"]


@pytest.mark.parametrize(
    ("rule", "severity", "words"),
    [
        ("link-http", "warning", "link-http is ignored, and finds nothing here; take the line out"),
        ("link-htp", "error", "there is no rule 'link-htp'; did you mean 'link-http'?"),
        ("zzz", "error", "there is no rule 'zzz'; docs/checks.md has them all"),
        ("input", "error", "input can't be ignored: a send without it would fail or harm; mend the finding"),
        ("unsubscribe-body", "error", "unsubscribe-body can't be ignored"),
    ],
)
def test_a_list_that_makes_no_sense_is_a_finding(
    findings: Findings, rule: str, severity: str, words: str
) -> None:
    places = {"title": Position(2, 8), f"ignore.{rule}": Position(7, 3)}
    found = findings(edition={"ignore": {rule: "a reason"}, "positions": places})
    assert len(found) == 1
    assert lines(found)[0].startswith(f"{EDITION}:7:3: {severity} ignore")
    assert words in lines(found)[0]


def test_a_publications_ignore_may_wait_for_another_edition(findings: Findings) -> None:
    found = findings(publication={"ignore": {"link-http": REASON}})
    assert [(one.rule, one.severity, one.path) for one in found] == [
        ("ignore-unused", "info", "content/publication.yaml")
    ]


def test_what_makes_a_send_impossible_stays(findings: Findings) -> None:
    found = findings(html="<p>Words", edition={"ignore": {"unsubscribe-body": "no need"}})
    assert {one.rule: one.ignored for one in found}["unsubscribe-body"] == ""


@pytest.mark.parametrize(
    ("severities", "words"),
    [
        ([], "nothing to mend"),
        (["error"], "1 error"),
        (["error", "error", "warning"], "2 errors, 1 warning"),
        (["warning", "warning", "info"], "2 warnings, 1 for information"),
    ],
)
def test_the_summary_reads_well(severities: list[str], words: str) -> None:
    found = [Finding("a", Severity(severity), "b") for severity in severities]
    assert summary(found) == words

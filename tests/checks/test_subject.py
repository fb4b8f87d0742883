"""Rows: subject and preheader, with severities and near misses."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from producthead_mail.checks.finding import Finding, Severity
from producthead_mail.content.publication import Mailbox

Findings = Callable[..., tuple[Finding, ...]]
ERROR, WARNING, INFO = Severity

SUBJECTS = [
    ("x" * 40, []),
    ("x" * 41, [INFO]),
    ("x" * 70, [INFO]),
    ("x" * 71, [WARNING]),
    (" ", [ERROR]),
    ("ALL CAPITALS", [WARNING]),
    ("BBC NEWS 10", [WARNING]),
    ("BBC NEWS 1", []),
    ("PRODUCTHEAD: \u05e0\u05e1\u05d9\u05d5\u05df", []),
    ("2024-02-12 / 10", []),
    ("Now!! Here", [WARNING]),
    ("Now? ! Here", [WARNING]),
    ("Now! Here? There!", []),
    ("A cake \U0001f382", []),
    ("A family \U0001f468\u200d\U0001f469\u200d\U0001f467 \u2764\ufe0f", [INFO]),
    ("A family \U0001f468\u200d\U0001f469\u200d\U0001f467", []),
    ("A flag \U0001f1ec\U0001f1e7", []),
    ("\U0001f382\U0001f382 Cakes", [INFO]),
    ("Prices in € and © → «here»", []),
]


@pytest.mark.parametrize(("subject", "severities"), SUBJECTS)
def test_subject(findings: Findings, subject: str, severities: list[Severity]) -> None:
    assert [one.severity for one in findings(subject=subject)] == severities


BODIES = [
    ("The difference between superficial and deep alignment.", "the preheader is shown in the mail"),
    ("<b>The difference</b> between superficial", "the HTML does not begin with the preheader"),
    ("View online", "the HTML does not begin with the preheader but with “View online”"),
    ('<p style="display:none">The difference between superficial and deep alignment.</p>', None),
    (
        '<p style="display:none">The difference between\n superficial and deep alignment. &#847;&zwnj;</p>',
        None,
    ),
    ('<p style="display:none"> &zwnj; </p>View online', "the HTML does not begin with the preheader"),
]


@pytest.mark.parametrize(("body", "message"), BODIES)
def test_the_html_begins_with_the_hidden_preheader(
    findings: Findings, body: str, message: str | None
) -> None:
    html = (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="w">'
        f'<title>Alignment</title></head><body><div lang="en" dir="ltr">{body}</div></body></html>'
    )
    found = [one.message for one in findings(html=html) if one.rule == "preheader"]
    assert [one.startswith(message or "") for one in found] == ([True] if message else [])


@pytest.mark.parametrize(
    ("sender", "reply_to", "headers", "rules"),
    [
        ("jock@example.com", "jock@example.com", {}, ["list-id"]),
        ("jock@example.com", "Jock@example.com", {"list-id": "<news.example.com>"}, []),
        ("news@example.com", "jock@example.com", {}, []),
        ("jock@example.com", None, {}, []),
    ],
)
def test_a_newsletter_is_told_from_a_persons_mail(
    findings: Findings, sender: str, reply_to: str | None, headers: dict[str, str], rules: list[str]
) -> None:
    found = findings(
        sender=Mailbox(sender, "Jock"), reply_to=Mailbox(reply_to) if reply_to else None, headers=headers
    )
    assert [one.rule for one in found] == rules

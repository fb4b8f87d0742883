"""Rows: what no client keeps, and Outlook's own markup, with near misses."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from producthead_mail.checks.finding import Finding
from tests.checks.conftest import page_html

Findings = Callable[..., tuple[Finding, ...]]
PADDED = '<table role="presentation"><tr><td style="{}">Words</td></tr></table>'
SHAPE = (
    "<!--[if mso]><v:rect><v:fill src='https://i.example.com/a.png'/><v:textbox><![endif]-->{}"
    "<!--[if mso]></v:textbox></v:rect><![endif]-->"
)
BUTTON = "<!--[if mso]><v:roundrect><center>Go</center></v:roundrect><![endif]-->{}"

BODIES = [
    ("<script>go()</script>", ["script"]),
    ('<script type="application/ld+json">{"@type": "Offer"}</script>', []),
    ('<p onclick="go()">Words</p>', ["script"]),
    ('<p data-on="go">Words</p>', []),
    ('<form action="https://f.example.com"><input></form>', ["form"]),
    ("<button>Go</button>", ["form"]),
    ("<p>A form and a button in words</p>", []),
    ('<iframe src="https://v.example.com/1"></iframe>', ["iframe"]),
    ('<object data="https://v.example.com/1"></object>', ["iframe"]),
    ('<video src="https://v.example.com/1.mp4"></video>', ["video"]),
    ("<audio>Words alone</audio>", ["video"]),
    ('<video><img src="https://i.example.com/a.png" alt="A cat" width="9"></video>', []),
    (SHAPE.format(PADDED.format("padding:0 20px")), ["vml-padding"]),
    (SHAPE.format(PADDED.format("padding-left:20px")), ["vml-padding"]),
    (SHAPE.format(PADDED.format("padding:20px")), ["vml-padding"]),
    (SHAPE.format(PADDED.format("padding:20px 0")), []),
    (SHAPE.format(PADDED.format("padding:0px;mso-padding-alt:4px")), []),
    (SHAPE.format("<p>Words</p>") + PADDED.format("padding:20px"), []),
    (PADDED.format("padding:20px"), []),
    (BUTTON.format(PADDED.format("padding:20px")), []),
]


@pytest.mark.parametrize(("body", "rules"), BODIES)
def test_body(findings: Findings, body: str, rules: list[str]) -> None:
    assert sorted({found.rule for found in findings(body)}) == rules


HEADS = [
    ('<link rel="stylesheet" href="https://fonts.example.com/css">', ["link-stylesheet"]),
    ('<link rel="alternate" href="https://n.example.com/feed">', []),
    ("<style>@import url(https://fonts.example.com/css);</style>", ["link-stylesheet"]),
    ("<style>p::before { content: '@import' }</style>", []),
]


@pytest.mark.parametrize(("head", "rules"), HEADS)
def test_head(findings: Findings, head: str, rules: list[str]) -> None:
    assert sorted({found.rule for found in findings(head=head)}) == rules


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ('<meta name="color-scheme" content="light dark">', "", "no color-scheme is declared"),
        ("(prefers-color-scheme: dark)", "(max-width: 9px)", "no styles for prefers-color-scheme"),
    ],
)
def test_dark_mode_is_declared_and_styled(findings: Findings, before: str, after: str, message: str) -> None:

    html = page_html("")
    assert before in html
    found = findings(html=html.replace(before, after))
    assert [(one.rule, message in one.message) for one in found] == [("dark-support", True)]

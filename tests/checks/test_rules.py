"""Rows: a piece of HTML and the rules that must fire on it, with near misses that must not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from producthead_mail.checks.finding import Finding, Severity
from producthead_mail.checks.rules import RULES
from producthead_mail.content.edition import RichText
from producthead_mail.content.publication import Unsubscribe

Findings = Callable[..., tuple[Finding, ...]]
OWN = {"asm_group": None, "headers": {}}
OUTLOOK = (
    '<!--[if mso]><table role="presentation"><tr><td><![endif]-->{}'
    "<!--[if mso]></td></tr></table><![endif]-->"
)
IMAGE = '<img src="https://i.example.com/a.png" alt="A cat" width="9">'
DARK = (
    "<style>@media (prefers-color-scheme: dark) {{"
    " .paper {{ background-color: #111111 !important }} {} }}</style>"
)
NESTED = "<style>{} @media screen {{ @media print {{ p {{ margin: 0 }} }} }}</style>"

BODIES = [
    ("", []),
    ("<p>Words &amp; more</p>", []),
    # images
    (IMAGE, []),
    ('<img src="https://i.example.com/a.png" width="9">', ["img-alt"]),
    ('<img src="https://i.example.com/a.png" alt="" width="9">', []),
    ('<img src="https://i.example.com/a.png" alt="cat.png" width="9">', ["img-alt-filename"]),
    ('<img src="https://i.example.com/a.png" alt="The cat.png file" width="9">', []),
    ('<img src="https://i.example.com/a.png" alt="A cat">', ["img-width", "text-image-ratio"]),
    ('<img src="https://i.example.com/a.png" alt="A cat" width="100%">', ["img-width", "text-image-ratio"]),
    ('<img src="http://i.example.com/a.png" alt="A cat" width="9">', ["img-src"]),
    ('<img src="images/a.png" alt="A cat" width="9">', ["img-src"]),
    ('<img src="" alt="A cat" width="9">', ["img-src"]),
    ('<img src="https://localhost/a.png" alt="A cat" width="9">', ["img-src"]),
    ('<img src="file:///a.png" alt="A cat" width="9">', ["img-src"]),
    ('<img src="data:image/png;base64,AA==" alt="A cat" width="9">', ["img-data-uri"]),
    (f'<a href="https://a.example.com">{IMAGE}</a>', ["plain-text"]),
    (
        '<a href="mailto:a@example.com"><img src="https://i.example.com/a.png" alt="" width="9"></a>',
        ["img-link-alt"],
    ),
    ('<a href="mailto:a@example.com"><img src="https://i.example.com/a.png" alt="" width="9">Words</a>', []),
    # links
    ('<a href="">Words</a>', ["link-href"]),
    ('<a href="#">Words</a>', ["link-href"]),
    ('<a name="top">Words</a>', []),
    ('<a href="#top">Words</a><b id="top">There</b>', []),
    ('<a href="#top">Words</a>', ["link-anchor"]),
    ('<a href="javascript:go()">Words</a>', ["link-href"]),
    ('<a href="/about">About</a>', ["link-href"]),
    ('<a href="https://[::1">Words</a>', ["link-href", "plain-text"]),
    ('<a href="https://localhost:80/">Words</a>', ["link-href", "plain-text"]),
    ('<a href="mailto:">Words</a>', ["link-href"]),
    ('<a href="https://ada:secret@example.com/">Words</a>', ["link-href", "plain-text"]),
    ('<a href="https://example.com/@ada">Words</a>', ["plain-text"]),
    ('<a href="mailto:PHSabc123">Words</a>', []),
    ('<a href="PHSabc123">Words</a>', []),
    ('<a href="tel:+44123">Words</a>', []),
    ('<a href="http://a.example.com/">Words</a>', ["link-http", "plain-text"]),
    ('<a href="mailto:a@example.com">Click here</a>', ["link-text"]),
    ('<a href="mailto:a@example.com">Read more »</a>', ["link-text"]),
    ('<a href="mailto:a@example.com">Read more about Click</a>', []),
    ('<a href="mailto:a@example.com"> </a>', ["link-empty-name"]),
    ('<a href="mailto:a@example.com" aria-label="Mail"></a>', []),
    ('<a href="https://b.example.net/">https://a.example.com/x</a>', ["link-mismatch", "plain-text"]),
    ('<a href="https://b.example.net/">example.com</a>', ["link-mismatch", "plain-text"]),
    ('<a href="https://www.example.com/x">example.com</a>', ["plain-text"]),
    ('<a href="https://b.example.net/">Node.js</a>', ["plain-text"]),
    ('<a href="https://b.example.net/">example.com is slow</a>', ["plain-text"]),
    ('<a href="https://192.0.2.1/">Words</a>', ["link-ip", "plain-text"]),
    ('<a href="https://192.0.2.1.example.com/">Words</a>', ["plain-text"]),
    # leftovers
    ("<p>Hello {{ name }}</p>", ["merge-leftover"]),
    ("<p>{% if x %}</p>", ["merge-leftover"]),
    ("<p>Hello ${name}</p>", ["merge-leftover"]),
    ("<p>Hello *|FNAME|*</p>", ["merge-leftover"]),
    ("<p>Hello %%name%%</p>", ["merge-leftover"]),
    ("<p>Hello &lt;% name %&gt;</p>", ["merge-leftover"]),
    ("<p>Hello [First Name]</p>", ["merge-leftover"]),
    ("<p>Hello -first_name-,</p>", ["merge-leftover"]),
    ("<p>Hello None</p>", ["merge-leftover"]),
    ("<p>Dear none of you, dear Null Island</p>", []),
    ("<p>Hello {{{ name }}}</p>", ["merge-leftover"]),
    ("<p>Hello %FIRSTNAME%</p>", ["merge-leftover"]),
    ("<p>Hello &lt;&lt;First Name&gt;&gt;</p>", ["merge-leftover"]),
    ("<p>undefined</p>", ["merge-leftover"]),
    ("<p>Lorem ipsum dolor</p>", ["merge-leftover"]),
    ('<a href="mailto:a@example.com?subject=%7B%7B%20x%20%7D%7D">Words</a>', ["merge-leftover"]),
    ("<p>Hello PHSabc123</p>", []),
    ("<p>None of this is undefined behaviour</p>", []),
    ("<p>A self-named -in dashes- thing, 100%% sure, a brand-name-free one</p>", []),
    ("<p>Say <code>{{ name }}</code> and <pre>${x} *|A|*</pre></p>", []),
    ("<p>A literal [[ in words ]], $5 {or so}, [1]</p>", []),
    # tables, headings, nesting
    ("<table><tr><td>Words</td></tr></table>", ["table-role"]),
    ('<table role="presentation"><tr><td>Words</td></tr></table>', []),
    ("<table><tr><th>Head</th></tr></table>", []),
    ("<table><tr><td><table><tr><th>Head</th></tr></table></td></tr></table>", ["table-role"]),
    ("<h1>One</h1><h3>Three</h3>", ["heading-order"]),
    ("<h1>One</h1><h2>Two</h2><h3>Three</h3><h2>Two</h2>", []),
    ("<h1>One</h1><h1>Two</h1>", ["heading-order"]),
    ("<div><span>Words</div></span>", ["html-valid"]),
    ("<div>Words", ["html-valid"]),
    ("<ul><li>One<li>Two</ul><br><p>x<p>y", []),
    ('<b title="a > b">Words</b>', []),
    (OUTLOOK.format("<p>Words</p>"), []),
    ('<!--[if mso]><table role="presentation"><tr><td><![endif]-->Words', ["mso-balance"]),
    ("<!--[if !mso]><!--><p>Words</p><!--<![endif]-->", []),
    ("<!--[if mso]><table></table><![endif]-->", ["table-role"]),
    ("<style>p { margin: 0 }</style>", ["style-in-body"]),
    # what the eye reads
    ('<p style="color:#777777">Words</p>', ["contrast"]),
    ('<p style="color:#767676">Words</p>', []),
    ('<p style="color:#949494;font-size:24px">Words</p>', []),
    ('<p style="color:#959595;font-size:24px">Words</p>', ["contrast"]),
    ('<p style="color:#949494;font-size:19px;font-weight:700">Words</p>', []),
    ('<p style="background:#336699;color:#ffffff">Words</p>', []),
    (
        '<table role="none"><tr><td bgcolor="#000000" style="color:#222222">Words</td></tr></table>',
        ["contrast", "low-contrast-spam"],
    ),
    ('<p style="background:url(https://i.example.com/a.png);color:#ffffff">Words</p>', []),
    ('<p style="display:none;color:#ffffff;font-size:1px">Words</p>', []),
    ('<p style="color:#ffffff;font-size:1px">&zwnj;&nbsp;&#847;</p>', []),
    ('<p style="max-height:0px;overflow:hidden;color:#ffffff">Words</p>', []),
    ('<p style="opacity:0;color:#ffffff">Words</p>', []),
    ('<p style="color:WHITE">Words</p>', ["contrast", "low-contrast-spam"]),
    ('<p style="color:rgba(0,0,0,0.2)">Words</p>', ["contrast"]),
    ('<p style="font-size:0"><b style="font-size:16px">Words</b></p>', []),
    (
        '<p style="font-size:0"><b style="font-size:16px;color:#bbbbbb">Words</b></p>',
        ["contrast"],
    ),
    ('<p style="font-size:0;color:#ffffff">Words</p>', []),
    ('<p style="font-size:8px">Words</p>', ["font-size"]),
    ('<p style="font-size:12px">A label</p>', []),
    ('<p style="font-size:13px">' + "Many words. " * 9 + "</p>", ["font-size", "plain-text"]),
]


@pytest.mark.parametrize(("body", "rules"), BODIES)
def test_body(findings: Findings, body: str, rules: list[str]) -> None:
    assert sorted({found.rule for found in findings(body)}) == sorted(rules)


HEADS = [
    ("<style>p { color: #000000 }</style>", "", []),
    (f"<style>{'p{margin:0}' * 1300}</style>", "", ["style-budget"]),
    (f"<style>{'p{margin:0}' * 1250}</style>", "", []),
    (NESTED.format("p { margin: 0 }"), "", ["style-nested-at"]),
    (NESTED.format(""), "", []),
    ("<style>p { margin 0 }</style>", "", ["style-parse-error"]),
    ("<style>@media screen { p { margin 0 } }</style>", "", ["style-parse-error"]),
    ("<style>p { margin: 0; } }</style>", "", ["style-parse-error"]),
    ("<style>p { color: #ffffff }</style>", "<p>Words</p>", ["contrast", "low-contrast-spam"]),
    (
        "<style>p { color: #ffffff } a { color: #0000ee }</style>",
        '<p style="color:#000000">Words</p>',
        ["contrast", "low-contrast-spam"],
    ),
    (DARK.format(""), '<div class="paper"><b style="color:#222222">Words</b></div>', ["contrast-dark"]),
    (
        DARK.format("b { color: #eeeeee !important }"),
        '<div class="paper"><b style="color:#222222">Words</b></div>',
        [],
    ),
    (
        '<style media="(prefers-color-scheme: dark)">b { color: #222222; background: #000000 }</style>',
        "<b>Words</b>",
        ["contrast-dark"],
    ),
    ('<style media="(max-width: 300px)">b { color: #ffffff }</style>', "<b>Words</b>", []),
    (
        DARK.format("b { color: #eeeeee }"),
        '<div class="paper"><b style="color:#222222">Words</b></div>',
        ["contrast-dark"],
    ),
]


@pytest.mark.parametrize(("head", "body", "rules"), HEADS)
def test_head(findings: Findings, head: str, body: str, rules: list[str]) -> None:
    assert sorted({found.rule for found in findings(body, head)}) == sorted(rules)


CHANGES = [
    ({"subject": ""}, ["subject"]),
    ({"subject": "x" * 40}, []),
    ({"subject": "x" * 71}, ["subject"]),
    ({"subject": "BUY THIS NOW"}, ["subject"]),
    ({"subject": "PRODUCTHEAD: What now?"}, []),
    ({"subject": "What now?!"}, ["subject"]),
    ({"subject": "One\r\nBcc: a@example.com"}, ["subject"]),
    ({"subject": "PHSabc123, hello"}, []),
    ({"subject": "Hello {{name}}"}, ["merge-leftover"]),
    ({"preheader": ""}, ["preheader"]),
    ({"preheader": "x" * 141}, ["preheader"]),
    ({"preheader": "x" * 34}, ["preheader"]),
    ({"preheader": "PRODUCTHEAD: Alignment"}, ["preheader"]),
    ({"text": " \n"}, ["plain-text"]),
    ({"text": "1 Example Street, London"}, ["plain-text"]),
    ({"asm_group": None, "subscription_tracking": True}, ["sendgrid-subst"]),
    (OWN, ["list-unsubscribe", "sendgrid-subst", "unsubscribe-body"]),
    (
        {"asm_group": None, "headers": {"List-Unsubscribe": "<https://u.example.com/1>"}},
        ["list-unsubscribe", "sendgrid-subst", "unsubscribe-body"],
    ),
    (
        {
            "asm_group": None,
            "headers": {
                "List-Unsubscribe": "<https://u.example.com/1>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
        },
        ["sendgrid-subst", "unsubscribe-body"],
    ),
    (
        {"html": "<p>Words"},
        [
            *("charset", "dark-support", "dir", "doctype", "lang", "postal-address", "preheader", "title"),
            *("unsubscribe-body", "viewport"),
        ],
    ),
]


@pytest.mark.parametrize(("changes", "rules"), CHANGES)
def test_message(findings: Findings, changes: dict[str, object], rules: list[str]) -> None:
    assert sorted({found.rule for found in findings(**changes)}) == sorted(rules)


def test_own_unsubscribe_url(findings: Findings) -> None:
    found = findings(
        '<a href="https://u.example.com/?who=PHSabc123">Leave</a>',
        publication={"unsubscribe": Unsubscribe(url="https://u.example.com/?who=[[ email ]]")},
        text="Leave: https://u.example.com/?who=PHSabc123",
        asm_group=None,
        headers={
            "List-Unsubscribe": "<https://u.example.com/?who=PHSabc123>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )
    assert {one.rule for one in found} == {"plain-text", "sendgrid-subst"}


@pytest.mark.parametrize(
    ("size", "severity"), [(80_000, None), (90_000, Severity.WARNING), (101_000, Severity.ERROR)]
)
def test_clip(findings: Findings, size: int, severity: Severity | None) -> None:
    found = findings("<p>" + "é" * (size // 2) + "</p>")
    assert [one.severity for one in found if one.rule == "size-clip"] == ([severity] if severity else [])


def test_dropped_html_and_missing_address(findings: Findings) -> None:
    found = findings(
        edition={"essay": RichText("x", "x", "x", ((12, "<script>"),))},
        publication={"postal_address": ""},
    )
    assert [(one.rule, one.path, one.line) for one in found] == [
        ("html-dropped", "content/editions/2024-02-12-alignment.md", 12),
        ("postal-address", "content/publication.yaml", 0),
    ]


def test_rule_ids_are_unique_and_said() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES) >= 60
    assert all(rule.sentence.endswith((".", ")")) for rule in RULES)

"""A style sheet's faults, where they stand."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import producthead_mail.archive
from producthead_mail.archive.style_faults import style_faults


@pytest.mark.parametrize(
    ("css", "said"),
    [
        ("a { color: red; \n.b { c: d }", [(2, "{ is never closed", "write }")]),
        ("@media (x) { a { c: d } ", [(11, "{ is never closed", "write }")]),
        ("a { c: d } } b { c: d }", [(11, "} closes nothing", "delete it")]),
        ("a {\n c: rgb(1, 2; }", [(18, "} closes nothing", "close the ( of line 2 first")]),
        ("a { content: 'x; }\n", [(13, "a ' is not closed on its line", "write '")]),
        ("a { c: d } /* b", [(11, "a comment is never closed", "write */")]),
        ("a { c: d\n e: f }", [(10, "a second property before the first has ended", "write ; before it")]),
        ("a { c: ; }", [(4, "c has no value", "write one, or delete it")]),
        ("[" * 100, [(60, "brackets nested deeper than 60", "close what is open")]),
    ],
)
def test_what_is_broken_is_told_where_it_begins(css: str, said: list[tuple[int, str, str]]) -> None:
    assert [(one.at, one.message, one.remedy) for one in style_faults(css)] == said


@pytest.mark.parametrize(
    "css", ["a { color red; c: d }", "a { color red }", ".b c: d;", "@media (x) { .b c: d; }"]
)
def test_what_is_neither_a_rule_nor_a_declaration_is_told(css: str) -> None:
    assert [one.message for one in style_faults(css)] == ["neither a rule nor a declaration ends here"]


@pytest.mark.parametrize(
    "css",
    [
        "a { &:hover { c: d } @media (x) { c: d } } @media (x) { a:hover { c: d } }",
        "@font-face { src: url(data:font/woff2;base64,d09GMg==) format('woff2') }",
        "a { background: url(data:image/svg+xml,%3Csvg%20x='1'%3E) } @import url(x.css);",
        ":root { --empty: ; --json: {a: b} } a::after { content: \"it's }\" '/*' } b { c: d }",
        "a:is(b, c)[d='e'] { grid-area: 1 / 2; color: red !important } @layer x, y;",
        ".\\31 0\\{ { c: d } @supports (display: grid) and (not (x: y)) { a { c: d } }",
        "<!-- a { c: d } -->",
        "a { filter: progid:DXImageTransform.Microsoft.gradient(startColorstr='#80000000') }",
    ],
)
def test_what_browsers_understand_is_none(css: str) -> None:
    assert style_faults(css) == []


def test_the_site_has_none() -> None:
    style = Path(producthead_mail.archive.__file__).parent / "templates" / "style.css"
    assert style_faults(style.read_text("utf-8")) == []


@given(st.text("a:;{}()[]\r\f'\"/*\\\n @!-", max_size=40))
def test_whatever_is_written_has_faults_within_it(css: str) -> None:
    assert all(0 <= fault.at < len(css) for fault in style_faults(css))

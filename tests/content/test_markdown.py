"""Markdown becomes balanced, mail-safe HTML and plain text; slots come through."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producthead_mail.content.edition import Image, RichText
from producthead_mail.content.markdown import block, inline


def essay(source: str) -> RichText:
    text, problems = block(source, path="x.md", line=10)
    assert problems == ()
    return text


@pytest.mark.parametrize(
    ("source", "html", "text"),
    [
        ("# A\n\n## B", "<h2>A</h2>\n<h3>B</h3>", "A\n=\n\nB\n-"),
        ("## A", "<h2>A</h2>", "A\n="),
        ('"Hi" -- it\'s...', "<p>“Hi” – it’s…</p>", "“Hi” – it’s…"),
        ("a  \nb", "<p>a<br />\nb</p>", "a\nb"),
        (
            "[a](https://example.com/b)",
            '<p><a href="https://example.com/b">a</a></p>',
            "a (https://example.com/b)",
        ),
        (
            "<https://example.com>",
            '<p><a href="https://example.com">https://example.com</a></p>',
            "https://example.com",
        ),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>", "- a\n- b"),
        ("> a", "<blockquote>\n<p>a</p>\n</blockquote>", "> a"),
        ("    a\n      b", "<pre><code>a\n  b\n</code></pre>", "    a\n      b"),
        ("<div><b>a", "<div><b>a</b></div>", "a"),
        (
            "- a\n  - b\n- c\n\nd",
            "<ul>\n<li>a\n<ul>\n<li>b</li>\n</ul>\n</li>\n<li>c</li>\n</ul>\n<p>d</p>",
            "- a\n  - b\n- c\n\nd",
        ),
        ("a <plaintext> b\n\nc", "<p>a  b</p>\n<p>c</p>", "a  b\n\nc"),
        ("> a\n>\n> b\n\nc", "<blockquote>\n<p>a</p>\n<p>b</p>\n</blockquote>\n<p>c</p>", "> a\n>\n> b\n\nc"),
        ("[[ name ]] \\[[ x", "<p>[[ name ]] \\[[ x</p>", "[[ name ]] \\[[ x"),
        ('[[ name or "you" ]]', "<p>[[ name or &quot;you&quot; ]]</p>", '[[ name or "you" ]]'),
        ("`[[ a ]]`", "<p><code>\\[[ a ]]</code></p>", "\\[[ a ]]"),
        ("```\n[[ a ]]\n```", "<pre><code>\\[[ a ]]\n</code></pre>", "    \\[[ a ]]"),
        ("\\[\\[ a ]]", "<p>\\[[ a ]]</p>", "\\[[ a ]]"),
        (
            "[x](https://example.com?e=[[email]])",
            '<p><a href="https://example.com?e=[[email]]">x</a></p>',
            "x (https://example.com?e=[[email]])",
        ),
    ],
)
def test_block(source: str, html: str, text: str) -> None:
    found = essay(source)
    assert (found.html, found.text) == (html, text)


def test_inline_joins_paragraphs_and_takes_no_blocks() -> None:
    text, problems = inline("# *a*\n\n1. `b`", path="x.md", line=1)
    assert problems == ()
    assert text.html == "# <em>a</em><br /><br />1. <code>b</code>"
    assert text.text == "# _a_\n\n1. b"


def test_what_is_dropped_is_named_with_its_line() -> None:
    found = essay('a\n\n<div onclick="x">\n<script>1</script>\n</div>\n')
    assert found.dropped == ((12, "onclick of <div>"), (13, "<script>"))
    assert "script" not in found.html
    assert "1" not in found.text


@pytest.mark.parametrize(
    "source",
    [
        "a\n[x](javascript:1)",
        "a\n<a href='javascript:1'>x</a>",
        "a\n[x](/relative)",
        "a\n[[ open",
        "a\n[x](#top)",
    ],
)
def test_problems_stand_at_their_line(source: str) -> None:
    _, problems = block(source, path="x.md", line=10)
    assert [problem.line for problem in problems] == [11]


def test_columns_keep_their_alignment() -> None:
    assert '<td style="text-align:right">1</td>' in essay("|a|b|\n|-:|-|\n|1|2|").html


def test_nonsense_of_a_declaration_is_dropped() -> None:
    assert essay("<div><![nonsense[x").dropped == ((10, "an unfinished tag"),)


def test_absurd_nesting_is_a_problem() -> None:
    _, problems = block("<b>" * 100, path="x.md", line=10)
    assert str(problems[0]) == "x.md:10: elements nested deeper than 60; close what you open"


marks = st.text(
    alphabet=st.sampled_from(list("ab <>/\"'=&[]()`*_#-|!\n\\:;1.~")) | st.sampled_from(list("é“\u2028")),
    max_size=80,
)
pieces = st.lists(
    st.one_of(
        marks,
        st.sampled_from(["<div>", "</p>", "<td>", "<!--", "[[ a ]]", "\\[[", "<a href=", "<br>", "<pre>"]),
    )
).map("".join)


@given(pieces)
def test_html_is_always_balanced(source: str) -> None:
    for text, _ in (block(source, path="x", line=1), inline(source, path="x", line=1)):
        # XML is stricter than HTML: every tag closed, every attribute quoted, every sign escaped.
        ElementTree.fromstring(f"<r>{text.html.replace('&nbsp;', ' ')}</r>")


def test_pictures_are_known_beside_the_html() -> None:
    cat = Image("images/a.png", "A cat", "https://n.example.com/images/a.png?v=1", 9, 9, 99)
    text, problems = block("See ![A cat](images/a.png)", path="x.md", line=1, image=lambda src, alt: cat)
    assert (text.images, problems) == ((cat,), ())

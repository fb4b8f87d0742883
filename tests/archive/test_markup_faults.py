"""A page's faults, where they stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producthead_mail.archive.markup_faults import markup_faults


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ("<div><p>a</div><div>", [(15, "<div> is never closed", "write </div>")]),
        ("a</section>", [(1, "</section> closes nothing", "delete it, or open it before")]),
        ("<b><i></b></i>", [(3, "<i> is not closed before </b>", "write </i> before it")]),
        ("<section />", [(0, "<section /> closes nothing in HTML", "write <section></section>")]),
        ('<a href="x class="y" id="z">', [(0, "<a is not a whole tag", "look at its quotes and its >")]),
        ('<a href="x>y</a> <a class="z">', [(0, "<a is not a whole tag", "look at its quotes and its >")]),
        ("<p>a</p", [(4, "</p is not a whole tag", "look at its quotes and its >")]),
        ("<!-- x", [(0, "a comment is never closed", "write -->")]),
        ("<style>a { b: c </style>", [(9, "{ is never closed", "write }")]),
        ("<script>let a", [(0, "<script> is never closed", "write </script>")]),
    ],
)
def test_what_is_broken_is_told_where_it_begins(html: str, said: list[tuple[int, str, str]]) -> None:
    assert [(one.at, one.message, one.remedy) for one in markup_faults(html)] == said


@pytest.mark.parametrize(
    "html",
    [
        "<!doctype html><html><body><ul><li>a<li>b</ul><p>c",
        "<DIV><input disabled value=3><BR><img src='a>b' alt=\"<\" /></div>",
        "<svg viewBox='0 0 1 1'><path d='M0 0'/></svg><math><mi/></math><svg/>",
        "<script>if (a<b) document.write('</div>')</script><title>a <b></title>",
        '<a href=/b?c=d>e</a> <p class="f"id=g>h</p> <object><param name=i></object>',
        'a < b, 3 <4 & c <!-- <div> --> <custom-element x:y="z"></custom-element>',
    ],
)
def test_what_html_allows_is_none(html: str) -> None:
    assert markup_faults(html) == []


@given(st.text("<>/ab='\"! -", max_size=40))
def test_whatever_is_written_has_faults_within_it(html: str) -> None:
    assert all(0 <= fault.at < len(html) for fault in markup_faults(html))

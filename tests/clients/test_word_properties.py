"""Which declarations Word reads, by the kind of element."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producthead_mail.clients.word_properties import Kind, Loss, kind_of, pixels, read, sides

ARTICLE = "https://www.hteumeuleu.com/2020/outlook-rendering-engine/"


def shown(css: str, tag: str, *, is_inline: bool = True) -> str:
    return read(css, kind_of(tag), is_inline=is_inline)[0]


def features(css: str, tag: str, *, is_inline: bool = True) -> list[str]:
    return [loss.feature for loss in read(css, kind_of(tag), is_inline=is_inline)[1]]


@pytest.mark.parametrize(
    ("tag", "kind"),
    [
        ("body", Kind.TEXT),
        ("span", Kind.TEXT),
        ("a", Kind.TEXT),
        ("div", Kind.PARAGRAPH),
        ("p", Kind.PARAGRAPH),
        ("img", Kind.IMAGE),
        ("table", Kind.TABLE),
        ("td", Kind.CELL),
        ("ul", Kind.LIST),
        ("h1", Kind.OTHER),
        ("li", Kind.OTHER),
        ("blockquote", Kind.OTHER),
    ],
)
def test_elements_are_of_seven_kinds(tag: str, kind: Kind) -> None:
    assert kind_of(tag) is kind


@pytest.mark.parametrize(
    ("declaration", "readers"),
    [
        ("color:red", ["span", "p", "img", "table", "td", "ul", "h1"]),
        ("border:1px solid", ["span", "p", "img", "table", "td", "ul", "h1"]),
        ("margin-left:4px", ["p", "table", "td", "ul", "h1"]),
        ("text-indent:4px", ["p", "table", "td", "ul", "h1"]),
        ("width:4px", ["table", "td", "ul", "h1"]),
        ("height:4px", ["img", "table", "td", "ul", "h1"]),
        ("border-left:1px solid", ["img", "table", "td", "ul", "h1"]),
        ("padding:4px", ["td"]),
        ("padding-left:4px", ["td"]),
        ("max-width:4px", ["table"]),
        ("min-width:4px", []),
        ("max-height:4px", []),
        ("border-radius:4px", []),
        ("float:left", []),
        ("position:absolute", []),
        ("white-space:nowrap", []),
        ("opacity:0", []),
    ],
)
def test_a_property_is_read_on_some_elements_only(declaration: str, readers: list[str]) -> None:
    tags = ["span", "p", "img", "table", "td", "ul", "h1"]
    assert [tag for tag in tags if shown(declaration, tag)] == readers
    assert [tag for tag in tags if not features(declaration, tag)] == readers


@pytest.mark.parametrize(
    ("css", "tag", "result", "lost"),
    [
        ("margin:0 auto", "div", "margin-top:0;margin-bottom:0", ["word-margin-auto"]),
        ("margin:0 auto", "table", "margin-top:0;margin-bottom:0", ["word-margin-auto"]),
        ("margin-left:auto", "table", "", ["word-margin-auto"]),
        (
            "margin:-4px 2px 3px",
            "p",
            "margin-right:2px;margin-bottom:3px;margin-left:2px",
            ["word-margin-negative"],
        ),
        ("margin:1px 2px", "p", "margin:1px 2px", []),
        ("background:#fff", "td", "background-color:#fff", []),
        ("background:#fff url(a.png) center / cover", "td", "", ["word-background"]),
        ("background-image:url(a.png)", "td", "", ["word-core"]),
        ("background-position:center", "td", "", []),
        ("display:none", "div", "display:none", []),
        ("display:none", "img", "", ["word-display"]),
        ("display:inline-block", "div", "", ["word-display"]),
        ("display:block", "div", "", []),
        ("display:block", "img", "", ["word-display"]),
        ("font-weight:500", "p", "font-weight:normal", ["word-font-weight"]),
        ("font-weight:600", "p", "font-weight:bold", ["word-font-weight"]),
        ("font-weight:700", "p", "font-weight:bold", []),
        ("font-weight:bolder", "p", "font-weight:bolder", []),
        ("border:12px solid #fff", "td", "border:8px solid #fff", ["word-border-width"]),
        ("border:8px solid #fff", "td", "border:8px solid #fff", []),
        ("text-transform:lowercase", "p", "", ["word-text-transform"]),
        ("text-transform:uppercase", "p", "text-transform:uppercase", []),
        ("text-decoration:underline dotted", "a", "", ["word-text-decoration"]),
        ("text-decoration:none", "a", "text-decoration:none", []),
        ("color:red !important;margin:0", "p", "margin:0", ["word-important"]),
        ("width:100%", "img", "", ["word-image-width"]),
        ("width:100%", "div", "", []),
        ("padding:0", "p", "", []),
        ("padding:0", "ul", "", ["word-padding"]),
        ("-webkit-text-size-adjust:100%;outline:none;v-text-anchor:middle", "td", "", []),
        ("mso-line-height-rule:exactly", "td", "mso-line-height-rule:exactly", []),
        ("mso-table-lspace:0pt", "table", "", []),
        ("mso-hide:all", "div", "display:none", ["word-mso"]),
        ("mso-hide:none", "div", "", []),
        ("mso-padding-alt:10px 25px", "td", "padding:10px 25px", ["word-mso"]),
        ("mso-padding-alt:0;padding:9px", "td", "padding:0", ["word-mso"]),
        ("mso-padding-alt:0;padding-left:9px", "td", "padding:0", ["word-mso"]),
        ("mso-padding-alt:0;padding:9px", "a", "", []),
        ("mso-border-alt:1px solid;border:none", "a", "border:1px solid", ["word-mso"]),
        ("mso-margin-top-alt:5px;margin:0", "p", "margin:0;margin-top:5px", ["word-mso"]),
        ("mso-line-height-alt:20px;line-height:1.5", "p", "line-height:20px", ["word-mso"]),
        ("nonsense;:;color", "p", "", []),
    ],
)
def test_a_declaration_is_read_as_word_reads_it(css: str, tag: str, result: str, lost: list[str]) -> None:
    assert shown(css, tag) == result
    assert features(css, tag) == lost


def test_important_counts_in_a_sheet_after_a_space() -> None:
    assert shown("color:red !important", "p", is_inline=False) == "color:red !important"
    assert shown("color:red!important", "p", is_inline=False) == ""
    assert features("color:red!important", "p", is_inline=False) == ["word-important"]


def test_a_loss_says_what_why_and_where_to_read_on() -> None:
    assert read("margin:0 auto", Kind.TABLE, is_inline=True)[1] == (
        Loss(
            feature="word-margin-auto",
            what="margin: 0 auto",
            reason="no margin is automatic: align=center centres a table",
            became="margin-top: 0; margin-bottom: 0",
            link=ARTICLE,
        ),
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("12px", 12.0),
        ("0", 0.0),
        ("-3px", -3.0),
        ("9pt", 12.0),
        ("1in", 96.0),
        ("50%", None),
        ("2em", None),
        ("1.2.3px", None),
        ("", None),
    ],
)
def test_lengths_are_read_in_pixels(value: str, expected: float | None) -> None:
    assert pixels(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1px", ("1px", "1px", "1px", "1px")),
        ("1px 2px", ("1px", "2px", "1px", "2px")),
        ("1px 2px 3px", ("1px", "2px", "3px", "2px")),
        ("1px 2px 3px 4px", ("1px", "2px", "3px", "4px")),
        ("", None),
        ("1 2 3 4 5", None),
    ],
)
def test_a_shorthand_has_four_sides(value: str, expected: tuple[str, ...] | None) -> None:
    assert sides(value) == expected


@given(
    st.text(alphabet="mso-padingrebckul:t0 ;!x()'\"\\%", max_size=60),
    st.sampled_from(list(Kind)),
    st.booleans(),
)
def test_what_word_reads_it_reads_again(css: str, kind: Kind, is_inline: bool) -> None:
    once, _ = read(css, kind, is_inline=is_inline)
    assert read(once, kind, is_inline=is_inline)[0] == once

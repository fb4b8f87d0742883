"""The check of MJML source: each fault at its place, with what to write instead."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mjml import mjml2html

from producthead_mail.rendering.source_check import check_source


def in_text(html: str) -> str:
    return in_column(f"<mj-text>{html}</mj-text>")


def in_column(content: str) -> str:
    return in_body(f"<mj-section><mj-column>{content}</mj-column></mj-section>")


def in_body(content: str) -> str:
    return f"<mjml><mj-body>{content}</mj-body></mjml>"


def in_head(content: str) -> str:
    return f"<mjml><mj-head>{content}</mj-head><mj-body></mj-body></mjml>"


FAULTS = [
    # unknown tags and attributes
    (in_column("¶<mj-txt></mj-txt>"), "unknown tag mj-txt", "did you mean 'mj-text'?"),
    (in_column("¶<MJ-Text></MJ-Text>"), "unknown tag MJ-Text", "did you mean 'mj-text'?"),
    (in_column('<mj-text ¶colour="red"></mj-text>'), "<mj-text> has no attribute colour", "mean 'color'?"),
    (in_column('<mj-text ¶class="x"></mj-text>'), "<mj-text> has no attribute class", "write css-class"),
    (in_column('<mj-text ¶style="x:y"></mj-text>'), "has no attribute style", "css-class and a rule in"),
    (in_column('<mj-text ¶Color="red"></mj-text>'), "has no attribute Color", "write color"),
    (in_column('<mj-image ¶text-align="left" />'), "<mj-image> has no attribute text-align", "mean 'align'?"),
    (in_head('<mj-attributes><mj-all ¶colr="red" /></mj-attributes>'), "no attribute colr", "'color'"),
    (
        in_head('<mj-style ¶media="print">a{}</mj-style>'),
        "<mj-style> has no attribute media",
        "it takes css-",
    ),
    (in_column('<mj-text color="red" ¶color="blue"></mj-text>'), "<mj-text> has color twice", "keep one"),
    (in_text('<p class="a" ¶class="b">x</p>'), "<p> has class twice", "keep one"),
    (in_column("<mj-text ¶color></mj-text>"), "color of <mj-text> has no value", 'write color="…"'),
    # wrong parents
    (
        in_body("<mj-section>¶<mj-text></mj-text></mj-section>"),
        "<mj-text> cannot stand in <mj-section>",
        "<mj-",
    ),
    (
        in_body("¶<mj-column></mj-column>"),
        "<mj-column> cannot stand in <mj-body>",
        "it stands in <mj-section>",
    ),
    (in_body("<mj-wrapper>¶<mj-wrapper></mj-wrapper></mj-wrapper>"), "cannot stand in <mj-wr", "<mj-body>"),
    (in_column("¶<div>x</div>"), "<div> cannot stand in <mj-column>", "put it into <mj-text> or <mj-raw>"),
    (in_column("¶<text>x</text>"), "<text> cannot stand in <mj-column>", "did you mean 'mj-text'?"),
    (in_text('¶<mj-image src="x" />'), "<mj-image> cannot stand in <mj-text>", "<mj-column> or <mj-hero>"),
    (in_head("¶<mj-text></mj-text>"), "<mj-text> cannot stand in <mj-head>", "it stands in <mj-column>"),
    (in_head('<mj-attributes>¶<mj-body width="9px" /></mj-attributes>'), "cannot stand in", "the tag itself"),
    (
        in_head('<mj-attributes><mj-class name="a">¶<mj-text /></mj-class></mj-attributes>'),
        "in <mj-class>",
        "",
    ),
    (
        in_head("<mj-title>a ¶<b>x</b></mj-title>"),
        "<b> stands in <mj-title>, which takes no tags",
        "text alone",
    ),
    (in_body("¶loose words"), "text stands in <mj-body>: 'loose words'", "put it into <mj-text>"),
    ("<mjml><mj-body></mj-body>¶<mj-body></mj-body></mjml>", "a second <mj-body>", "keep one"),
    ("¶<mjml></mjml>", "<mjml> has no <mj-body>", "put the sections into <mj-body>"),
    ("¶", "there is no <mjml>", "begin with <mjml>"),
    (in_column("<mj-social>¶<mj-raw></mj-raw></mj-social>"), "<mj-raw> cannot stand in <mj-social", "<mj-"),
    (in_head('<mj-attributes>¶<mj-class color="red" /></mj-attributes>'), "<mj-class> has no name", "name="),
    (in_column('<mj-image src="x">¶<!-- x --></mj-image>'), "a comment stands in <mj-image>", "{# … #}"),
    (in_head("<mj-title>¶<!-- x --></mj-title>"), "a comment stands in <mj-title>", "{# … #}"),
    (
        in_column("<mj-carousel></mj-carousel>¶<mj-carousel></mj-carousel>"),
        "a second <mj-carousel>",
        "same id",
    ),
    # units, colours, words
    (in_column('<mj-text padding="¶10"></mj-text>'), "padding of <mj-text> cannot be '10'", "write 10px"),
    (in_column('<mj-text padding="¶1em 2px"></mj-text>'), "padding of <mj-text> cannot be", "px or %"),
    (in_column('<mj-text padding="¶1px 2px 3px 4px 5px"></mj-text>'), "cannot be", "at most 4, not 5"),
    (in_column('<mj-text padding="¶10PX 0"></mj-text>'), "cannot be '10PX 0'", "write 10px 0"),
    (in_column('<mj-image src="x" width="¶50%" />'), "width of <mj-image> cannot be '50%'", "a length in px"),
    (in_column('<mj-text font-size="¶"></mj-text>'), "font-size of <mj-text> cannot be ''", "a length in px"),
    (in_column('<mj-text color="¶#12345"></mj-text>'), "cannot be '#12345'", "a colour: a name, #rrggbb"),
    (in_column('<mj-text color="¶c4492f"></mj-text>'), "cannot be 'c4492f'", "write #c4492f"),
    (in_column('<mj-text color="¶Red"></mj-text>'), "color of <mj-text> cannot be 'Red'", "write red"),
    (
        in_column('<mj-text color="¶rde"></mj-text>'),
        "color of <mj-text> cannot be 'rde'",
        "did you mean 'red'?",
    ),
    (in_column('<mj-text align="¶centre"></mj-text>'), "cannot be 'centre'", "did you mean 'center'?"),
    (in_column('<mj-image src="x" fluid-on-mobile="¶yes" />'), "cannot be 'yes'", "true or false"),
    (in_column('<mj-table cellpadding="¶3px"></mj-table>'), "cannot be '3px'", "write 3"),
    # what MJML has and the compiler has not
    (in_body('¶<mj-include path="a" />'), "the compiler has no mj-include", "include it with Jinja"),
    (in_body('<mj-hero ¶mode="fluid-height"></mj-hero>'), 'drops mode="fluid-height"', "a fixed height"),
    (in_body('<mj-wrapper ¶gap="3px"></mj-wrapper>'), "drops gap of <mj-wrapper>", "padding"),
    # syntax
    (in_text("¶<p>a"), "<p> is not closed before </mj-text>", "write </p> before it"),
    (
        in_text("¶<b><i>x</b></i>".replace("¶<b>", "<b>¶")),
        "<i> is not closed before </b>",
        "before it, not af",
    ),
    (in_text("a¶</b>"), "</b> closes nothing", "delete it, or open it before"),
    (in_text("a¶</br>"), "</br> closes nothing", "write <br /> alone"),
    (in_text("a ¶< b"), "a < stands in the text", "write &lt;"),
    (in_text("a ¶<3"), "a < stands in the text", "write &lt;"),
    (in_text("¶<p class=a>x</p>"), "<p is not a whole tag", "put quotes round each attribute's value"),
    (in_text('¶<p class="a"id="b">x</p>'), "<p is not a whole tag", "put a space between attributes"),
    (in_text('¶<p class="a>x</p>'), "<p is not a whole tag", "close its quotes"),
    (in_text('<p>x¶</p class="a">'), '</p class="a"> is no end tag', "write </p>"),
    (in_text("<p>x¶</p/>"), "</p/> is no end tag", "write </p>"),
    ("<mjml><mj-body></mj-body>¶</MJML>", "</MJML> is no end tag", "write </mjml>"),
    (in_text("¶<!-- a -- b -->"), "a comment holds --", "write one - in it"),
    (in_text("¶<!-- a"), "a comment is never closed", "write -->"),
    (in_text("¶<![CDATA[a]]>"), "<![CDATA[a]]> is no MJML", "take it out"),
    (in_text("<!--[if mso]>a¶<![endif] -->"), "a conditional comment ends wrongly", "write <![endif]-->"),
    (in_body("<mj-raw><!--[if mso]>¶<table><![endif]--></mj-raw>"), "<table> is not closed", "write"),
    (in_head("<mj-style>a{b:c} /* ¶< */</mj-style>"), "a < stands in CSS", "write the rule without it"),
    (
        '¶<?xml version="1.0"?><mjml><mj-body></mj-body></mjml>',
        '<?xml version="1.0"?> is no MJML',
        "take it out",
    ),
    (in_text("<b title=']]>'>a</b>¶]]>"), "]]> stands in the text", "write ]]&gt;"),
    (in_text("a¶\x01"), "holds the character U+0001", "delete it"),
    (in_text("a¶\ufffe"), "holds the character U+FFFE", "delete it"),
    ("<mjml>¶<mj-body>", "<mj-body> is never closed", "write </mj-body>"),
    ("<mjml><mj-body></mj-body></mjml>¶zz", "text stands outside <mjml>: 'zz'", "take it out"),
]


@pytest.mark.parametrize(("source", "message", "remedy"), FAULTS)
def test_a_fault_has_its_place_and_remedy(source: str, message: str, remedy: str) -> None:
    at = source.index("¶")
    faults = check_source(source.replace("¶", ""))
    assert any(f.at == at and message in f.message and remedy in f.remedy for f in faults), faults


@pytest.mark.parametrize(("source", "message", "remedy"), FAULTS)
def test_one_fault_is_said_once(source: str, message: str, remedy: str) -> None:
    faults = check_source(source.replace("¶", ""))
    assert len({fault.message for fault in faults}) == len(faults) <= 3, faults


def test_all_faults_are_said_at_once() -> None:
    source = in_column('<mj-text colour="red" padding="3"><p>x</mj-text><mj-txt />')
    assert [fault.message for fault in check_source(source)] == [
        "<mj-text> has no attribute colour",
        "padding of <mj-text> cannot be '3'",
        "<p> is not closed before </mj-text>",
        "unknown tag mj-txt",
    ]


@pytest.mark.parametrize("wrong", ["<mj-txt>x</mj-text>", "<mj-text>x</mj-txt>", "<mj-text>x</mj-Text>"])
def test_a_slip_in_one_of_two_tags_is_one_fault(wrong: str) -> None:
    assert len(check_source(in_column(wrong))) == 1


def test_nesting_that_would_kill_the_compiler_is_a_fault() -> None:
    faults = check_source(in_text("<b>" * 20_000))
    assert [fault.message for fault in faults] == ["tags nested deeper than 200"]


GOOD = [
    in_text('<p class="a" title=\'x "y" <b>\'>AT&T &nbsp; 3 > 2 <br>a<hr/><img src="x"></p>'),
    in_text("<!--[if mso]><o:p>x</o:p><![endif]--><!--[if !mso]><!--><b>y</b><!--<![endif]-->"),
    in_text(
        "<!--[if (gte mso 9)|(IE)]><table><tr><td><![endif]-->x<!--[if mso]></td></tr></table><![endif]-->"
    ),
    in_text('<a href="https://example.com/?a=1&b=2" >x</a><td nowrap>y</td>'),
    in_text("<P>upper</p>"),
    in_head('<mj-style inline="inline">a > b { c: d }</mj-style><mj-raw><meta name="a"></mj-raw>'),
    in_head(
        '<mj-attributes><mj-all padding="0" /><mj-class name="a" color="red" width="50%" /></mj-attributes>'
    ),
    in_column('<mj-text line-height="1.5" letter-spacing="-0.5px" color="rgba(0,0,0,0.5)">x</mj-text>'),
    in_column('<mj-text mj-class="a" css-class="b" padding="0 10px">x</mj-text>'),
    in_body('<mj-section full-width="full-width"><mj-group><mj-column /></mj-group></mj-section>'),
    "\ufeff<!-- a --><mjml lang='en' dir='ltr'><mj-body></mj-body></mjml>\n",
]


@pytest.mark.parametrize("source", GOOD)
def test_what_is_right_passes_and_compiles(source: str) -> None:
    assert check_source(source) == []
    assert mjml2html(source).endswith("</html>")


WHOLE = (
    '<mjml><mj-head><mj-title>a</mj-title><mj-style>a > b {}</mj-style></mj-head><mj-body width="600px">'
    '<mj-section padding="0 1px"><mj-column><mj-text color="red"><p class="x">a<br />b</p></mj-text>'
    '<mj-image src="x" /><!-- c --></mj-column></mj-section></mj-body></mjml>'
)
PIECES = [
    "",
    "<",
    ">",
    '"',
    "/",
    "--",
    "<p>",
    "</p>",
    "<!-- x -->",
    "<br>",
    "</br>",
    " a",
    "<mj-text>",
    "]]>",
]


@settings(max_examples=1500, deadline=None)
@given(at=st.integers(0, len(WHOLE)), drop=st.integers(0, 3), piece=st.sampled_from(PIECES))
def test_what_passes_the_check_compiles(at: int, drop: int, piece: str) -> None:
    source = WHOLE[:at] + piece + WHOLE[at + drop :]
    if not check_source(source):
        assert mjml2html(source, disable_comments=True).endswith("</html>")

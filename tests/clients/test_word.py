"""What Outlook on Windows makes of a message as a whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st

from producthead_mail.clients.conditional import reveal
from producthead_mail.clients.profile import PROFILES
from producthead_mail.clients.removal import Action, Removal
from producthead_mail.clients.simulate import simulate
from producthead_mail.clients.word import NOT_MODELLED, typeset
from producthead_mail.config import Project
from producthead_mail.content.loader import load_edition, load_publication
from producthead_mail.rendering.layout import load_layout
from producthead_mail.rendering.pipeline import render

PROJECT = Project(Path(__file__).parents[2])
OUTLOOK = next(one for one in PROFILES if one.word)
ARTICLE = "https://www.hteumeuleu.com/2020/outlook-rendering-engine/"


def page(body: str, head: str = "") -> Any:
    return lxml.html.document_fromstring(
        f"<html><head>{head}<title>t</title></head>\n<body>{body}</body></html>"
    )


def features(tree: Any) -> list[str]:
    return [entry.feature for entry in typeset(tree)]


def test_a_loss_is_logged_once_for_each_tag_with_its_first_place() -> None:
    tree = page(
        '<div class="a b" style="max-width:640px"></div>\n<div style="max-width:640px"></div>\n'
        '<p style="max-width:640px">x</p>'
    )
    loss = {
        "feature": "word-max-width",
        "action": Action.REMOVED,
        "reason": "only tables have one",
        "link": ARTICLE,
    }
    assert typeset(tree) == (
        Removal(what="max-width: 640px", element="div.a.b", line=2, times=2, **loss),
        Removal(what="max-width: 640px", element="p", line=4, **loss),
    )


def test_settings_for_word_are_dropped_and_the_text_around_them_stays() -> None:
    tree = page(
        "<p>a<o:p></o:p>b<w:anchorlock/>c</p>",
        "<noscript><xml><o:OfficeDocumentSettings><o:PixelsPerInch>96</o:PixelsPerInch>"
        "</o:OfficeDocumentSettings></xml></noscript>",
    )
    typeset(tree)
    assert [child.tag for child in tree.find("head")] == ["title"]
    assert tree.find("body").text_content() == "abc"


def sheet(css: str, body: str = "") -> tuple[str, tuple[Removal, ...]]:
    tree = page(body, f"<style>{css}</style>")
    log = typeset(tree)
    return str(tree.find(".//style").text), log


@pytest.mark.parametrize(
    ("css", "expected"),
    [
        ("p{color:red}", "p{color:red}"),
        (".a{max-width:9px}", ".a:where(table){max-width:9px}"),
        (".a,.b{padding:9px}", ".a:where(td,th),.b:where(td,th){padding:9px}"),
        ("p{border-radius:3px}", ""),
        ("p {\n color:red }", "p{color:red}\n"),
        ("@media print{p{float:left}}", "@media print{p{float:left}}"),
        (
            ".a{width:9px}",
            ".a:not(:where(html,body,span,a,abbr,acronym,b,big,cite,code,del,dfn,em,font,i,ins,kbd,label,q,s,samp,"
            "small,strike,strong,sub,sup,tt,u,var,div,p,article,aside,figure,footer,header,main,nav,section,img))"
            "{width:9px}",
        ),
    ],
)
def test_a_rule_of_a_sheet_reaches_only_the_elements_on_which_word_reads_it(css: str, expected: str) -> None:
    assert sheet(css)[0] == expected


def test_a_sheets_loss_is_logged_where_an_element_loses_by_it() -> None:
    css = "\n.a{max-width:9px}.b{max-width:9px}"
    assert sheet(css, '<table class="a"></table><p class="c">x</p>')[1] == ()
    (told,) = sheet(css, '<div class="a"></div><p class="a">x</p>')[1]
    assert (told.what, told.element, told.line) == ("max-width: 9px", ".a", 2)


def test_a_rule_without_restriction_keeps_its_weight() -> None:
    """`:where()` adds nothing to a selector, so that the cascade stays what it was."""
    assert sheet("#a .b{margin:9px}")[0].startswith("#a .b:not(:where(")


def test_all_cells_of_a_row_get_the_largest_vertical_padding() -> None:
    tree = page(
        '<table cellpadding="2"><tr><td style="padding:10px 4px 0">a</td><td style="padding-bottom:9pt">b'
        "</td><td>c</td></tr></table>"
    )
    told = [entry for entry in typeset(tree) if entry.feature == "word-row-padding"]
    assert [cell.get("style") for cell in tree.iter("td")] == [
        "padding:10px 4px 0;padding-top:10px;padding-bottom:12px",
        "padding-bottom:9pt;padding-top:10px;padding-bottom:12px",
        "padding-top:10px;padding-bottom:12px",
    ]
    assert [(entry.what, entry.became) for entry in told] == [
        ("padding above 10px, below 0px", "above 10px, below 12px"),
        ("padding above 2px, below 12px", "above 10px, below 12px"),
        ("padding above 2px, below 2px", "above 10px, below 12px"),
    ]


def test_a_row_of_one_cell_or_of_equals_stays() -> None:
    assert features(page('<table><tr><td style="padding:9px">a</td></tr></table>')) == []
    assert features(page("<table><tr><td>a</td><td>b</td></tr></table>")) == []


@pytest.mark.parametrize(
    ("image", "lost"),
    [
        ('<img src="a.png" style="width:30px">', ["word-image-width"]),
        ('<img src="a.png" width="30" style="width:100%">', []),
        ('<img src="a.png" width="30" style="height:auto">', []),
    ],
)
def test_a_picture_needs_its_width_as_an_attribute(image: str, lost: list[str]) -> None:
    assert features(page(image)) == lost


@pytest.mark.parametrize(
    ("table", "style"),
    [
        (
            '<table align="center" style="margin:0 auto">',
            "margin-top:0;margin-bottom:0;margin-left:auto;margin-right:auto",
        ),
        ('<table align="center" style="margin:0 0">', "margin:0 0;margin-left:auto;margin-right:auto"),
        ('<table align="center" style="width:9px">', "width:9px"),
        ('<table style="margin:0 auto">', "margin-top:0;margin-bottom:0"),
    ],
)
def test_a_table_is_centred_by_its_attribute_alone(table: str, style: str) -> None:
    tree = page(table)
    typeset(tree)
    assert tree.find(".//table").get("style") == style


def test_a_background_picture_is_kept_on_body_only() -> None:
    tree = page('<table background="a.png"><tr><td background="b.png">x</td></tr></table>')
    tree.find("body").set("background", "c.png")
    assert features(tree) == ["word-background", "word-background"]
    assert [element.tag for element in tree.iter() if element.get("background")] == ["body"]


@pytest.mark.parametrize(
    ("div", "is_told"),
    [
        ('<div style="background:#eee"><!-- x --><p> <table></table></p></div>', True),
        ('<div style="background:#eee"><table style="background:#eee"></table></div>', False),
        ('<div style="background:#eee">text<table></table></div>', False),
        ('<div style="background:#eee"><p>text</p><table></table></div>', False),
        ('<div style="background:#eee"></div>', False),
        ('<div class="page"><table></table></div>', True),
        ('<blockquote style="background:#eee"><table></table></blockquote>', False),
    ],
)
def test_the_colour_of_a_div_is_not_drawn_behind_tables(div: str, is_told: bool) -> None:
    """mjml#1796"""
    tree = page(
        f"<table><tr><td>around{div}</td></tr></table>", "<style>.page{background-color:#ddd}</style>"
    )
    assert features(tree) == ["word-div-background"] * is_told


def test_a_div_of_tables_is_transparent_where_it_says_so_itself_or_a_sheet_does() -> None:
    tree = page('<div class="page"><table></table></div><div style="background:#eee"><table></table></div>')
    sheet = tree.makeelement("style")
    sheet.text = ".page{background-color:#ddd}"
    tree.find("head").append(sheet)
    typeset(tree)
    assert [div.get("style") for div in tree.iter("div")] == [
        "background-color:transparent",
        "background-color:#eee;background-color:transparent",
    ]


def test_a_hidden_preheader_stays_hidden() -> None:
    """One of the faults found in other tools: "partial" isn't "stripped"."""
    tree = page('<div style="display:none;max-height:0;overflow:hidden">preheader</div>')
    typeset(tree)
    assert tree.find(".//div").get("style") == "display:none"


def test_tables_in_something_hidden_are_told() -> None:
    told = typeset(page('<div style="mso-hide:all"><table><tr><td>x</td></tr></table></div>'))
    assert [(entry.feature, entry.action) for entry in told] == [
        ("word-mso", Action.CHANGED),
        ("word-hidden-tables", Action.NOTED),
    ]
    assert told[1].reason == NOT_MODELLED["display: none with tables in it"]


@pytest.mark.parametrize(
    ("body", "style"),
    [
        (
            '<p style="font-size:20px;line-height:10px">x</p>',
            "font-size:20px;line-height:10px;line-height:normal",
        ),
        (
            '<div style="line-height:10px"><p style="font-size:20px">x</p></div>',
            "font-size:20px;line-height:normal",
        ),
        (
            '<p style="font-size:20px;line-height:10px;mso-line-height-rule:exactly">x</p>',
            "font-size:20px;line-height:10px;mso-line-height-rule:exactly",
        ),
        ('<p style="font-size:20px;line-height:24px">x</p>', "font-size:20px;line-height:24px"),
        ('<p style="font-size:20px;line-height:0.9">x</p>', "font-size:20px;line-height:0.9"),
        ('<p style="font-size:20px;line-height:10px"> </p>', "font-size:20px;line-height:10px"),
    ],
)
def test_a_line_is_at_least_as_high_as_its_type(body: str, style: str) -> None:
    tree = page(body)
    typeset(tree)
    assert tree.find(".//p").get("style") == style


def test_vml_is_drawn_after_all_else() -> None:
    tree = page(
        '<div><v:roundrect style="width:90px;height:40px" arcsize="50%" stroked="f">x</v:roundrect></div>'
    )
    assert features(tree) == ["word-vml"]
    assert "border-radius:20px" in tree.find(".//div/div").get("style")


def test_pictures_that_vml_draws_are_not_covered_by_what_others_read() -> None:
    """MJML says a section's and a hero's background twice: in VML for Word, in CSS for all others."""
    shown = simulate(
        '<table><tr><td><v:image src="h.png" style="position:absolute;width:60px;height:30px"/>'
        '<div style="background:#111 url(h.png) center / cover">x</div></td></tr></table>'
        '<v:rect style="width:60px" stroked="f"><v:fill src="s.png" color="#111" type="frame"/><v:textbox>'
        '<table style="background:#111 url(s.png) no-repeat"><tr><td>x</td></tr></table>'
        "</v:textbox></v:rect>",
        OUTLOOK,
    ).html
    assert shown.count("background-image:url('h.png')") == 1
    assert "background:#111" not in shown


def seed() -> str:
    publication = load_publication(PROJECT)
    (path,) = (PROJECT.root / "content" / "editions").glob("2024-02-12-*.md")
    edition = load_edition(path, publication, PROJECT)
    return render(edition, publication, load_layout(PROJECT, edition.layout)).html


def test_the_seed_edition_keeps_its_columns_and_its_button() -> None:
    """In Word MJML's ghost tables give the columns; the shape for Word is the button."""
    tree = lxml.html.document_fromstring(reveal(seed(), 16)[0])
    log = typeset(tree)
    widths = [cell.get("style") for cell in tree.iter("td") if cell.get("style", "").endswith("width:168px")]
    assert widths == ["vertical-align:top;width:168px"]
    (button,) = (link for link in tree.iter("a") if "inline-flex" in link.get("style", ""))
    assert button.text_content() == "Contact us"
    assert not any(":" in element.tag for element in tree.iter("*") if isinstance(element.tag, str))
    assert {entry.feature for entry in log} <= {
        *("word-core", "word-margin-auto", "word-max-width", "word-display", "word-font-weight", "word-full"),
        "word-div-background",
        *("word-padding", "word-vml"),
    }
    assert all(entry.link.startswith("https://") and entry.reason for entry in log)


PARTS = st.sampled_from(
    [
        *(
            "<div style='",
            '<td style="',
            "<p>",
            "</p>",
            "<table cellpadding=x>",
            "<tr>",
            "</table>",
            "'>",
            '">',
        ),
        *(
            "padding:4px 1em",
            ";margin:auto",
            ";mso-padding-alt:",
            "line-height:1px;font-size:9px",
            "x",
            "<v:rect>",
        ),
        *(
            "<style>p{max-width:",
            "}",
            "p::after{float:left}",
            "</style>",
            "<noscript>",
            "<xml>",
            "</xml>",
            "<o:p>",
        ),
    ]
)


@given(st.lists(PARTS, max_size=20).map("".join))
def test_no_message_breaks_it(body: str) -> None:
    tree = page(f"<p>y</p>{body}")
    typeset(tree)
    assert lxml.html.tostring(tree)

"""Word's shapes, drawn with HTML and CSS."""

from __future__ import annotations

from typing import Any

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st

from producthead_mail.clients.removal import Action
from producthead_mail.clients.vml import draw


def page(body: str) -> Any:
    return lxml.html.document_fromstring(f"<html><head><title>t</title></head><body>{body}</body></html>")


def drawn(body: str) -> str:
    tree = page(body)
    draw(tree)
    return (
        lxml.html.tostring(tree.find("body"), encoding="unicode")
        .removeprefix("<body>")
        .removesuffix("</body>")
    )


def test_a_rounded_button_becomes_a_link_with_its_label_in_the_middle() -> None:
    assert drawn(
        '<v:roundrect href="https://example.com" style="height:48px;v-text-anchor:middle;width:164px;"'
        ' arcsize="9%" stroked="f" fillcolor="#c4492f"><center>Go</center></v:roundrect>'
    ) == (
        '<a href="https://example.com" style="box-sizing:border-box;width:164px;height:48px;'
        "background-color:#c4492f;border-radius:4.3px;display:inline-flex;flex-direction:column;"
        'justify-content:center;line-height:normal;text-decoration:none;vertical-align:top">'
        "<center>Go</center></a>"
    )


def test_a_text_box_on_a_picture_becomes_a_block_with_a_background() -> None:
    assert drawn(
        '<v:rect fill="true" stroke="false" style="width:600px;">'
        '<v:fill src="a.png" color="#123456" type="tile" size="1,1" aspect="atleast"/>'
        '<v:textbox inset="0,0,0,0" style="mso-fit-shape-to-text:true;"><p>x</p></v:textbox></v:rect>'
    ) == (
        '<div style="box-sizing:border-box;width:600px;background-color:#123456;'
        "background-image:url('a.png');background-size:cover;background-position:center;height:auto\">"
        '<div style="padding:0px 0px 0px 0px"><p>x</p></div></div>'
    )


def test_an_absolute_picture_becomes_the_background_of_what_holds_it() -> None:
    assert drawn(
        '<table><tr><td style="font-size:0"><v:image src="a\'b.png"'
        ' style="height:300px;position:absolute;width:600px;"/>x</td></tr></table>'
    ) == (
        "<table><tr><td style=\"font-size:0;background-image:url('a%27b.png');"
        'background-size:600px 300px;background-repeat:no-repeat;background-position:top center">x</td>'
        "</tr></table>"
    )


def test_a_picture_in_the_text_becomes_one() -> None:
    assert drawn('<v:image src="a.png" alt="A" style="width:30px;height:20"/>') == (
        '<img src="a.png" alt="A" style="width:30px;height:20px">'
    )


def test_the_pages_background_becomes_that_of_the_body() -> None:
    tree = page(
        '<v:background fill="t"><v:fill type="tile" src="a.png" color="#eee"/></v:background><p>x</p>'
    )
    draw(tree)
    assert tree.find("body").get("style") == "background-color:#eee;background-image:url('a.png')"
    assert [child.tag for child in tree.find("body")] == ["p"]


def styles(shape: str) -> dict[str, str]:
    tree = page(shape)
    draw(tree)
    declarations = tree.find("body")[0].get("style").split(";")
    return dict(one.split(":", 1) for one in declarations)


@pytest.mark.parametrize(
    ("attributes", "name", "value"),
    [
        ("", "background-color", "#ffffff"),
        ('fillcolor="red [3204]"', "background-color", "red"),
        ('filled="f"', "background-color", None),
        ("", "border", "0.75pt solid #000000"),
        ('strokecolor="#eee" strokeweight="2"', "border", "2px solid #eee"),
        ('stroke="false"', "border", None),
        ('arcsize="0.5"', "border-radius", "20px"),
        ('arcsize="32768f"', "border-radius", "20px"),
        ('arcsize="50%"', "border-radius", "20px"),
        ("", "border-radius", "8px"),
    ],
)
def test_a_shape_keeps_its_colour_line_and_corners(attributes: str, name: str, value: str | None) -> None:
    assert (
        styles(f'<v:roundrect {attributes} style="width:90px;height:40px"></v:roundrect>').get(name) == value
    )


@pytest.mark.parametrize(
    ("fill", "expected"),
    [
        ('<v:fill color="#eee"/>', {"background-color": "#eee"}),
        ('<v:fill on="f" color="#eee"/>', {"background-color": "#ffffff"}),
        (
            '<v:fill type="frame" src="a.png"/>',
            {"background-image": "url('a.png')", "background-size": "100% 100%"},
        ),
        ('<v:fill type="tile" src="a.png" aspect="atmost"/>', {"background-size": "contain"}),
        (
            '<v:fill type="gradient" color="red" color2="blue"/>',
            {"background-image": "linear-gradient(to top, red, blue)"},
        ),
        ('<v:stroke on="f"/>', {}),
        ('<v:stroke color="red" weight="2px"/>', {"border": "2px solid red"}),
    ],
)
def test_a_fill_and_a_stroke_are_drawn(fill: str, expected: dict[str, str]) -> None:
    found = styles(f'<v:rect style="width:9px">{fill}</v:rect>')
    assert found | expected == found


def test_an_oval_is_round_and_a_text_box_has_its_usual_inset() -> None:
    assert styles('<v:oval style="width:9px"></v:oval>')["border-radius"] == "50%"
    tree = page("<v:rect><v:textbox inset='5px,,'>x</v:textbox></v:rect>")
    draw(tree)
    assert tree.find(".//div/div").get("style") == "padding:0.05in 0.1in 0.05in 5px"


def test_tables_in_a_padded_cell_move_over_its_left_padding() -> None:
    """email-bugs#32: Word ignores the left padding there, and doubles the right."""
    tree = page(
        "<v:rect><v:textbox><table><tr><td style='padding:30px 20px'><table id='in'><tr><td>x</td>"
        "</tr></table></td></tr></table></v:textbox></v:rect>"
    )
    told = [entry for entry in draw(tree) if entry.feature == "word-vml-padding"]
    assert [(entry.what, entry.element, entry.link) for entry in told] == [
        ("padding-left: 20px", "td", "https://github.com/hteumeuleu/email-bugs/issues/32")
    ]
    assert tree.get_element_by_id("in").get("style") == ";position:relative;left:-20px"


def test_the_log_says_what_each_shape_became_and_that_its_place_is_not_simulated() -> None:
    (told,) = draw(page('<v:rect style="width:9px;position:absolute;left:4px" stroked="f"></v:rect>'))
    assert (told.feature, told.action, told.what, told.element, told.line) == (
        "word-vml",
        Action.CHANGED,
        "v:rect",
        "v:rect",
        1,
    )
    assert told.became == "div: width:9px;background-color:#ffffff"
    assert told.reason == "drawn with CSS, as near as it goes; VML position not simulated"


def test_what_is_not_drawn_is_unwrapped_and_told() -> None:
    tree = page("<v:group>a<v:line></v:line>b</v:group>")
    assert [entry.what for entry in draw(tree)] == ["v:group", "v:line"]
    assert tree.text_content() == "tab"


PARTS = st.sampled_from(
    [
        *("<v:rect>", "</v:rect>", "<v:fill src='a' type=frame />", "<v:textbox>", "</v:textbox>", "x"),
        *("<v:image style='position:absolute'/>", "<v:background>", "<v:oval style='width:;;height:x'>"),
        *(
            "<table><tr><td style='padding:4px'>",
            "</td></tr></table>",
            "<v:roundrect arcsize=x href=''>",
            "<v:zzz>",
        ),
    ]
)


@given(st.lists(PARTS, max_size=15).map("".join))
def test_no_vml_is_left_whatever_its_nesting(body: str) -> None:
    tree = page(f"<p>y</p>{body}")
    draw(tree)
    assert "<v:" not in lxml.html.tostring(tree, encoding="unicode")

"""What will differ, where: grouped, and in the order in which a designer acts on it."""

from __future__ import annotations

import json

import pytest

from producthead_mail.clients.differences import Place, differences
from producthead_mail.clients.impact import Impact, impact
from producthead_mail.clients.removal import Action, Removal


def page(body: str, head: str = "") -> str:
    return f"<html><head>{head}</head>\n<body>{body}</body></html>"


def test_one_thing_in_several_clients_and_places_is_one_difference() -> None:
    html = page(
        '<p style="box-shadow:0 0 2px red">a</p>\n<p style="box-shadow:0 0 2px red">b</p>'
        '<td class="x" style="box-shadow:0 0 2px red">c</td>'
    )

    (found,) = [one for one in differences(html) if one.feature == "css-box-shadow"]

    assert found.what == "box-shadow: 0 0 2px red"
    assert found.impact is Impact.LOOK
    assert [one.client for one in found.clients] == ["gmail", "gmail-app", "outlook", "yahoo"]
    assert found.places[0] == Place(2, "p", 2)
    assert [one.removal.note for one in found.clients] == [None, 1, None, None]


def test_what_a_reader_misses_comes_first() -> None:
    html = page(
        '<p style="cursor:crosshair;filter:blur(2px);float:left">x</p><svg></svg>'
        "<!--[if mso]><i>y</i><![endif]-->"
    )

    order = [one.feature for one in differences(html) if one.feature != "html-body"]

    assert order == ["html-svg", "css-float", "css-filter", "css-cursor", "conditional-comment"]


@pytest.mark.parametrize(
    ("feature", "what", "expected"),
    [
        ("image-webp", 'src="a.webp"', Impact.CONTENT),
        ("gmail-clip", "1 byte past 99,507", Impact.CONTENT),
        ("css-at-media", "@media (max-width: 600px)", Impact.LAYOUT),
        ("css-padding", "padding: 0 2px", Impact.LAYOUT),
        ("word-row-padding", "padding above 1px, below 2px", Impact.LAYOUT),
        ("css-border-radius", "border-radius: 8px", Impact.LOOK),
        ("css-max-height", "max-height: 0px", Impact.CONTENT),
        ("css-opacity", "opacity: 0", Impact.CONTENT),
        ("css-display-none", "display: none", Impact.CONTENT),
        ("css-color-scheme", "color-scheme: light dark", Impact.NONE),
        ("css-selector-attribute", "[data-ogsc]", Impact.NONE),
        ("css-pseudo-class-hover", ":hover", Impact.MINOR),
        ("css-pseudo-class-nth-child", "tr:nth-child(2)", Impact.LAYOUT),
        ("html-aria-hidden", 'aria-hidden="true"', Impact.LOOK),
        ("css-made-up", "x: y", Impact.LOOK),
    ],
)
def test_impact_of_a_removal(feature: str, what: str, expected: Impact) -> None:
    assert impact(Removal(feature, Action.REMOVED, what)) is expected


def test_what_is_only_said_is_minor_and_what_is_covered_is_nothing() -> None:
    assert impact(Removal("css-margin", Action.NOTED, "margin: 1px")) is Impact.MINOR
    assert impact(Removal("css-margin", Action.REMOVED, "margin: 1px", covered=True)) is Impact.NONE
    assert impact(Removal("conditional-comment", Action.SHOWN, "[if mso]: markup")) is Impact.NONE


@pytest.mark.parametrize(
    ("what", "element", "is_lost"),
    [
        ("display: block", "p.a", False),
        ("display: block", "a.b", True),
        ("padding: 0 0px", "p", False),
        ("padding: 0", "td", True),
        ("padding: 0", ".a ul", True),
        ("padding: 0", ".a", True),
        ("margin: 0 !important", "table", False),
        ("margin: 0", "p.a", True),
        ("margin: auto", "table", True),
        ("border: none", "img", False),
        ("border: none", "hr", True),
        ("border-spacing: 0", "table", True),
        ("text-decoration: none", "a", True),
        ("text-decoration: none", "img", False),
        ("text-decoration: underline", "a.b", False),
        ("text-decoration: underline", "span", True),
        ("font-weight: normal", "h1", True),
        ("font-weight: normal", "p", False),
        ("list-style: none", "ul", True),
        ("overflow: auto", "div", True),
        ("height: auto", "img", False),
        ("letter-spacing: normal", ".a", False),
    ],
)
def test_resets_are_losses_where_they_change_what_holds(what: str, element: str, is_lost: bool) -> None:
    feature = "css-" + what.split(":")[0]
    assert (impact(Removal(feature, Action.REMOVED, what, element)) is not Impact.NONE) is is_lost


LINE = "border-top:1px solid red"


@pytest.mark.parametrize(
    ("body", "lost"),
    [
        # In a cell of a given width, as MJML gives Outlook one.
        ('<table><tr><td style="width:9px"><div style="width:100%">x</div></td></tr></table>', "width: 100%"),
        ('<table width="9"><tr><td><div style="max-width:9px">x</div></td></tr></table>', "max-width: 9px"),
        # Hidden with all it says of itself.
        ('<div style="display:none;overflow:hidden">x</div>', "overflow: hidden"),
        # A line that a table draws too, as MJML's dividers do.
        (f'<p style="{LINE};width:9px"></p><table style="{LINE}"></table>', "width: 9px"),
        ('<table align="center" style="margin:0 auto"><tr><td>x</td></tr></table>', "margin: 0 auto"),
        ('<table cellspacing="0" style="border-spacing:0"><tr><td>x</td></tr></table>', "border-spacing: 0"),
        ('<img width="9" style="width:100%">', "width: 100%"),
        # A tint over a solid colour of the same.
        ('<p style="color:red;color:rgba(9,9,9,.5)">x</p>', "color: rgba(9,9,9,.5)"),
        ('<p style="border-left:9px solid red;border-color:rgba(9,9,9,.5)">', "border-color: rgba(9,9,9,.5)"),
        ('<p style="border:0;border:1px solid rgba(9,9,9,.5)">x</p>', "border: 1px solid rgba(9,9,9,.5)"),
    ],
)  # fmt: skip
def test_what_something_else_does_too_is_covered(body: str, lost: str) -> None:
    found = [one for one in differences(page(body)) if one.what == lost]

    assert [one.impact for one in found] == [Impact.NONE]


def test_a_division_beside_others_is_not_covered() -> None:
    body = '<table width="9"><tr><td><div style="width:100%">x</div><div>y</div></td></tr></table>'

    (found,) = [one for one in differences(page(body)) if one.what == "width: 100%"]

    assert found.impact is Impact.LAYOUT


@pytest.mark.parametrize("style", ["border-radius:3px;border-color:rgba(9,9,9,.5)", "color:rgba(9,9,9,.5)"])
def test_a_tint_alone_is_not_covered(style: str) -> None:
    found = [one for one in differences(page(f'<p style="{style}">x</p>')) if "rgba" in one.what]

    assert [one.impact for one in found] == [Impact.LOOK]


def test_phones_only_queries_are_no_loss_on_a_desk() -> None:
    html = page(
        "x", "<style>@media (max-width:9px){p{color:red}} @media (min-width:9px){p{color:red}}</style>"
    )

    found = {one.what: one.impact for one in differences(html) if one.feature == "css-at-media"}

    assert found["@media (min-width:9px)"] is Impact.LAYOUT
    assert found["@media (max-width:9px)"] is Impact.NONE


def test_a_difference_is_json() -> None:
    (found,) = [one for one in differences(page("<svg></svg>")) if one.feature == "html-svg"]

    document = json.loads(json.dumps(found.as_dict()))

    assert document["impact"] == "content"
    assert document["places"] == [{"line": 2, "element": "svg", "count": 1}]
    assert document["clients"][0]["client"] == "gmail"
    assert document["clients"][0]["link"] == "https://www.caniemail.com/features/html-svg/"


def test_a_message_that_nobody_changes_has_no_differences_worth_a_look() -> None:
    assert [one.feature for one in differences(page("<p>x</p>"))] == ["html-body"]

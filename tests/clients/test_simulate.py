"""What each client makes of a message, rule by rule."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html import unescape
from pathlib import Path

import lxml.html
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from producthead_mail.clients.conditional import reveal
from producthead_mail.clients.profile import PROFILES, Inversion, Profile
from producthead_mail.clients.removal import Action, Mark, Removal
from producthead_mail.clients.simulate import simulate
from producthead_mail.config import Project
from producthead_mail.content.loader import load_edition, load_publication
from producthead_mail.rendering.layout import load_layout
from producthead_mail.rendering.pipeline import render

BY_ID = {profile.id: profile for profile in PROFILES}
each_client = pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.id)


def page(body: str, head: str = "") -> str:
    return f"<html><head>{head}</head><body>{body}</body></html>"


def shown(html: str, client: str) -> str:
    return simulate(html, BY_ID[client]).html


def head(css: str, client: str) -> str:
    """What is left of one style sheet."""
    found = re.search(r"<style>(.*?)</style>", shown(page("", f"<style>{css}</style>"), client), re.S)
    return found[1] if found else ""


def cell(style: str, client: str, tag: str = "td") -> str:
    """What is left of the style of a cell, or of another element in one."""
    inner = f'<td style="{style}">x</td>' if tag == "td" else f'<td><{tag} style="{style}">x</{tag}></td>'
    found = re.search(
        rf'<{tag}[^>]* style="([^"]*)"', shown(page(f"<table><tr>{inner}</tr></table>"), client)
    )
    return found[1] if found else ""


DARK = "@media (prefers-color-scheme:dark){p{color:red}}"
PHONE = "@media only screen and (max-width:1px)"
LANGUAGE = '<table role="none"><tr><td lang="en">y</td></tr></table>'
OBJECTS = '<object data="a.pdf">x</object><object data="a.png">y</object>'


@pytest.mark.parametrize(
    ("client", "css", "left"),
    [
        # Gmail
        ("gmail", "p{color:red}", "p{color:red}"),
        ("gmail", ".a, #b > .c { color: red }", ".m_1a, #m_1b > .m_1c { color: red }"),
        ("gmail", "a:hover{color:red} a:focus{color:red}", "a:hover{color:red} "),
        ("gmail", "[class~=a]{color:red} td[class]{color:red}", "[class~=m_1a] {color:red} "),
        ("gmail", "@media (min-width:1px){.a{color:red}}", "@media (min-width:1px) {.m_1a {color:red}}"),
        ("gmail", "@media (min-height:1px){p{color:red}}p{}", "p{}"),
        ("gmail", "@media (prefers-color-scheme:dark){body{color:red}}p{}", "p{}"),
        ("gmail", "@font-face{font-family:x}p{}", "p{}"),
        ("gmail", "p{position:relative;top:1px;color:red}", "p {color:red}"),
        ("gmail", "p{margin:-1px;margin:1px}", "p {margin:1px}"),
        ("gmail", "p{--a:1px;width:var(--a)}", "p {width:var(--a)}"),
        ("gmail", "p{color:red !IMPORTANT;color:blue !important}", "p {color:blue !important}"),
        ("gmail", "p{color:rgb(1 2 3)}b{color:red}", ""),
        # Its sheets are dropped whole for a fault in them.
        ("gmail", "@media x{@media y{p{color:red}}}b{color:red}", ""),
        ("gmail", "@media x{@font-face{font-family:x}}b{color:red}", ""),
        ("gmail", "b{color:red} p{color:", ""),
        ("gmail", "} b{color:red}", ""),
        # Another provider's account
        ("gmail-foreign", "p{color:red}", ""),
        # Outlook.com
        ("outlook-com", ".a.b .c{color:red}", ".x_a.b .x_c {color:red}"),
        ("outlook-com", "p:first-child{color:red} .a:first-child{color:red}", "p:first-child{color:red} "),
        ("outlook-com", "@media x{p{color:red}@media y{p{color:blue}}}", "@media x {p{color:red}}"),
        ("outlook-com", "[class=a]{color:red} [class^=a]{color:red}", "[class=a]{color:red} "),
        ("outlook-com", DARK, DARK),
        # Yahoo
        ("yahoo", DARK, "@media () {p{color:red}}"),
        ("yahoo", PHONE + "{p{height:1px}}", PHONE + " {p {min-height:1px}}"),
        ("yahoo", "@media print{p{color:red}}p{}", "p{}"),
        ("yahoo", "p:nth-child(2){color:red}", "p:nth-child {color:red}"),
        ("yahoo", "p:has(b){color:red}", "p:has {color:red}"),
        ("yahoo", "p{color:red;& b{color:blue}}", "p {color:red;color:blue}"),
        ("yahoo", "[lang=a]{color:red} [lang]{color:red}", "[lang=a]{color:red} "),
        # Outlook on Windows
        ("outlook", "@media x{p{color:red}}b{color:red}", "b{color:red}"),
        ("outlook", "a > b{color:red} a b{color:red}", " a b{color:red}"),
        ("outlook", "p{color:red!important}b{color:red !important}", "b{color:red !important}"),
        # Nearly browsers
        ("apple", "a > .b:hover{position:absolute;gap:1px}", "a > .b:hover{position:absolute;gap:1px}"),
        ("apple", "p{position:sticky}b{position:relative}", "b{position:relative}"),
        ("apple", "p{height:calc(1px + 50vh)}", "p {height:calc(1px + 0)}"),
        ("samsung", DARK, DARK),
        ("samsung", "p{inset:0;color:red}", "p {color:red}"),
    ],
)  # fmt: skip
def test_style_sheets(client: str, css: str, left: str) -> None:
    assert head(css, client) == left


@pytest.mark.parametrize(
    ("client", "style", "left"),
    [
        ("gmail", "color:red;box-shadow:0 0 2px red;width:1px", "color:red;width:1px"),
        ("gmail", "color:red;color:rgb(1 2 3)", ""),
        ("gmail", "color:oklch(40% 0.2 30);width:1px", ""),
        ("gmail", "gap:1px;column-gap:2px", "column-gap:2px"),
        ("gmail-app", "box-shadow:0 0 2px red", ""),
        ("gmail-foreign", "box-shadow:0 0 2px red", "box-shadow:0 0 2px red"),
        ("gmail-app", "display:flex", "display:flex"),
        ("gmail-foreign", "display:flex", ""),
        ("gmail-app", "background-image:linear-gradient(red,blue)", ""),
        ("gmail-app", "background:linear-gradient(red,blue)", "background:linear-gradient(red,blue)"),
        ("outlook-com", "position:sticky;position:absolute", "position:sticky"),
        ("yahoo", "height:1px; color:red", "min-height:1px; color:red"),
        ("yahoo", "background:url('a'),url('b')", "background:url('a')url('b')"),
        ("yahoo", "color:red;background:url(a.png)", "color:red"),
        ("yahoo", "border-radius:1px / 2px", ""),
        ("yahoo", "font-weight:450;font-weight:400", "font-weight:400"),
        ("yahoo", "font-size:1rem;font-size:16px", "font-size:16px"),
        ("yahoo", "cursor:pointer;cursor:zoom-in", "cursor:pointer"),
        ("samsung", "font-size:120%;font-size:20px", "font-size:20px"),
        ("samsung", "font-family:ui-serif, Georgia", "font-family:Georgia"),
        (
            "apple",
            "color:red;user-select:none;-webkit-user-select:none",
            "color:red;-webkit-user-select:none",
        ),
        ("apple", "color : red ;; width:1px", "color : red ;; width:1px"),
    ],
)
def test_style_attributes(client: str, style: str, left: str) -> None:
    assert cell(style, client) == left


@pytest.mark.parametrize(
    ("tag", "style", "left"),
    [
        ("td", "padding:1px;width:2px;height:3px;border-radius:1px", "padding:1px;width:2px;height:3px"),
        ("td", "border:12px solid red", "border:8px solid red"),
        ("td", "background:#00f;color:#fff", "background-color:#00f;color:#fff"),
        ("td", "font-weight:500;font-size:1rem", "font-weight:normal"),
        ("td", "color:red !important;color:blue", "color:blue"),
        ("td", "font-family:system-ui, Georgia", "font-family:Georgia"),
        ("div", "padding:1px;width:2px;height:3px;max-width:4px;color:red", "color:red"),
        ("div", "margin:1px;margin:-1px", "margin:1px"),
        ("p", "display:block;text-transform:lowercase;text-indent:1px", "text-indent:1px"),
        ("span", "margin:1px;color:red", "color:red"),
    ],
)
def test_style_attributes_in_word(tag: str, style: str, left: str) -> None:
    assert cell(style, "outlook", tag) == left


@pytest.mark.parametrize(
    ("client", "body", "left"),
    [
        ("gmail", "<picture><source><img src=a.png></picture>", '<u><u><img src="a.png"></u></u>'),
        ("gmail", '<a target="_top" href="x">y</a>', '<a target="_blank" href="x">y</a>'),
        ("gmail", "<main><b>x</b></main>", "<u><b>x</b></u>"),
        ("gmail", '<p id="a" class="b c" hidden>x</p>', '<p id="m_1a" class="m_1b m_1c">x</p>'),
        ("gmail", "<svg><path d='M0 0'></path></svg>x", "x"),
        ("gmail", "<meter>x</meter>", "x"),
        ("gmail-foreign", "<meter>x</meter>", "<meter>x</meter>"),
        ("gmail", "<form><input type=text></form>", '<form><input type="text"></form>'),
        ("gmail", "<ol reversed><li>x</li></ol>", "<ol><li>x</li></ol>"),
        ("gmail-foreign", "<strike>x</strike>", "x"),
        ("outlook-com", "<section><time>x</time></section>", "<time>x</time>"),
        ("outlook-com", "<video>x</video>", "<video>x</video>"),
        ("yahoo", "<video><source src=a.mp4>x</video>", "x"),
        ("yahoo", '<p role="none" aria-label="x">y</p>', "<p>y</p>"),
        ("yahoo", LANGUAGE, LANGUAGE.replace(' lang="en"', "")),
        ("outlook", "<form><select><option>x</option></select></form>", "<option>x</option>"),
        ("outlook", '<img src="a.webp" alt="x"><img src="b.png">', '<img alt="x"><img src="b.png">'),
        ("outlook", '<acronym title="x">y</acronym>', "<acronym>y</acronym>"),
        ("apple", "<video autoplay controls></video>", "<video controls></video>"),
        ("samsung", OBJECTS, 'x<object data="a.png">y</object>'),
    ],
)  # fmt: skip
def test_markup(client: str, body: str, left: str) -> None:
    found = re.search(r"<body>(?:<div>)?(.*?)(?:</div>)?</body>", shown(page(body), client), re.S)
    assert found is not None
    assert found[1] == left


def test_a_body_becomes_a_division_with_its_attributes() -> None:
    html = '<html><body bgcolor="#ffffff" style="color:red" class="a">x<b>y</b></body></html>'

    assert shown(html, "yahoo") == (
        '<html><body><div bgcolor="#ffffff" style="color:red" class="a">x<b>y</b></div></body></html>'
    )


def test_rules_that_authors_aim_at_gmail_by_its_doctype_hold() -> None:
    html = "<!doctype html>" + page('<p class="a">x</p>', "<style>u + div .a{color:red}</style>")

    out = shown(html, "gmail")

    assert "u + div .m_1a {color:red}" in out
    assert '<body><u></u><div><p class="m_1a">x</p></div></body>' in out
    assert "<u>" not in shown(html, "yahoo")


def test_addresses_are_completed_where_a_base_is_taken_out() -> None:
    html = page('<a href="b">x</a><a href="#c">y</a>', '<base href="https://example.com/a/">')

    assert '<a href="https://example.com/a/b">x</a><a href="https://example.com/a/#c">' in shown(
        html, "gmail"
    )
    assert '<a href="https://example.com/a/b">x</a><a href="#c">' in shown(html, "yahoo")
    assert "<base" not in shown(html, "yahoo")
    assert '<base href="https://example.com/a/">' in shown(html, "apple")


def test_the_media_attribute_of_a_sheet_is_a_media_query() -> None:
    html = page("x", '<style media="(prefers-color-scheme: dark)">p{color:red}</style>')

    assert "<style" not in shown(html, "gmail")
    assert "<style" not in shown(html, "outlook")
    assert '<style media="()">' in shown(html, "yahoo")
    assert shown(html, "apple") == html


def test_a_style_sheet_in_the_body() -> None:
    html = page("<style>p{color:red}</style>x")

    assert "<style" not in shown(html, "gmail")
    assert "<style>p{color:red}</style>" in shown(html, "yahoo")


def test_a_removal_says_what_where_why_and_since_which_test() -> None:
    html = '<html>\n<body>\n<table>\n<tr><td class="a b" style="border-radius:8px">x</td></tr></table></body>'

    assert (
        Removal(
            "css-border-radius",
            Action.REMOVED,
            "border-radius: 8px",
            "td.a.b",
            4,
            mark=Mark.NO,
            version="2019",
            tested="2021-03-09",
            note=1,
            reason="not supported; VML has a rounded rectangle",
            link="https://www.caniemail.com/features/css-border-radius/",
        )
        in simulate(html, BY_ID["outlook"]).removals
    )


def test_a_removal_in_a_sheet_names_the_rule_and_its_line() -> None:
    html = page("x", "<style>\n\n.a {\n  color: red;\n  position: fixed }\n</style>")

    (found,) = [one for one in simulate(html, BY_ID["samsung"]).removals if one.feature == "css-position"]

    assert (found.what, found.element, found.line, found.note) == ("position: fixed", ".a", 5, 1)


def test_the_same_thing_on_the_same_kind_of_element_is_said_once() -> None:
    html = page(
        '<p style="filter:none">a</p><p style="filter:none">b</p><p class="x" style="filter:none">c</p>'
    )

    found = [one for one in simulate(html, BY_ID["gmail"]).removals if one.feature == "css-filter"]

    assert [(one.element, one.times) for one in found] == [("p", 2), ("p.x", 1)]


def test_unknown_is_said_and_stays() -> None:
    html = page('<p style="cursor:pointer">x</p>')

    simulated = simulate(html, BY_ID["samsung"])

    assert simulated.html == html
    (found,) = simulated.removals
    assert (found.action, found.mark) == (Action.NOTED, Mark.UNKNOWN)
    assert found.reason == "the test came to no result: not simulated"


def test_never_tested_is_not_supported_and_stays() -> None:
    html = page('<p style="word-wrap:break-word">x</p>')

    simulated = simulate(html, BY_ID["samsung"])

    assert simulated.html == html
    (found,) = simulated.removals
    assert (found.action, found.mark, found.tested) == (Action.NOTED, None, "2025-05-08")
    assert found.reason == "never tested in this client: not simulated"


def test_a_note_that_is_not_modelled_is_said() -> None:
    html = page("", "<style>a:link{color:red}</style>")

    found = [one for one in simulate(html, BY_ID["outlook-com"]).removals if one.action is Action.NOTED]

    assert [(one.feature, one.note, one.reason) for one in found] == [
        ("css-pseudo-class-link", 1, "partial, not simulated")
    ]


SUPPORTED = (
    "<!doctype html>\n<html lang=en><head><style>\n/* a */ .b > p:hover{ color : red;; }\n"
    "@media (prefers-color-scheme:dark){ p{color:#fff!important} }</style>\n</head>"
    "<body style=\" color:red ;\">\n<P ALIGN=left>a &amp; b&nbsp;<br/><img src='x.png'>\n</body></html>\n"
)


def test_where_a_client_changes_nothing_the_very_text_comes_back() -> None:
    assert simulate(SUPPORTED, BY_ID["apple"]).html == SUPPORTED
    assert simulate(SUPPORTED, BY_ID["apple"]).removals == ()


@cache
def seed() -> str:
    project = Project(Path(__file__).parents[2])
    publication = load_publication(project)
    edition = load_edition(next(project.editions.glob("*alignment.md")), publication, project)
    return render(edition, publication, load_layout(project, edition.layout)).html


def test_the_first_edition_survives_apple_mail_but_for_its_meta_tags() -> None:
    """They are not supported there; the property of the same name is."""
    simulated = simulate(seed(), BY_ID["apple"])

    changes = [one for one in simulated.removals if one.action is not Action.NOTED and one.mark]
    assert [one.what for one in changes] == [
        '<meta name="color-scheme">',
        '<meta name="supported-color-schemes">',
    ]
    assert text(simulated.html) == text(seed())


@each_client
def test_the_first_edition_keeps_its_words_everywhere(profile: Profile) -> None:
    assert text(simulate(seed(), profile).html) == text(seed())


def text(html: str) -> str:
    """The words, without those for Outlook alone."""
    tree = lxml.html.document_fromstring(reveal(html, None)[0])
    for element in list(tree.iter("style", "title")):
        element.drop_tree()
    return "".join(tree.text_content().split())


@each_client
def test_forced_dark_is_the_clients_own(profile: Profile) -> None:
    html = page('<p style="color:#000000;background-color:#ffffff">x</p>')

    dark = simulate(html, profile, dark=profile.inversion).html

    turned = {Inversion.NONE: (False, False), Inversion.PARTIAL: (True, True), Inversion.FULL: (True, True)}
    assert ("color:#000000" not in dark, "background-color:#333333" in dark) == turned[profile.inversion]


# The seven faults that another simulator has on an ordinary newsletter.


def test_ghost_tables_appear_in_outlook_and_nowhere_else() -> None:
    html = page(
        "<!--[if mso]><table><tr><td width=9><![endif]--><p>x</p><!--[if mso]></td></tr></table><![endif]-->"
    )

    assert '<td width="9"><p>x</p></td>' in shown(html, "outlook")
    assert "<table" not in shown(html, "gmail")


def test_light_gmail_gets_no_dark_background() -> None:
    html = page(
        '<p style="color:red">x</p>', "<style>@media (prefers-color-scheme:dark){p{background:#000}}</style>"
    )

    assert "#000" not in shown(html, "gmail")


@each_client
def test_the_cascade_is_left_to_the_client(profile: Profile) -> None:
    html = page('<p id="a" style="color:green">x</p>', "<style>#a{color:red} p{color:blue}</style>")

    out = simulate(html, profile).html

    assert 'style="color:green"' in out
    if profile.own_account:
        assert out.index("color:red") < out.index("color:blue")


def test_partial_is_not_stripped_so_a_hidden_preheader_stays_hidden() -> None:
    html = page('<div style="display:none;max-height:0">x</div>')

    assert 'style="display:none"' in shown(html, "outlook")


def test_no_outlook_is_given_the_data_of_windows_mail() -> None:
    assert {profile.platform for profile in PROFILES if "outlook" in profile.platform} == {
        "outlook.windows",
        "outlook.outlook-com",
    }
    assert cell("border-radius:1px;display:flex", "outlook-com") == "border-radius:1px;display:flex"


@each_client
def test_a_background_by_shorthand_stays_behind_white_text(profile: Profile) -> None:
    assert re.search("background(-color)?:#00f;color:#fff", cell("background:#00f;color:#fff", profile.id))


@each_client
def test_a_cell_of_size_zero_keeps_its_text(profile: Profile) -> None:
    html = page('<table><tr><td style="font-size:0px"><p style="font-size:16px">x</p></td></tr></table>')

    simulated = simulate(html, profile)

    assert 'style="font-size:0px"><p style="font-size:16px">x</p>' in simulated.html
    assert not [one for one in simulated.removals if "font-size" in one.what]


# Whatever a message holds.

MARKUP = st.lists(
    st.sampled_from(
        (
            *(
                "<p",
                ">",
                "</p>",
                "<div style='",
                "'>",
                "</div>",
                "a",
                " b ",
                "é",
                "<",
                "&",
                '"',
                "<!--",
                "-->",
            ),
            *(
                "<!--[if mso]>",
                "<![endif]-->",
                "<style>",
                "</style>",
                "@media (min-width:1px)",
                "{",
                "}",
                ";",
            ),
            *("color:red", "display:none", "width:1rem", "background:url(x)", ":", "<table>", "<tr>", "<td "),
            *(
                "class=x ",
                "id='y'",
                "<picture><source>",
                "<svg>",
                "<base href='",
                "http://[",
                "<a href='#x' ",
            ),
            *("<img src='data:image/gif;base64,R0'", "<body ", "<html>", "<!doctype html>", "\x00", "\ud800"),
            *(
                "<v:roundrect>",
                "<o:p>",
                "<select><option>",
                "<video autoplay>",
                "p:nth-child(",
                "\\",
                "\x92",
                "\x01",
                "&#1;",
                "\x0c",
            ),
            *("margin:-1px auto", "rgb(1 2 3)", "!important", "[class^=", ".x.y", "/*", "*/", "<u hidden ="),
        )
    ),
    max_size=25,
).map("".join)


@given(MARKUP, st.sampled_from(PROFILES), st.sampled_from([None, *Inversion]))
@example("<body {>", PROFILES[0], None)
@example("", PROFILES[0], None)
@example("\x00", PROFILES[3], Inversion.FULL)
def test_no_message_raises_and_none_gets_words_it_did_not_have(
    html: str, profile: Profile, dark: Inversion | None
) -> None:
    simulated = simulate(html, profile, dark=dark)

    words = iter("".join(unescape(html).split()))
    assert all(any(letter == one for one in words) for letter in letters(simulated.html))
    assert all(removal.what and removal.reason for removal in simulated.removals)


def letters(html: str) -> Iterator[str]:
    try:
        tree = lxml.html.document_fromstring(re.sub("[\x00\ud800-\udfff]", "", html))
    except lxml.etree.ParserError:
        return
    for element in list(tree.iter("style", "script")):
        element.text = ""
    yield from (one for one in "".join(tree.text_content().split()) if one >= " ")

"""Forced dark mode: the formula, and which colours of a message it turns."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import lxml.etree
import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st

from producthead_mail.clients.dark import NOT_MODELLED, darkened, invert, lightness
from producthead_mail.clients.profile import Inversion
from producthead_mail.clients.removal import Action, Removal

VARIABLE = "PRODUCTHEAD_REFERENCE_DATA"
VECTORS = Path(os.environ.get(VARIABLE, "")) / "dark-colours.json"
FORMULA = "https://github.com/microsoft/roosterjs/pull/553"
DEFAULTS = "https://www.hteumeuleu.com/2019/dealing-with-outlook-com-s-dark-mode/"


def page(body: str, head: str = "", attributes: str = "") -> Any:
    return lxml.html.document_fromstring(
        f"<html><head><title>t</title>{head}</head>\n<body{attributes}>{body}</body></html>"
    )


def style(body: str, inversion: Inversion = Inversion.FULL) -> str:
    tree = page(f'<p style="{body}">x</p>')
    invert(tree, inversion)
    return str(tree.find(".//p").get("style"))


def sheet(css: str, inversion: Inversion = Inversion.FULL) -> str:
    tree = page("", f"<style>{css}</style>")
    invert(tree, inversion)
    return str(tree.findall(".//style")[1].text)


@pytest.mark.parametrize(
    ("light", "dark"),
    [
        ("#ffffff", "#333333"),
        ("#000000", "#ffffff"),
        ("#333333", "#cfcfcf"),
        ("#808080", "#8b8b8b"),
    ],
)
def test_the_formula_gives_the_known_colours(light: str, dark: str) -> None:
    assert darkened(light) == dark


@pytest.mark.skipif(not VECTORS.is_file(), reason=f"{VARIABLE} is not set")
def test_the_formula_gives_all_48_published_pairs_within_one_step() -> None:
    published = json.loads(VECTORS.read_text(encoding="utf-8"))
    pairs = published["text"] + published["background"]
    far = [(light, dark) for light, dark in pairs if steps(darkened(light), dark) > 1]
    assert (len(pairs), far) == (48, [])
    assert sum(darkened(light) == dark for light, dark in pairs) == 44


def steps(one: str, other: str) -> int:
    return max(abs(int(one[at : at + 2], 16) - int(other[at : at + 2], 16)) for at in (1, 3, 5))


@given(st.integers(0, 0xFFFFFF).map("#{:06x}".format))
def test_every_colour_turns_into_a_colour(colour: str) -> None:
    assert 0 <= lightness(colour) <= 100.001
    assert 0 <= int(darkened(colour)[1:], 16) <= 0xFFFFFF
    assert len(darkened(colour)) == 7


@pytest.mark.parametrize(
    ("light", "dark"),
    [
        ("color:#000", "color:#ffffff"),
        ("COLOR : Black", "COLOR : #ffffff"),
        ("background:#fff", "background:#333333"),
        ("background-color: rgb(255, 255, 255)", "background-color: #333333"),
        ("background-color:rgba(255,255,255,.5)", "background-color:rgba(51,51,51,0.5)"),
        ("color:rgb(0 0 0 / 50%)", "color:rgba(255,255,255,0.5)"),
        ("color:hsl(0,0%,100%)!important", "color:#333333!important"),
        (
            "background: url('a;white.png') no-repeat center white",
            "background: url('a;white.png') no-repeat center #333333",
        ),
        (
            "background:url(data:image/png;base64,white) #fff",
            "background:url(data:image/png;base64,white) #333333",
        ),
        ("border:1px solid #000;margin:0", "border:1px solid #ffffff;margin:0"),
        ("border-top:2px dashed black", "border-top:2px dashed #ffffff"),
        ("border-color:#000 #fff", "border-color:#ffffff #333333"),
        ("outline-color:#000", "outline-color:#ffffff"),
        ("text-decoration:underline black", "text-decoration:underline #ffffff"),
    ],
)
def test_colours_are_turned_and_all_else_is_kept(light: str, dark: str) -> None:
    assert style(light) == dark


@pytest.mark.parametrize(
    "declarations",
    [
        "color:inherit",
        "color:currentColor",
        "background:transparent",
        "background-color:rgba(0,0,0,0)",
        "background:linear-gradient(to right, #fff, rgb(0,0,0))",
        "background-image:url(white.png)",
        "box-shadow:0 0 2px #000",
        "color:var(--ink, #000)",
        "color:lab(50% 20 20)",
        "--color:#000",
        "font-family:'color:#000'",
        "border-collapse:collapse;border-radius:3px",
        "color:",
        "color",
        "",
    ],
)
def test_what_is_no_colour_of_text_or_background_stays(declarations: str) -> None:
    assert style(declarations) == declarations


@pytest.mark.parametrize(
    ("declarations", "partial"),
    [
        ("background:#808080", "background:#8b8b8b"),
        ("background:#000", "background:#000"),
        ("color:#333", "color:#cfcfcf"),
        ("color:#fff", "color:#fff"),
        ("border:1px solid #fff", "border:1px solid #fff"),
        ("border:1px solid #000", "border:1px solid #ffffff"),
    ],
)
def test_partial_inversion_spares_dark_backgrounds_and_light_text(declarations: str, partial: str) -> None:
    assert style(declarations, Inversion.PARTIAL) == partial


def test_no_inversion_changes_nothing() -> None:
    tree = page('<p style="color:#000">x</p>')
    before = lxml.html.tostring(tree)
    assert invert(tree, Inversion.NONE) == ()
    assert lxml.html.tostring(tree) == before


def test_attributes_of_colour_are_turned() -> None:
    tree = page(
        '<table bgcolor="ffffff" bordercolor="black"><tr><td bgcolor="white"><font color="#000000">x</font>'
        '<img src="white.png" alt="#fff"></td></tr></table>',
        attributes=' bgcolor="#ffffff" text="black"',
    )
    invert(tree, Inversion.FULL)
    assert dict(tree.find("body").attrib) == {"bgcolor": "#333333", "text": "#ffffff"}
    assert dict(tree.find(".//table").attrib) == {"bgcolor": "#333333", "bordercolor": "#ffffff"}
    assert tree.find(".//td").get("bgcolor") == "#333333"
    assert tree.find(".//font").get("color") == "#ffffff"
    assert dict(tree.find(".//img").attrib) == {"src": "white.png", "alt": "#fff"}


@pytest.mark.parametrize(
    ("light", "dark"),
    [
        ("p{color:#000}", "p{color:#ffffff}"),
        ("p { color: #000; background: #fff }\n", "p { color: #ffffff; background: #333333 }\n"),
        ("a:hover,.black{margin:0}", "a:hover,.black{margin:0}"),
        ("@media (max-width:9px){p{color:#000}}", "@media (max-width:9px){p{color:#ffffff}}"),
        (
            "@media (prefers-color-scheme: dark){p{color:#000}}p{color:#000}",
            "@media (prefers-color-scheme: dark){p{color:#000}}p{color:#ffffff}",
        ),
        (
            "@media (prefers-color-scheme:dark){@media print{p{color:#000}}}",
            "@media (prefers-color-scheme:dark){@media print{p{color:#000}}}",
        ),
        (
            "[data-ogsc] p{color:#000}[data-ogab] p{color:#000}",
            "[data-ogsc] p{color:#000}[data-ogab] p{color:#000}",
        ),
        (
            "p{color:#000}/* } p{color:#000}\n*/q{/* color:#000 */color:#000}",
            "p{color:#ffffff}/* } p{color:#000}\n*/q{/* color:#000 */color:#ffffff}",
        ),
        ("p{color:#000;b{color:#000}color:#000}", "p{color:#ffffff;b{color:#ffffff}color:#ffffff}"),
        ("p[title='{color:#000']{color:#000}", "p[title='{color:#000']{color:#ffffff}"),
    ],
)
def test_sheets_are_turned_but_for_the_authors_dark_styles(light: str, dark: str) -> None:
    assert sheet(light) == dark


def test_a_sheet_for_dark_mode_by_its_media_attribute_stays() -> None:
    tree = page("", '<style media="(prefers-color-scheme: dark)">p{color:#000}</style>')
    invert(tree, Inversion.FULL)
    assert tree.findall(".//style")[1].text == "p{color:#000}"


def test_a_page_without_colours_turns_white_to_dark_and_black_to_white() -> None:
    tree = page("<p>x</p>")
    log = invert(tree, Inversion.PARTIAL)
    assert tree.find(".//style").text == ":where(body){background-color:#333333;color:#ffffff}"
    reason = "what the page has where the message gives no colour"
    assert log == (
        Removal(
            "forced-dark",
            Action.CHANGED,
            "background #ffffff",
            became="#333333",
            reason=reason,
            link=DEFAULTS,
        ),
        Removal(
            "forced-dark",
            Action.CHANGED,
            "text or border #000000",
            became="#ffffff",
            reason=reason,
            link=DEFAULTS,
        ),
    )


def test_the_default_colours_never_beat_those_of_the_message() -> None:
    tree = page("", attributes=' bgcolor="#202020" text="#fefefe"')
    invert(tree, Inversion.PARTIAL)
    assert tree.find(".//style").text == ":where(body){}"
    assert dict(tree.find("body").attrib) == {"bgcolor": "#202020", "text": "#fefefe"}


def test_links_without_a_colour_are_told_and_stay_blue() -> None:
    tree = page(
        '<a href="#">blue</a>\n<a href="#">too</a><a href="#" style="color:#000">no</a>'
        '<a href="#"><span style="color:#000">no</span></a><a name="x">no link</a>'
    )
    before = tree.find(".//a").attrib.items()
    (told,) = (entry for entry in invert(tree, Inversion.FULL) if entry.action is Action.NOTED)
    assert (told.what, told.element, told.line, told.times) == ("links without a colour", "a", 2, 2)
    assert NOT_MODELLED["links without a colour"] in told.reason
    assert tree.find(".//a").attrib.items() == before


def test_the_log_has_one_entry_for_each_colour() -> None:
    tree = page(
        '\n<p class="a b" style="color:#000">x</p><p style="color:black">y</p>',
        "<style>p{color:#000}</style>",
    )
    log = invert(tree, Inversion.FULL)
    assert log[0] == Removal(
        "forced-dark",
        Action.CHANGED,
        "text or border #000000",
        element="style",
        line=1,
        became="#ffffff",
        reason="turned by the formula of Outlook on the web",
        link=FORMULA,
        times=4,
    )
    assert [entry.what for entry in log] == ["text or border #000000", "background #ffffff"]


def test_outlook_com_keeps_the_old_colours_in_its_own_attributes() -> None:
    tree = page(
        '<table bgcolor="#ffffff"><tr><td style="color:#000;background:#fff"><font color="#000">x</font></td>'
        "</tr></table>"
    )
    invert(tree, Inversion.PARTIAL, outlook_com=True)
    assert tree.find(".//table").get("data-ogab") == "#ffffff"
    assert tree.find(".//td").get("data-ogsc") == "#000000"
    assert tree.find(".//td").get("data-ogsb") == "#ffffff"
    assert tree.find(".//font").get("data-ogac") == "#000000"
    assert dict(tree.find("body").attrib) == {"data-ogsc": "", "data-ogsb": ""}


def test_outlook_com_leaves_borders() -> None:
    """It reads color, background-color and background, and the attributes color and bgcolor."""
    style = "border:1px solid #000000;outline-color:#000000"
    tree = page(
        f'<table bordercolor="#000000"><tr><td style="{style}">x</td></tr></table>',
        f"<style>p{{{style}}}</style>",
    )
    invert(tree, Inversion.PARTIAL, outlook_com=True)
    assert dict(tree.find(".//table").attrib) == {"bordercolor": "#000000"}
    assert dict(tree.find(".//td").attrib) == {"style": style}
    assert [sheet.text for sheet in tree.iter("style")][-1] == f"p{{{style}}}"


@given(
    st.text(alphabet="color:backgrund-#0f;{}()\"' /*urlwhite@", max_size=80),
    st.sampled_from([Inversion.PARTIAL, Inversion.FULL]),
)
def test_no_style_breaks_it(css: str, inversion: Inversion) -> None:
    tree = page("<p>x</p>", "<style></style>")
    tree.find(".//p").set("style", css)
    tree.find(".//style").text = css
    invert(tree, inversion)
    assert lxml.html.tostring(tree)


@pytest.mark.parametrize("piece", ["(", "'", '"', "{", "color:", "color:(", "a-", "/*", "url(", "rgb("])
def test_hostile_repetition_is_read_in_one_pass(piece: str) -> None:
    """The test's own time limit is the assertion."""
    tree = page("<p>x</p>", "<style></style>")
    tree.find(".//p").set("style", "color:" + piece * 20_000)
    tree.find(".//style").text = "p{color:" + piece * 20_000
    invert(tree, Inversion.FULL)

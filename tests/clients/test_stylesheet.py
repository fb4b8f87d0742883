"""A sheet is read into pieces that are the sheet again, whatever it holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producthead_mail.clients.selector import parsed
from producthead_mail.clients.stylesheet import Kind, Piece, pieces, selectors


def told(css: str) -> list[tuple[str, str, str]]:
    return [(one.kind.value, one.keyword, one.prelude) for one in pieces(css) if one.kind is not Kind.BLANK]


@pytest.mark.parametrize(
    ("css", "read"),
    [
        ("a { b: c } d{}", [("rule", "", "a"), ("rule", "", "d")]),
        ("@import url(a;b);p{}", [("at-rule", "import", "url(a;b)"), ("rule", "", "p")]),
        ("@MEDIA  (a)\n{p{}}", [("at-rule", "media", "(a)")]),
        ("/* { */ a{content:'}'}", [("rule", "", "a")]),
        ('a[b="{"]{}', [("rule", "", 'a[b="{"]')]),
        ("<!-- a{} -->", [("rule", "", "a")]),
        ("a{b:c", [("broken", "", "a")]),
        ("} a{}", [("broken", "", ""), ("rule", "", "a")]),
        ("{b:c}", [("broken", "", "")]),
        ("@ {}", [("broken", "", "@")]),
    ],
)
def test_rules_are_told_apart(css: str, read: list[tuple[str, str, str]]) -> None:
    assert told(css) == read


def test_rules_in_rules() -> None:
    (media,) = pieces("@media x{a{b:c}@media y{d{}}}")
    (nesting,) = pieces("a{b:c;&:hover{d:e}f:g}")

    assert [one.prelude for one in media.rules or ()] == ["a", "y"]
    assert [one.text for one in nesting.rules or ()] == ["b:c;", "&:hover{d:e}", "f:g"]


def test_a_list_of_selectors_is_cut_at_its_own_commas() -> None:
    assert selectors("a, b:is(c, d), e[f=','] > g") == ("a", "b:is(c, d)", "e[f=','] > g")


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("td.a#b", ["type", "class", "id"]),
        ("a > b + c ~ d e", ["type", "combinator"] * 4 + ["type"]),
        ("*:before", ["universal", "pseudo-element"]),
        ("a::marker:nth-child(2n + 1)", ["type", "pseudo-element", "pseudo-class"]),
        ("[class~='x y']:has(> b)", ["attribute", "pseudo-class"]),
        ("&.a%", ["other", "class", "other"]),
    ],
)
def test_selectors_are_taken_apart(text: str, kinds: list[str]) -> None:
    selector = parsed(text)

    assert [part.kind for part in selector.parts] == kinds
    assert str(selector) == text


CSS = st.lists(
    st.sampled_from([*"{};:()[]'\"\\ a@&,", "@media x", "/*", "*/", "<!--", "-->", "url(", "a{b:c}"]),
    max_size=30,
).map("".join)


def whole(read: tuple[Piece, ...]) -> str:
    for one in read:
        if one.rules is not None:
            assert whole(one.rules) == one.content
    return "".join(one.text for one in read)


@given(CSS)
def test_the_pieces_are_the_sheet_again(css: str) -> None:
    assert whole(pieces(css)) == css


@given(CSS)
def test_a_selector_is_its_parts(text: str) -> None:
    assert str(parsed(text)) == text.strip()

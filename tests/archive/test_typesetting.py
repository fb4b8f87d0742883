"""Lines of text: measured, wrapped and cut by the letters of the font."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from producthead_mail.archive.typesetting import SEMIBOLD, Face, drawable

FACE = Face(SEMIBOLD, 62)
TITLE = "Why “alignment” makes and breaks great leaders"


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("In search of deeper alignment", "In search of deeper alignment"),
        ("  two\t lines\n here ", "two lines here"),
        ("“Quoted” – it’s 5 € … ½ × Ω №", "“Quoted” – it’s 5 € … ½ × Ω №"),
        ("Příliš žluťoučký kůň", "Příliš žluťoučký kůň"),
        ("Cafe\u0301", "Café"),
        ("Ελληνικά, Привет", "Ελληνικά, Привет"),
        ("🚀 Launch 👩🏽‍💻 day ❤️", "Launch day"),
        ("𝐁old ﬁne Ⅳ ㎏", "Bold ﬁne IV kg"),
        ("soft\u00adhyphen zero\u200bwidth", "softhyphen zerowidth"),
        ("Pourquoi\u00a0?", "Pourquoi\u00a0?"),
        ("产品经理", ""),
        ("Product 经理", ""),
        ("שלום", ""),
        ("نص", ""),
        ("\ud800", ""),
        ("", ""),
    ],
)
def test_what_the_font_lacks_is_left_out_and_a_text_without_a_letter_of_it_whole(
    text: str, drawn: str
) -> None:
    assert drawable(text) == drawn


def test_lines_are_broken_between_words() -> None:
    assert FACE.wrapped(TITLE, 560) == ["Why “alignment”", "makes and breaks", "great leaders"]
    assert FACE.wrapped(TITLE, 2000) == [TITLE]
    assert FACE.wrapped("", 700) == []


def test_a_word_longer_than_the_line_is_broken_in_it() -> None:
    lines = FACE.wrapped("of Donaudampfschifffahrtsgesellschaft now", 500)
    assert "".join(lines).replace(" ", "") == "ofDonaudampfschifffahrtsgesellschaftnow"
    assert lines[0] == "of"
    assert max(map(FACE.length, lines)) <= 500


def test_balanced_lines_are_of_even_length() -> None:
    text = "In search of deeper alignment now"
    assert FACE.wrapped(text, 860) == ["In search of deeper alignment", "now"]
    assert FACE.balanced(text, 860, 2) == ["In search of deeper", "alignment now"]


def test_a_text_too_long_ends_after_a_word_with_an_ellipsis() -> None:
    assert FACE.shortened(TITLE, 800) == "Why “alignment” makes…"
    assert FACE.shortened("One, two, three", 200) == "One…"
    assert FACE.shortened("Donaudampfschifffahrt", 300) == "Donaud…"
    assert FACE.shortened("One", 800) == "One"
    assert FACE.shortened("", 0) == ""


@settings(max_examples=50, deadline=None)
@given(st.text(st.characters(codec="latin-1", categories=("L", "N", "P", "Zs")), max_size=60))
def test_no_line_is_longer_than_its_room(text: str) -> None:
    text = drawable(text)
    lines = FACE.wrapped(text, 300)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(FACE.length(line) <= 300 for line in lines)


def test_letters_have_the_same_room_on_every_machine() -> None:
    assert [FACE.length(text) for text in ("“deep”", "»", "AVA", "d")] == [189, 32, 123, 36]
    assert FACE.length(TITLE) == FACE.font.getlength(TITLE)


def test_no_more_is_drawn_than_a_picture_has_room_for() -> None:
    assert drawable("a" * 100_000) == "a" * 1000

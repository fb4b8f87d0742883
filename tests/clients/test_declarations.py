"""Declarations keep the text they were written in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producthead_mail.clients.declarations import masked, split


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("color:red", [("color", "red", "")]),
        (" COLOR : Red ! IMPORTANT ;", [("color", "Red", " ! IMPORTANT"), ("", "", "")]),
        ("--Gap:1px", [("--Gap", "1px", "")]),
        (
            "background:url(data:image/gif;base64,AA==) 0 0",
            [("background", "url(data:image/gif;base64,AA==) 0 0", "")],
        ),
        ("font-family:'a;b',serif;x", [("font-family", "'a;b',serif", ""), ("", "", "")]),
        ("/* one; */ width: calc(1px\n+ (2px))", [("width", "calc(1px + (2px))", "")]),
        ("mso-hide:all;", [("mso-hide", "all", ""), ("", "", "")]),
        ("", [("", "", "")]),
    ],
)
def test_declarations_are_read_as_css_reads_them(text: str, read: list[tuple[str, str, str]]) -> None:
    assert [(one.name, one.value, one.important) for one in split(text)] == read


def test_what_a_value_quotes_is_no_part_of_it() -> None:
    assert masked("URL(rem.png) 'calc(' 1REM") == "url() '' 1rem"


@given(st.text(st.sampled_from("ab:;()'\"\\/*!{} \n")))
def test_the_pieces_are_the_text_again(text: str) -> None:
    pieces = split(text)

    assert ";".join(one.text for one in pieces) == text
    assert all(text.startswith(one.text, one.at) for one in pieces)

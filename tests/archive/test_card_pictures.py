"""The picture that other sites show for an edition."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from producthead_mail.archive.card import Card
from producthead_mail.archive.pictures import draw

CARD = Card(
    name="PRODUCTHEAD",
    title="In search of deeper alignment",
    date="12 February 2024",
    site="newsletter.example.com",
    tagline="everything in its right product",
)
PAPER, INK, ACCENT = (248, 244, 236), (22, 20, 18), (196, 73, 47)


def seen(card: Card) -> Image.Image:
    return Image.open(BytesIO(draw(card)))


def test_it_is_a_small_png_of_the_size_that_sites_show() -> None:
    picture = seen(CARD)
    assert (picture.format, picture.mode, picture.size) == ("PNG", "P", (1200, 630))
    assert len(draw(CARD)) < 40_000


def test_the_same_card_gives_the_same_bytes() -> None:
    assert draw(CARD) == draw(replace(CARD))
    assert draw(CARD) != draw(replace(CARD, date="19 February 2024"))


def test_its_colours_are_those_of_the_layout() -> None:
    picture = seen(CARD).convert("RGB")
    assert [picture.getpixel(place) for place in [(0, 0), (19, 629), (20, 0), (1199, 629)]] == [
        ACCENT,
        ACCENT,
        PAPER,
        PAPER,
    ]
    colours = picture.getcolors(256)
    assert colours is not None
    assert INK in [colour for _, colour in colours]
    assert len(colours) <= 46  # paper, and fifteen shades of three colours


@pytest.mark.parametrize("title", ["", "产品经理的一周", "مرحبا بالعالم", "🚀", "\x00\ufffe", "\ue000"])
def test_a_title_that_can_not_be_drawn_leaves_the_name_and_the_date(title: str) -> None:
    without = draw(replace(CARD, title=""))
    assert draw(replace(CARD, title=title)) == without
    assert without != draw(CARD)


def test_signs_that_the_font_lacks_are_left_out_of_a_title() -> None:
    assert draw(replace(CARD, title="🚀 In search\nof  deeper 👩🏽‍💻 alignment ❤️")) == draw(CARD)


def test_a_name_that_can_not_be_drawn_either_leaves_the_address() -> None:
    neither = replace(CARD, title="", name="产品")
    assert draw(neither) == draw(replace(CARD, title="", name="newsletter.example.com"))


def test_an_edition_of_which_nothing_can_be_drawn_still_has_its_picture() -> None:
    bare = Card(name="产品", title="一周", date="", site="", tagline="🚀")
    assert seen(bare).size == (1200, 630)


@pytest.mark.parametrize(
    "title",
    [
        "The long one " * 40,
        "W" * 400,
        "Donaudampfschifffahrtsgesellschaft " * 3,
        "a " * 300,
        "OKRs",
        "Åjq" * 20,
    ],
)
def test_titles_of_any_length_stay_between_the_margins(title: str) -> None:
    picture = seen(replace(CARD, title=title)).convert("RGB")
    for outside in [(20, 0, 76, 630), (1124, 0, 1200, 630), (20, 180, 1200, 190), (20, 500, 1200, 530)]:
        assert picture.crop(outside).getcolors() == [
            ((outside[2] - outside[0]) * (outside[3] - outside[1]), PAPER)
        ]


def test_names_of_any_length_leave_room_for_the_mark() -> None:
    longest = replace(CARD, name="Word " * 60, tagline="word " * 90, site="x" * 400 + ".example.com")
    picture = seen(longest).convert("RGB")
    for outside in [(930, 0, 990, 200), (500, 530, 504, 630), (1124, 0, 1200, 630)]:
        assert [colour for _, colour in picture.crop(outside).getcolors() or []] == [PAPER]


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=90), st.text(max_size=30))
def test_any_text_gives_a_picture(title: str, name: str) -> None:
    assert seen(replace(CARD, title=title, name=name)).size == (1200, 630)

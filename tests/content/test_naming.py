"""Titles into the names of files."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producthead_mail.content.authoring.naming import edition_slug, slug_of_title, undated


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("In search of deeper alignment", "in-search-of-deeper-alignment"),
        ("Why “alignment” makes & breaks leaders", "why-alignment-makes-and-breaks-leaders"),
        ("Don’t panic: it's fine", "dont-panic-its-fine"),
        ("Große Ideen aus Łódź, Århus und Tromsø", "grosse-ideen-aus-lodz-arhus-und-tromso"),
        ("ﬁnal ½ of №7", "final-1-2-of-no7"),
        ("C++ / C#", "c-c"),
        ("Good morning, [[ first_name ]]!", "good-morning"),
        ("日本語", "edition"),
        ("2024年の製品", "2024"),
        ("🚀", "edition"),
        ("../../etc/passwd", "etc-passwd"),
        ("word " * 20, "word-word-word-word-word-word-word-word-word-word-word-word"),
        ("x" * 100, "x" * 60),
    ],
)
def test_a_slug(title: str, slug: str) -> None:
    assert slug_of_title(title) == slug


def test_the_date_comes_first() -> None:
    assert edition_slug(date(2024, 2, 12), "Trade-offs") == "2024-02-12-trade-offs"


@given(st.text())
def test_any_title_makes_a_name_that_file_systems_and_addresses_take(title: str) -> None:
    slug = slug_of_title(title)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert len(slug) <= 60
    assert slug_of_title(slug.replace("-", " ")) == slug


@pytest.mark.parametrize(
    ("slug", "name"),
    [
        ("2024-02-12-a", "a"),
        ("a-2024-02-12-b", "a-2024-02-12-b"),
        ("12345678901-a", "12345678901-a"),
        ("2024-02-12", "2024-02-12"),
    ],
)
def test_an_edition_is_also_known_by_what_follows_its_date(slug: str, name: str) -> None:
    assert undated(slug) == name

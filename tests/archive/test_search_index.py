"""The index that the archive's search reads."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from producthead_mail.archive.search import folded, search_index
from producthead_mail.archive.site import Entry, Item

ENTRY = Entry(
    slug="2024-02-12-deeper",
    title="Deeper alignment",
    date=date(2024, 2, 12),
    date_text="12 February 2024",
    url="https://newsletter.example.com/2024-02-12-deeper/",
    description="It’s a clear strategy.",
    html="<p>unindexed</p>",
    published=datetime(2024, 2, 12, 12, tzinfo=UTC),
    updated=datetime(2024, 2, 12, 12, tzinfo=UTC),
    takeaways=("A clear strategy first",),
    headings=("Superficial alignment",),
    items=(Item("Getting ALIGNED", "https://example.com/", "René Ångström", "Mind The Product"),),
)


def test_an_edition_is_found_by_its_words_each_once() -> None:
    assert search_index([ENTRY]).decode() == (
        '[["2024-02-12-deeper/","Deeper alignment","12 February 2024",'
        '"deeper alignment it s a clear strategy first superficial getting aligned '
        'rene angstrom mind the product"]]'
    )


def test_the_newest_edition_comes_first() -> None:
    newer = replace(ENTRY, slug="newer", published=datetime(2024, 2, 19, 12, tzinfo=UTC))
    assert [row[0] for row in json.loads(search_index([ENTRY, newer]))] == ["newer/", "2024-02-12-deeper/"]
    assert search_index([ENTRY, newer]) == search_index([newer, ENTRY])


def test_an_archive_without_editions_has_an_empty_index() -> None:
    assert search_index([]) == b"[]"


def test_addresses_are_quoted() -> None:
    assert json.loads(search_index([replace(ENTRY, slug="ünï?x")]))[0][0] == "%C3%BCn%C3%AF%3Fx/"


@pytest.mark.parametrize(
    ("text", "compared"),
    [
        ("Ångström", "angstrom"),
        ("ÉCOLE", "ecole"),
        ("ﬁne Ⅳ", "fine iv"),
        ("Paweł Øre-Đurić", "pawel ore-duric"),
        ("Strauß, Œuvre, Ægir, Işık", "strauss, oeuvre, aegir, isik"),
        ("Привет", "привет"),
        ("产品", "产品"),
    ],
)
def test_case_and_accents_make_no_difference(text: str, compared: str) -> None:
    assert folded(text) == compared

"""What the site knows of an edition, from its file."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from producthead_mail.archive.entries import as_json, description_of, entry_of, from_json, own_images
from producthead_mail.archive.site import Entry, Item
from producthead_mail.content.edition import CuratedItem, Edition, Image, RichText
from producthead_mail.content.publication import Mailbox, Publication

LONDON = ZoneInfo("Europe/London")
PUBLICATION = Publication(Path("p"), "PRODUCTHEAD", "https://n.example.com", Mailbox("a@example.com"), LONDON)
EDITION = Edition(
    slug="2024-07-01-a",
    path=Path("content/editions/2024-07-01-a.md"),
    title="A & B",
    date=date(2024, 7, 1),
    subject="S",
    takeaways=(RichText("", "One <em>thing</em>.", ""), RichText("", "Another", "")),
    essay=RichText("", "<h2>Why &amp; how</h2>\n<p>First <b>words</b>.</p>\n<p>More.</p>", ""),
    curated=(
        CuratedItem(
            "T", "https://example.com/", author="Ada", publication="Review", image=Image("i/a.png", "", "x")
        ),
        CuratedItem("U", "https://example.com/u", image=Image("https://example.com/b.png", "", "y")),
    ),
)
ENTRY = Entry(
    slug="2024-07-01-a",
    title="A & B",
    date=date(2024, 7, 1),
    date_text="1 July 2024",
    url="https://n.example.com/2024-07-01-a/",
    description="One thing. Another",
    html="<p>All</p>",
    published=datetime(2024, 7, 1, 12, 0, tzinfo=LONDON),
    updated=datetime(2024, 7, 1, 12, 0, tzinfo=LONDON),
    takeaways=("One thing.", "Another"),
    headings=("Why & how",),
    items=(Item("T", "https://example.com/", "Ada", "Review"), Item("U", "https://example.com/u")),
    images=("i/a.png",),
)


def test_an_edition_is_an_entry() -> None:
    assert entry_of(EDITION, PUBLICATION, "<p>All</p>") == ENTRY


def test_an_entry_comes_back_from_json() -> None:
    again = from_json(json.loads(json.dumps(as_json(ENTRY))))
    assert again == ENTRY
    assert again.published.isoformat() == "2024-07-01T12:00:00+01:00"


def test_the_description_is_the_preheader_else_takeaways_else_the_first_paragraph() -> None:
    assert description_of(replace(EDITION, preheader="Before")) == "Before"
    assert description_of(EDITION) == "One thing. Another"
    assert description_of(replace(EDITION, takeaways=())) == "First words."


def test_a_long_description_ends_between_words() -> None:
    cut = description_of(replace(EDITION, preheader="word, " * 60))
    assert cut == "word, " * 32 + "word…"


def test_own_pictures_are_those_in_content() -> None:
    assert [image.src for image in own_images(EDITION)] == ["i/a.png"]

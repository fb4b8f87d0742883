"""What an edition's picture says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from producthead_mail.archive.card import Card, card_of
from producthead_mail.archive.site import Entry
from producthead_mail.content.publication import Mailbox, Publication

ENTRY = Entry(
    slug="2024-02-12-deeper",
    title="In search of deeper alignment",
    date=date(2024, 2, 12),
    date_text="12 February 2024",
    url="https://newsletter.example.com/2024-02-12-deeper/",
    description="",
    html="",
    published=datetime(2024, 2, 12, 12, tzinfo=UTC),
    updated=datetime(2024, 2, 12, 12, tzinfo=UTC),
)
PUBLICATION = Publication(
    path=Path("publication.yaml"),
    name="PRODUCTHEAD",
    url="https://newsletter.example.com/the%20archive",
    sender=Mailbox("producthead@example.com"),
    timezone=ZoneInfo("Europe/London"),
    tagline="everything in its right product",
)


def test_it_says_whose_edition_it_is_and_where_it_is_found() -> None:
    assert card_of(ENTRY, PUBLICATION) == Card(
        name="PRODUCTHEAD",
        title="In search of deeper alignment",
        date="12 February 2024",
        site="newsletter.example.com/the archive",
        tagline="everything in its right product",
    )


def test_only_what_it_says_decides_its_key() -> None:
    card = card_of(ENTRY, PUBLICATION)
    assert card_of(replace(ENTRY, html="<p>changed</p>", description="changed"), PUBLICATION).key == card.key
    for name in ("name", "title", "date", "site", "tagline"):
        assert replace(card, **{name: "changed"}).key != card.key

"""What an edition's picture says, known without drawing it."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from urllib.parse import unquote, urlsplit

from producthead_mail.archive.site import Entry
from producthead_mail.content.publication import Publication

LOOK = 1
"""Of the drawing: a new number has every picture drawn again."""


@dataclass(frozen=True, slots=True)
class Card:
    """What the picture says; what of it the font can't draw is left out."""

    name: str
    title: str
    date: str
    site: str
    """Where the archive lives, without the scheme."""
    tagline: str = ""

    @property
    def key(self) -> str:
        """The same key, the same picture."""
        return repr((LOOK, *astuple(self)))


def card_of(entry: Entry, publication: Publication) -> Card:
    """The card of an edition; of `publication` the slots are filled."""
    home = urlsplit(publication.url)
    return Card(
        name=publication.name,
        title=entry.title,
        date=entry.date_text,
        site=unquote(home.netloc.rpartition("@")[2] + home.path),
        tagline=publication.tagline,
    )

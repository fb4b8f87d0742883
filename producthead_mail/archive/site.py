"""What the site knows of an edition, and where its files lie."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

ATOM, RSS, SITEMAP = "feed.xml", "rss.xml", "sitemap.xml"
"""Paths of the feeds and of the list of pages."""
SEARCH = "search.json"
PICTURE = "card.png"
"""In each edition's folder: its Open Graph picture."""


@dataclass(frozen=True, slots=True)
class Item:
    """A curated link, as the indexes of authors and publications list it."""

    title: str
    url: str
    author: str = ""
    publication: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """An edition on the site. Plain texts are not escaped; slots say what they say to a reader unknown."""

    slug: str
    title: str
    date: date
    date_text: str
    """Such as `12 February 2024`."""
    url: str
    """Absolute, with a slash at the end."""
    description: str
    """One or two plain sentences."""
    html: str
    """The whole content for feeds and the like: sanitised, without classes and ids, all URLs absolute."""
    published: datetime
    """`send_at`, else noon of `date` in the publication's time zone."""
    updated: datetime
    """The same as `published`: there is no clock, and a file's time is not the edition's."""
    takeaways: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    """Of the essay."""
    items: tuple[Item, ...] = ()
    images: tuple[str, ...] = ()
    """Own pictures that it shows: paths relative to content/."""

    @property
    def path(self) -> str:
        """Its folder on the site, relative to the root; as it is on disk, not quoted for a URL."""
        return f"{self.slug}/"

    @property
    def picture_url(self) -> str:
        """Absolute URL of its Open Graph picture."""
        return self.url + PICTURE

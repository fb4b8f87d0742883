"""An edition as an entry of the site."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date, datetime, time
from typing import Any

from producthead_mail.archive.essay import headings_of, words_of
from producthead_mail.archive.site import Entry, Item
from producthead_mail.content.edition import Edition, Image
from producthead_mail.content.publication import Publication
from producthead_mail.rendering.pipeline import template_context

LONGEST_DESCRIPTION = 200
"""Characters: what search engines and previews show of one."""
_DATES = {"date": date.fromisoformat, "published": datetime.fromisoformat, "updated": datetime.fromisoformat}

_BEGINNINGS = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"\0\0\1\0")
"""Of PNG, JPEG, GIF, BMP, TIFF and ICO."""
_BRANDS = (b"avif", b"avis", b"heic", b"heix", b"mif1")
_PARAGRAPH = re.compile(r"<p\b[^>]*>(.*?)</p>", re.DOTALL)


def entry_of(edition: Edition, publication: Publication, html: str) -> Entry:
    """The entry of an edition whose slots are filled; `html` is its content for feeds."""
    noon = datetime.combine(edition.date, time(12), publication.timezone)
    published = edition.send_at or noon
    return Entry(
        slug=edition.slug,
        title=edition.title,
        date=edition.date,
        date_text=str(template_context(edition, publication)["date_text"]),
        url=publication.page_url(edition.slug),
        description=description_of(edition),
        html=html,
        published=published,
        updated=published,
        takeaways=tuple(words_of(takeaway.html) for takeaway in edition.takeaways),
        headings=headings_of(edition.essay.html),
        items=tuple(Item(one.title, one.url, one.author, one.publication) for one in edition.curated),
        images=tuple(dict.fromkeys(image.src for image in own_images(edition))),
    )


def description_of(edition: Edition) -> str:
    """The preheader, else the takeaways, else the essay's first paragraph."""
    takeaways = ". ".join(words_of(takeaway.html).rstrip(".") for takeaway in edition.takeaways)
    paragraph = _PARAGRAPH.search(edition.essay.html)
    words = edition.preheader or takeaways or words_of(paragraph[1] if paragraph else edition.essay.html)
    if len(words) <= LONGEST_DESCRIPTION:
        return words
    return words[:LONGEST_DESCRIPTION].rpartition(" ")[0].rstrip(" ,;:.–—") + "…"


def own_images(edition: Edition) -> Iterator[Image]:
    """The pictures that lie in content/."""
    shown = [item.image for item in edition.curated if item.image]
    yield from (image for image in (*edition.essay.images, *shown) if is_own(image))


def standing_images(publication: Publication) -> Iterator[Image]:
    """The same of the standing parts."""
    book, offer = publication.book, publication.help
    shown = (publication.logo, offer and offer.logo, book and book.cover)
    yield from (image for image in shown if image and is_own(image))


def is_own(image: Image) -> bool:
    """Whether the picture lies in content/, and not elsewhere on the web."""
    return ":" not in image.src.split("/", 1)[0]


def is_picture(data: bytes) -> bool:
    """Whether a file's first bytes are those of a picture."""
    if data.startswith(_BEGINNINGS) or (data.startswith(b"RIFF") and data[8:12] == b"WEBP"):
        return True
    if data[4:8] == b"ftyp" and data[8:12] in _BRANDS:
        return True
    return data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and b"<svg" in data[:4096]


def as_json(entry: Entry) -> dict[str, Any]:
    """The entry as values that JSON has."""
    return {**asdict(entry), **{name: getattr(entry, name).isoformat() for name in _DATES}}


def from_json(values: Mapping[str, Any]) -> Entry:
    """The entry again; KeyError, TypeError or ValueError where it isn't one."""
    lists = {name: tuple(values[name]) for name in ("takeaways", "headings", "images")}
    items = tuple(Item(**item) for item in values["items"])
    dates = {name: read(values[name]) for name, read in _DATES.items()}
    return Entry(**{**values, **lists, **dates, "items": items})

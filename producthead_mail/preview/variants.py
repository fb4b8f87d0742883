"""Hard cases that every layout has to bear: the edition with parts missing, or too long."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from producthead_mail.content.edition import EMPTY_TEXT, Edition, RichText
from producthead_mail.content.publication import Publication

AS_WRITTEN = "written"
LONG_TITLE = (
    "Why the roadmap that everybody agreed upon in January is by November neither a map nor a road, and what "
    "a Produktverantwortlichkeitsverteilungsbesprechung can do about it"
)
LONG_WORD = "https://example.com/" + "a-very-long-path-without-any-place-to-break" * 3
Made = Callable[[Edition, Publication], tuple[Edition, Publication]]


@dataclass(frozen=True, slots=True)
class Variant:
    """One edition made of another."""

    key: str
    label: str
    made: Made


def variant(key: str) -> Variant:
    """The variant with the key, else the edition as written."""
    return next((one for one in VARIANTS if one.key == key), VARIANTS[0])


def _without(**parts: Any) -> Made:
    return lambda edition, publication: (replace(edition, **parts), publication)


def _without_pictures(edition: Edition, publication: Publication) -> tuple[Edition, Publication]:
    offer, book = publication.help, publication.book
    return (
        replace(edition, curated=tuple(replace(item, image=None) for item in edition.curated)),
        replace(
            publication,
            logo=None,
            help=replace(offer, logo=None) if offer else None,
            book=replace(book, cover=None) if book else None,
        ),
    )


def _one_of_each(edition: Edition, publication: Publication) -> tuple[Edition, Publication]:
    takeaways, curated, posts = edition.takeaways[:1], edition.curated[:1], edition.posts[:1]
    return replace(edition, takeaways=takeaways, curated=curated, posts=posts), publication


def _bare_links(edition: Edition, publication: Publication) -> tuple[Edition, Publication]:
    """Links with nothing but title and address."""
    bare: dict[str, Any] = {"excerpt": EMPTY_TEXT, "summary": EMPTY_TEXT}
    curated = tuple(
        replace(item, **bare, access="", author="", publication="", image=None) for item in edition.curated
    )
    posts = tuple(replace(post, **bare, source="") for post in edition.posts)
    return replace(edition, curated=curated, posts=posts), publication


def _long(edition: Edition, publication: Publication) -> tuple[Edition, Publication]:
    word = RichText(LONG_WORD, LONG_WORD, LONG_WORD)
    curated = tuple(replace(item, title=f"{item.title}: {LONG_TITLE}") for item in edition.curated)
    takeaways = (*edition.takeaways, word)
    long = replace(edition, title=LONG_TITLE, subject=LONG_TITLE, takeaways=takeaways, curated=curated)
    return long, publication


def _title_only(edition: Edition, publication: Publication) -> tuple[Edition, Publication]:
    empty: dict[str, Any] = {"preheader": "", "strapline": "", "button": None}
    empty |= {"takeaways": (), "curated": (), "posts": (), "essay": EMPTY_TEXT, "colophon": EMPTY_TEXT}
    standing = ("description", "archive_line", "motto", "biography", "colophon")
    bare: dict[str, Any] = dict.fromkeys(standing, EMPTY_TEXT)
    return replace(edition, **empty), replace(publication, **bare, help=None, book=None, logo=None)


VARIANTS: tuple[Variant, ...] = (
    Variant(AS_WRITTEN, "As written", lambda edition, publication: (edition, publication)),
    Variant("no-takeaways", "Without takeaways", _without(takeaways=())),
    Variant("no-essay", "Without essay", _without(essay=EMPTY_TEXT)),
    Variant("no-pictures", "Without pictures", _without_pictures),
    Variant("no-curated", "Without curated links", _without(curated=())),
    Variant("no-posts", "Without recent posts", _without(posts=())),
    Variant("one-of-each", "One of each", _one_of_each),
    Variant("bare-links", "Links without comment", _bare_links),
    Variant("long", "Very long title and words", _long),
    Variant("title-only", "Title only", _title_only),
)
"""The edition as written first."""

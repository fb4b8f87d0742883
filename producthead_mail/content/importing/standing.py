"""What every edition shares, as words to know it by on an old page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from unicodedata import normalize

from producthead_mail.content.edition import RichText
from producthead_mail.content.importing.blocks import Block
from producthead_mail.content.labels import DEFAULT_LABELS
from producthead_mail.content.publication import Publication

_QUOTES = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\xa0": " "})
_LINKS = (
    "worth reading",
    "worth a read",
    "worth your time",
    "links",
    "links of the week",
    "links this week",
    "this week's links",
    "interesting links",
    "curated links",
    "further reading",
    "recommended reading",
    "reading list",
    "what i'm reading",
    "what i've been reading",
    "what we're reading",
    "around the web",
    "elsewhere on the web",
)
"""Headings over a list of links that is curated, whatever the newsletter calls its own."""
_TAKEAWAYS = ("takeaways", "key takeaways", "tl;dr", "in short")


@dataclass(frozen=True, slots=True)
class Standing:
    """The standing parts and labels of one publication."""

    words: frozenset[str]
    buttons: frozenset[str]
    """Labels that are standing only as the words of a link."""
    pictures: frozenset[str]
    """The words of standing pictures."""
    takeaways: frozenset[str]
    curated: frozenset[str]
    links: frozenset[str]
    """Labels of the curated items where they are a list of links."""
    posts: frozenset[str]
    name: str

    def holds(self, block: Block) -> bool:
        """Whether a block is one of the standing parts, or a picture of one."""
        words = same(block.words)
        if not words:
            return bool(block.pictures) and all(same(alt) in self.pictures for _, alt in block.pictures)
        return words in self.words or (bool(block.whole_link) and words in self.buttons)


def same(words: str) -> str:
    """The words in the one spelling in which they are compared."""
    plain = normalize("NFKC", words.translate(_QUOTES)).translate(_QUOTES).casefold()
    return " ".join(plain.split()).strip(" #¶:")


def standing_of(publication: Publication) -> Standing:
    """What the publication's file says of its standing parts."""
    labels = publication.labels
    buttons = ("archive", "view_online", "reply", "unsubscribe", "read_more")
    return Standing(
        words=_set([*_texts(publication), labels.get("reply_line", "")]),
        buttons=_set([*(labels.get(one, "") for one in buttons), *_buttons(publication)]),
        pictures=_set(_pictures(publication)),
        takeaways=_set([labels.get("takeaways", ""), *_TAKEAWAYS]),
        curated=_set([labels.get("curated", ""), DEFAULT_LABELS["curated"]]),
        links=frozenset(_LINKS),
        posts=_set([labels.get("posts", ""), DEFAULT_LABELS["posts"]]),
        name=same(publication.name),
    )


def _set(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(found for text in texts if (found := same(text)))


def _texts(publication: Publication) -> Iterator[str]:
    yield from (publication.name, publication.tagline, publication.postal_address)
    for rich in (
        publication.description,
        publication.archive_line,
        publication.motto,
        publication.biography,
        publication.colophon,
    ):
        yield from _words(rich)
    if publication.help:
        yield publication.help.title
        yield from _words(publication.help.text)
    if book := publication.book:
        yield from (book.title, book.label, f"{publication.labels.get('by', 'by')} {book.author}")
        yield from _words(book.quotation)
        yield from (f"— {book.attribution}", book.attribution)


def _buttons(publication: Publication) -> Iterator[str]:
    if publication.help and publication.help.button:
        yield publication.help.button.label


def _pictures(publication: Publication) -> Iterator[str]:
    images = [
        publication.logo,
        publication.help.logo if publication.help else None,
        publication.book.cover if publication.book else None,
    ]
    yield from (image.alt for image in images if image)


def _words(rich: RichText) -> Iterator[str]:
    """The words of a text, as a whole and by its paragraphs."""
    parts = re.split(r"(?:<br />){2}", rich.html)
    for part in ["\n".join(parts), *parts]:
        yield unescape(re.sub(r"<[^>]*>", " " if "<br" in part else "", part))

"""An edition: one issue of the newsletter as the curator wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a source file, line and column from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class RichText:
    """Markdown, parsed once: its source, mail-safe HTML and plain text.

    In `html` and `text` a slot stands as `[[ expression ]]` (HTML-escaped in `html`) and a
    literal `[[` as `\\[[`; `rendering.slots` resolves both.
    """

    source: str
    html: str
    text: str
    dropped: tuple[tuple[int, str], ...] = ()
    """What the sanitiser took out: (line in the file, what)."""
    images: tuple[Image, ...] = ()
    """The pictures in it."""

    def __html__(self) -> str:
        """The HTML, so that an autoescaping template takes it as it is."""
        return self.html

    def __bool__(self) -> bool:
        return bool(self.source)


EMPTY_TEXT = RichText("", "", "")


@dataclass(frozen=True, slots=True)
class Image:
    """A picture: where the mail loads it from and what it shows."""

    src: str
    """As written: a path relative to content/, or an https URL."""
    alt: str
    url: str
    """Absolute; own images carry their content hash, so the digest covers their bytes."""
    width: int | None = None
    height: int | None = None
    """Intrinsic pixels, known for own images."""
    size: int | None = None
    """Bytes, known for own images."""


@dataclass(frozen=True, slots=True)
class Button:
    """A label and where it leads."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class CuratedItem:
    """A link the curator recommends, with comment."""

    title: str
    url: str
    excerpt: RichText = EMPTY_TEXT
    summary: RichText = EMPTY_TEXT
    access: str = ""
    """Such as `partially paywalled`."""
    author: str = ""
    publication: str = ""
    image: Image | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """A recent post of the curator's own blog."""

    title: str
    url: str
    excerpt: RichText = EMPTY_TEXT
    summary: RichText = EMPTY_TEXT
    source: str = ""


@dataclass(frozen=True, slots=True)
class Edition:
    """One issue of the newsletter."""

    slug: str
    path: Path
    title: str
    date: date
    subject: str
    preheader: str = ""
    strapline: str = ""
    layout: str = "producthead"
    send_at: datetime | None = None
    """Aware, in the publication's time zone."""
    takeaways: tuple[RichText, ...] = ()
    essay: RichText = EMPTY_TEXT
    curated: tuple[CuratedItem, ...] = ()
    posts: tuple[Post, ...] = ()
    colophon: RichText = EMPTY_TEXT
    button: Button | None = None
    """For the announcement layout: `button: {label, url}`."""
    approved: str = ""
    """Digest written by `approve`; not part of the digest."""
    ignore: Mapping[str, str] = field(default_factory=dict)
    """Rule of `check` -> why its findings may stay; not part of the digest."""
    positions: Mapping[str, Position] = field(default_factory=dict)
    """Where each value stands: `title`, `curated.1.url`, `essay`, ... -> position in the file."""
    source: str = ""
    """The file's text, for positions of what stands inside Markdown."""

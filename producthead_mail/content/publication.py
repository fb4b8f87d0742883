"""The publication: what every edition shares, as publication.yaml says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

from producthead_mail.content.edition import EMPTY_TEXT, Button, Image, Position, RichText

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A name and an address, as in a From header."""

    email: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class AudienceSource:
    """Where the recipients come from; exactly one of csv, sql (with query), sendgrid_list."""

    csv: Path | None = None
    """Absolute."""
    sql: str = ""
    query: str = ""
    sendgrid_list: str = ""


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """How a reader leaves; exactly one is set."""

    asm_group: int | None = None
    subscription_tracking: bool = False
    url: str = ""
    """https URL of our own with a slot, such as `https://…?who=[[ email ]]`."""


@dataclass(frozen=True, slots=True)
class SendGridPolicy:
    """What every request to SendGrid carries."""

    region: str = "global"
    """`global` or `eu`."""
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Schedule:
    """When editions usually go."""

    weekday: str
    """One of DAYS."""
    time: time


@dataclass(frozen=True, slots=True)
class Help:
    """The help offer."""

    title: str
    text: RichText
    button: Button | None = None
    logo: Image | None = None


@dataclass(frozen=True, slots=True)
class Book:
    """The book with its cover and a reader's praise."""

    title: str
    url: str
    author: str = ""
    label: str = ""
    """Heading above it, such as `Read more from Jock`."""
    cover: Image | None = None
    quotation: RichText = EMPTY_TEXT
    attribution: str = ""


@dataclass(frozen=True, slots=True)
class Publication:
    """Brand, sender, audience and policy, with the standing parts of every edition."""

    path: Path
    name: str
    url: str
    """Where the archive lives; no slash at the end."""
    sender: Mailbox
    """`from` in the file."""
    timezone: ZoneInfo
    tagline: str = ""
    description: RichText = EMPTY_TEXT
    language: str = "en"
    direction: str = "ltr"
    """`ltr` or `rtl`, from the language."""
    reply_to: Mailbox | None = None
    postal_address: str = ""
    logo: Image | None = None
    audience: AudienceSource = AudienceSource()
    test_recipients: tuple[str, ...] = ()
    unsubscribe: Unsubscribe = Unsubscribe()
    sendgrid: SendGridPolicy = SendGridPolicy()
    schedule: Schedule | None = None
    feed: str = ""
    defaults: Mapping[str, str] = field(default_factory=dict)
    """Slot field -> value for recipients without one."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Short texts of the layouts (plain), a default for each; may hold slots."""
    archive_line: RichText = EMPTY_TEXT
    motto: RichText = EMPTY_TEXT
    help: Help | None = None
    book: Book | None = None
    biography: RichText = EMPTY_TEXT
    colophon: RichText = EMPTY_TEXT
    """Used where an edition has none of its own."""
    ignore: Mapping[str, str] = field(default_factory=dict)
    """Rule of `check` -> why its findings may stay in every edition; not part of the digest."""
    positions: Mapping[str, Position] = field(default_factory=dict)
    source: str = ""

    def page_url(self, slug: str) -> str:
        """Where an edition stands in the archive; with the slash that hosts of static files ask for."""
        return f"{self.url}/{quote(slug)}/"

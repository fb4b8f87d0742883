"""The archive's feeds: Atom (RFC 4287) and RSS 2.0, the newest editions with their full content."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from lxml import etree

from producthead_mail.archive.essay import words_of
from producthead_mail.archive.site import ATOM, RSS, Entry
from producthead_mail.content.publication import Publication

NEWEST = 20
"""Editions in a feed: what a reader who comes back after months still wants, at the size of one picture."""
GENERATOR = "producthead"
_ATOM = "http://www.w3.org/2005/Atom"
_CONTENT = "http://purl.org/rss/1.0/modules/content/"
_DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""Atom wants to know when a feed last changed, even one without an entry."""


@dataclass(frozen=True, slots=True)
class Channel:
    """What both feeds say of the publication as a whole."""

    title: str
    description: str
    home: str
    """Absolute URL of the archive, with a slash at the end."""
    author: str
    language: str

    @classmethod
    def of(cls, publication: Publication) -> Channel:
        """The publication's own words; its slots are filled."""
        return cls(
            title=publication.name,
            description=words_of(publication.description.html) or publication.tagline or publication.name,
            home=f"{publication.url}/",
            author=publication.sender.name or publication.name,
            language=publication.language,
        )


def atom(entries: Iterable[Entry], channel: Channel) -> bytes:
    """The Atom feed; an edition's id is its URL."""
    newest = _newest(entries)
    root = etree.Element(f"{{{_ATOM}}}feed", nsmap={None: _ATOM})
    root.set(_LANGUAGE, channel.language)
    put = _Writer(root, _ATOM)
    put("id", channel.home)
    put("title", channel.title)
    put("subtitle", channel.description)
    put("link", rel="self", type="application/atom+xml", href=channel.home + ATOM)
    put("link", rel="alternate", type="text/html", href=channel.home)
    put("updated", _last_change(newest).isoformat())
    put("generator", GENERATOR)
    _Writer(put("author"), _ATOM)("name", channel.author)
    for entry in newest:
        _atom_entry(_Writer(put("entry"), _ATOM), entry, channel.author)
    return _written(root)


def _atom_entry(put: _Writer, entry: Entry, author: str) -> None:
    put("id", entry.url)
    put("title", entry.title)
    put("link", rel="alternate", type="text/html", href=entry.url)
    put("published", entry.published.isoformat())
    put("updated", entry.updated.isoformat())
    _Writer(put("author"), _ATOM)("name", author)  # not every reader takes the feed's
    put("summary", entry.description)
    put("content", entry.html, type="html")


def rss(entries: Iterable[Entry], channel: Channel) -> bytes:
    """The RSS feed, with what it lacks of its own taken from Atom, Dublin Core and the content module."""
    newest = _newest(entries)
    root = etree.Element("rss", nsmap={"atom": _ATOM, "content": _CONTENT, "dc": _DUBLIN_CORE})
    root.set("version", "2.0")
    put = _Writer(etree.SubElement(root, "channel"))
    put("title", channel.title)
    put("link", channel.home)
    put("description", channel.description)
    put("language", channel.language)
    put("lastBuildDate", format_datetime(_last_change(newest)))
    put("generator", GENERATOR)
    put(f"{{{_ATOM}}}link", rel="self", type="application/rss+xml", href=channel.home + RSS)
    for entry in newest:
        _rss_item(_Writer(put("item")), entry, channel.author)
    return _written(root)


def _rss_item(put: _Writer, entry: Entry, author: str) -> None:
    put("title", entry.title)
    put("link", entry.url)
    put("guid", entry.url, isPermaLink="true")
    put("pubDate", format_datetime(entry.published))
    put(f"{{{_DUBLIN_CORE}}}creator", author)  # RSS's own `author` must be an address
    put("description", entry.description)
    put(f"{{{_CONTENT}}}encoded", entry.html)


class _Writer:
    """Adds elements to one, of the namespace it is in unless they name another."""

    def __init__(self, parent: Any, space: str = "") -> None:
        self.parent = parent
        self.space = f"{{{space}}}" if space else ""

    def __call__(self, name: str, text: str = "", **attributes: str) -> Any:
        element = etree.SubElement(self.parent, name if name.startswith("{") else self.space + name)
        for key, value in attributes.items():
            element.set(key, value)
        if text:
            element.text = _NOT_XML.sub("", text)
        return element


def _newest(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: (entry.published, entry.slug), reverse=True)[:NEWEST]


def _last_change(entries: Iterable[Entry]) -> datetime:
    return max((entry.updated for entry in entries), default=_NEVER)


def _written(root: Any) -> bytes:
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))

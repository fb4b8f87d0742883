"""Every file of the site, each with the key of what decides its bytes."""

from __future__ import annotations

import posixpath
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from producthead_mail.archive.card import Card, card_of
from producthead_mail.archive.entries import standing_images
from producthead_mail.archive.feeds import Channel, atom, rss
from producthead_mail.archive.indexes import Mention, Name, names
from producthead_mail.archive.output import LIST, Planned, folders_of
from producthead_mail.archive.pages import EARLIER, Around, Page, Site
from producthead_mail.archive.records import Reader, Record
from producthead_mail.archive.search import search_index
from producthead_mail.archive.site import ATOM, PICTURE, RSS, SEARCH, SITEMAP, Entry, Item
from producthead_mail.archive.sitemap import robots, sitemap
from producthead_mail.errors import InputError, Problem

ROBOTS = "robots.txt"
NO_PICTURE = "is no picture, and would lie on the web for everybody, whatever it holds"
_INDEX = "index.html"
KINDS: Mapping[str, Callable[[Item], str]] = {
    "authors": lambda item: item.author,
    "publications": lambda item: item.publication,
}


def digest(*parts: str) -> str:
    """A key of texts."""
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True)
class Plan:
    """The files for some editions."""

    site: Site
    reader: Reader
    public: Sequence[Record]
    """Newest first."""
    drafts: Sequence[Record] = ()
    """Of these the pictures alone: a test mail loads them, before anybody approves the edition."""

    def files(self) -> dict[str, Planned]:
        """By path; InputError where two files want the same one."""
        found: dict[str, Planned] = {}
        seen = {_folded(LIST): ""}
        problems = []
        for one in self._all():
            if seen.setdefault(_folded(one.path), one.key) != one.key:
                problems.append(_clash(one.path, f"two pages of the archive would be {one.path}"))
            found[one.path] = one
        for folder in folders_of(found):
            if _folded(folder) in seen:
                problems.append(_clash(folder, "would be a page and a folder of the archive"))
        if problems:
            raise InputError(problems)
        return found

    def _all(self) -> Iterator[Planned]:
        for name, text in self.site.templates.assets.values():
            yield Planned(name, digest(text), text.encode)
        yield from self._editions()
        pages = list(self._pages())
        for page in pages:
            yield Planned(page.path, self._key(page), partial(self.site.html, page, self._names))
        yield from self._lists(pages)
        yield from self._images()

    @cached_property
    def _entries(self) -> list[Entry]:
        return [one.entry for one in self.public]

    @cached_property
    def _names(self) -> dict[str, list[Name]]:
        """By kind; without those of which nobody was ever recommended."""
        found = {kind: names(self._entries, of) for kind, of in KINDS.items()}
        return {kind: listed for kind, listed in found.items() if listed}

    @cached_property
    def _keys(self) -> dict[str, str]:
        return {one.entry.slug: one.key for one in self.public}

    def _editions(self) -> Iterator[Planned]:
        for number, one in enumerate(self.public):
            around = self._around(number)
            beside = [around.previous, around.next, *around.earlier]
            shown = [f"{entry.slug}\0{entry.title}\0{entry.date_text}" if entry else "" for entry in beside]
            page = partial(self._edition, one, around)
            yield Planned(f"{one.entry.path}{_INDEX}", digest(one.key, *self._names, *shown), page)
            card = card_of(one.entry, self.site.publication)
            yield Planned(one.entry.path + PICTURE, digest(card.key), partial(_drawn, card))

    def _around(self, number: int) -> Around:
        """The public editions beside one; between them, the same for as long as they are."""
        older = self._entries[number + 1 : number + 1 + EARLIER]
        newer = self._entries[number - 1] if number else None
        return Around(older[0] if older else None, newer, tuple(older[1:]))

    def _edition(self, record: Record, around: Around) -> bytes:
        page = self.site.edition(self.reader.edition(record), record.entry, around)
        return self.site.html(page, self._names)

    def _pages(self) -> Iterator[Page]:
        for kind, listed in self._names.items():
            yield from self.site.index(kind, listed)
            for name in listed:
                yield from self.site.name(kind, name)
        yield self.site.home(self._entries)
        yield from self.site.years(self._entries)
        yield self.site.search(self._entries, self._names)
        yield self.site.not_found()

    def _key(self, page: Page) -> str:
        return digest(self.reader.base, page.template, page.title, *self._names, self._said(page.context))

    def _said(self, value: Any) -> str:
        """What a value can make a page say: an entry, by the key of its edition."""
        if isinstance(value, Entry):
            return self._keys[value.slug]
        if isinstance(value, Mention):
            return repr(value.item) + self._keys[value.entry.slug]
        if isinstance(value, Name):
            return repr((value.slug, value.shown, len(value.mentions)))
        if isinstance(value, Mapping):
            return "{" + ",".join(f"{key!r}:{self._said(one)}" for key, one in value.items()) + "}"
        if isinstance(value, list | tuple):
            return "[" + ",".join(map(self._said, value)) + "]"
        return "" if callable(value) else repr(value)

    def _lists(self, pages: Iterable[Page]) -> Iterator[Planned]:
        """The files that programs read."""
        publication, key = self.site.publication, digest(self.reader.base, *self._keys.values())
        channel = Channel.of(publication)
        home = f"{publication.url}/"
        listed = [*((entry.url, entry.date) for entry in self._entries), *_addresses(pages, home)]
        yield Planned(ATOM, key, lambda: atom(self._entries, channel))
        yield Planned(RSS, key, lambda: rss(self._entries, channel))
        yield Planned(SEARCH, key, lambda: search_index(self._entries))
        yield Planned(SITEMAP, key, lambda: sitemap(listed))
        yield Planned(ROBOTS, digest(home), lambda: robots(home))

    def _images(self) -> Iterator[Planned]:
        """The pictures, where the mail and the pages load them from."""
        shown = [image.src for image in standing_images(self.site.publication)]
        shown += [src for one in (*self.public, *self.drafts) for src in one.entry.images]
        for src in dict.fromkeys(shown):
            path = posixpath.normpath(src)
            if path.startswith(("../", "/")):
                message = "a picture's address would lie outside the archive"
                raise InputError([Problem(src, 0, 0, message, "write its path from content/ down")])
            picture = self.reader.picture(src)
            if not picture.is_one:
                raise InputError([Problem(src, 0, 0, NO_PICTURE, "show a picture, or link to it elsewhere")])
            yield Planned(path, picture.digest, partial(self.reader.file, src), stays=True)


def _folded(path: str) -> str:
    """The path as some file systems compare it."""
    return unicodedata.normalize("NFC", path).casefold()


def _clash(path: str, message: str) -> Problem:
    return Problem(path, 0, 0, message, "rename the edition or the picture")


def _addresses(pages: Iterable[Page], home: str) -> Iterator[tuple[str, None]]:
    """The URLs of the pages that search engines may list."""
    for page in pages:
        if page.is_listed:
            yield home + quote(page.path.removesuffix(_INDEX)), None


def _drawn(card: Card) -> bytes:
    from producthead_mail.archive.pictures import draw  # Pillow: not for a build that draws nothing

    return draw(card)

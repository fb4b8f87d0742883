"""The pages of the site: each a function of entries that gives what its template shows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from html import escape
from typing import Any
from urllib.parse import quote, urlsplit

from producthead_mail.archive.entries import is_own
from producthead_mail.archive.essay import Pictures, web_essay, words_of
from producthead_mail.archive.indexes import Mention, Name, letters, sheets, years
from producthead_mail.archive.naming import OTHERS, slug_of
from producthead_mail.archive.site import ATOM, RSS, Entry
from producthead_mail.archive.templates import SITE, Templates
from producthead_mail.content.edition import Edition, Image
from producthead_mail.content.publication import Publication
from producthead_mail.rendering.pipeline import template_context

ROOM = 36_000
"""Bytes of rows on one page; with head, foot and navigation it stays below 50 kB."""
NOT_FOUND, SEARCHING = "404.html", "search/index.html"
RECENT, EARLIER, MOST = 8, 4, 24
"""Rows of the home page, below an edition, and on the first page of a long index."""
_CLOSED = re.compile(r'<(br|hr|wbr|col)((?:\s+[\w-]+="[^"]*")*) />')
"""Void elements as the mail's compiler wants them, and HTML doesn't."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a template makes a page of."""

    path: str
    """Relative to the root, as on disk: `2024/index.html`."""
    template: str
    title: str
    context: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_listed(self) -> bool:
        """Whether search engines may list it."""
        return self.path not in (NOT_FOUND, SEARCHING)


@dataclass(frozen=True)
class Around:
    """The editions beside one: what its page shows of others, and so what may change it."""

    previous: Entry | None = None
    next: Entry | None = None
    earlier: tuple[Entry, ...] = ()
    """Those before it and not the newest of all: else every page would change with every edition."""


class Site:
    """The pages of one publication, whose slots are filled."""

    def __init__(self, publication: Publication, templates: Templates) -> None:
        self.publication, self.templates = publication, templates

    def html(self, page: Page, kinds: Iterable[str]) -> bytes:
        """The page as the file holds it; the way to the indexes of `kinds` is on each."""
        html = self.templates.render(page.template, {**self._context(page), "kinds": [*kinds]})
        return _CLOSED.sub(r"<\1\2>", html).encode("utf-8", "replace")

    def _context(self, page: Page) -> dict[str, Any]:
        root = "../" * page.path.count("/")
        if page.path == NOT_FOUND:  # it is shown in the place of any address
            root = f"{urlsplit(self.publication.url).path}/"
        here = page.path.removesuffix("index.html")
        return {
            "publication": self.publication,
            "labels": self.publication.labels,
            "root": root,
            "url": f"{self.publication.url}/{quote(here)}",
            "title": page.title,
            "picture": partial(self._picture, root),
            "feeds": {"atom": ATOM, "rss": RSS},
            "entry": None,
            "section": "",
            "description": "",
            **{kind: root + name for kind, (name, _) in self.templates.assets.items()},
            **page.context,
        }

    def _picture(self, root: str, image: Image) -> str:
        """Where a page loads a picture from: a relative address for the site's own, to be right anywhere."""
        base = f"{self.publication.url}/"
        return root + image.url.removeprefix(base) if is_own(image) else image.url

    def edition(self, edition: Edition, entry: Entry, around: Around) -> Page:
        """The page of an edition whose slots are filled."""
        path = f"{entry.path}index.html"
        pictures = Pictures(edition.essay.images, partial(self._picture, "../"))
        essay = web_essay(edition.essay.html, pictures, self.publication.labels["permalink"])
        context = {
            **template_context(edition, self.publication),
            "edition": replace(edition, essay=replace(edition.essay, html=essay)),
            "entry": entry,
            "around": around,
            "description": entry.description,
            "section": "edition",
            "person": person_path,
            "data": _structured(entry, self.publication),
        }
        return Page(path, self.templates.page_of(edition.layout), entry.title, context)

    def content(self, edition: Edition) -> str:
        """An edition's HTML for feeds."""
        context = template_context(edition, self.publication)
        return self.templates.render(f"{SITE}content.html.j2", context).strip()

    def home(self, entries: Sequence[Entry]) -> Page:
        """The first page; `entries` newest first, as everywhere."""
        context = {
            "entries": entries[: RECENT + 1],
            "years": _counted(years(entries)),
            "description": words_of(self.publication.description.html) or self.publication.tagline,
            "section": "home",
        }
        return Page("index.html", f"{SITE}home.html.j2", self.publication.name, context)

    def years(self, entries: Sequence[Entry]) -> list[Page]:
        """A page for each year, more where one is too long."""
        groups = years(entries)
        counts = _counted(groups)
        found = []
        for year, group in groups.items():
            context = {"years": counts, "year": year, "count": len(group), "section": "editions"}
            found += _paged(f"{year}/", f"{SITE}year.html.j2", str(year), context, group, _row)
        return found

    def search(self, entries: Sequence[Entry], listed: Mapping[str, Sequence[Name]]) -> Page:
        """The page with the search, which lists the ways to everything for those without scripts."""
        most = {kind: most_mentioned(names) for kind, names in listed.items()}
        context = {"years": _counted(years(entries)), "most": most, "section": "search"}
        return Page(SEARCHING, f"{SITE}search.html.j2", self.publication.labels["search"], context)

    def not_found(self) -> Page:
        """What hosts of static files show where there is no page."""
        return Page(NOT_FOUND, f"{SITE}404.html.j2", self.publication.name)

    def index(self, kind: str, listed: Sequence[Name]) -> list[Page]:
        """The index of authors or publications: on one page, or on one for each letter."""
        groups, title = letters(listed), self.publication.labels[kind]
        template = f"{SITE}names.html.j2"
        context: dict[str, Any] = {"kind": kind, "count": len(listed), "section": kind, "letter": ""}
        if sum(map(_name, listed)) <= ROOM:
            return [Page(f"{kind}/index.html", template, title, {**context, "groups": groups, "letters": {}})]
        context["letters"] = {letter: letter_path(kind, letter) for letter in groups}
        first = {**context, "groups": {"": most_mentioned(listed)}}
        found = [Page(f"{kind}/index.html", template, title, first)]
        for letter, names in groups.items():
            own = {**context, "letter": letter}
            name = f"{title}: {letter}"
            found += _paged(letter_path(kind, letter), template, name, own, names, _name, letter)
        return found

    def name(self, kind: str, name: Name) -> list[Page]:
        """The pages of an author or a publication."""
        context = {"kind": kind, "name": name, "section": kind, "person": person_path}
        folder = f"{kind}/{name.slug}/"
        return _paged(folder, f"{SITE}name.html.j2", name.shown, context, name.mentions, _mention)


def person_path(kind: str, shown: str) -> str:
    """The folder of an author or a publication, as a URL relative to the root; empty without a name."""
    slug = slug_of(shown)
    return f"{kind}/{quote(slug)}/" if slug else ""


def letter_path(kind: str, letter: str) -> str:
    """The folder of a letter of an index."""
    return f"{kind}/a-z/{'other' if letter == OTHERS else letter.lower()}/"


def most_mentioned(listed: Sequence[Name]) -> list[Name]:
    """Those with the most mentions, as many as fit on a first page."""
    return sorted(listed, key=lambda name: (-len(name.mentions), name.slug))[:MOST]


def _paged(
    folder: str,
    template: str,
    title: str,
    context: Mapping[str, Any],
    rows: Sequence[Any],
    size: Callable[[Any], int],
    letter: str = "",
) -> list[Page]:
    """The rows on pages of a folder: its own, `2/`, `3/` and so on."""
    cut = sheets(rows, size, ROOM)
    links = [folder if n == 1 else f"{folder}{n}/" for n in range(1, len(cut) + 1)]
    found = []
    for number, (link, chunk) in enumerate(zip(links, cut, strict=True)):
        more = {
            "rows": chunk,
            "groups": {letter: chunk},
            "newer": links[number - 1] if number else "",
            "older": links[number + 1] if number + 1 < len(links) else "",
        }
        name = f"{title} ({number + 1})" if number else title
        found.append(Page(f"{link}index.html", template, name, {**context, **more}))
    return found


def _row(entry: Entry) -> int:
    return 260 + _bytes(entry.slug, entry.title, entry.description)


def _name(name: Name) -> int:
    return 80 + _bytes(name.path, name.shown)


def _mention(mention: Mention) -> int:
    item, entry = mention.item, mention.entry
    other = 2 * len(quote(item.author + item.publication))
    return (
        330
        + other
        + _bytes(item.title, item.url, item.author, item.publication, entry.title, quote(entry.slug))
    )


def _bytes(*texts: str) -> int:
    return sum(len(escape(text).encode("utf-8", "replace")) for text in texts)


def _counted(groups: Mapping[int, Sequence[Entry]]) -> dict[int, int]:
    return {year: len(group) for year, group in groups.items()}


def _structured(entry: Entry, publication: Publication) -> dict[str, Any]:
    """What search engines read of it (schema.org)."""
    return {
        "@context": "https://schema.org",
        "@type": "BlogPosting",
        "headline": entry.title,
        "description": entry.description,
        "datePublished": entry.published.isoformat(),
        "url": entry.url,
        "image": entry.picture_url,
        "inLanguage": publication.language,
        "author": {"@type": "Person", "name": publication.sender.name or publication.name},
        "publisher": {"@type": "Organization", "name": publication.name},
    }

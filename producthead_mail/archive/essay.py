"""The essay for a page: headings to link to, own pictures with their size, tables that scroll."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape, unescape

from producthead_mail.archive.naming import slug_of
from producthead_mail.content.edition import Image

_HEADING = re.compile(r"<h([2-6])((?:\s[^>]*)?)>(.*?)</h\1>", re.DOTALL)
_PICTURE = re.compile(r'<img\b[^>]*?\ssrc="([^"]*)"[^>]*?/?>')
_ALT = re.compile(r'\salt="([^"]*)"')
_TITLE = re.compile(r'\stitle="[^"]*"')
_TAG = re.compile(r"<[^>]*>")
_APART = re.compile(
    r"</?(?:p|br|hr|h\d|li|ul|ol|dl|dt|dd|div|pre|tr|th|td|blockquote|figure|figcaption)\b[^>]*>"
)
"""Tags between which words stand apart."""
_TAKEN = frozenset(["content", "curated", "posts", "help", "book", "earlier"])
"""Ids of the page's own parts."""


@dataclass(frozen=True, slots=True)
class Pictures:
    """How the essay's pictures are shown."""

    images: Iterable[Image]
    address: Callable[[Image], str]
    """Where the page loads one from."""


def web_essay(html: str, pictures: Pictures, permalink: str) -> str:
    """The essay's HTML for a page; `permalink` is what a link to a heading is called before its words."""
    found = {escape(image.url): image for image in pictures.images}
    html = _PICTURE.sub(lambda match: _picture(match, found, pictures), html)
    html = html.replace("<table", '<div class="scroll" tabindex="0"><table').replace(
        "</table>", "</table></div>"
    )
    return _HEADING.sub(_Headings(permalink).linked, html)


def headings_of(html: str) -> tuple[str, ...]:
    """The words of its headings."""
    return tuple(words_of(match[3]) for match in _HEADING.finditer(html))


def words_of(html: str) -> str:
    """The words of a piece of HTML on one line."""
    return " ".join(unescape(_TAG.sub("", _APART.sub(" ", html))).split())


class _Headings:
    """Gives each heading its id and a link to it, and no level below the one that is its turn."""

    def __init__(self, permalink: str) -> None:
        self._permalink = permalink
        self._taken = set(_TAKEN)
        self._level = 1

    def linked(self, match: re.Match[str]) -> str:
        """The heading's HTML."""
        written, attributes, inner = match.groups()
        self._level = level = min(int(written), self._level + 1)
        words = words_of(inner)
        name = self._name(slug_of(words) or "section")
        said = escape(f"{self._permalink} “{words}”")
        anchor = f'<a class="permalink" href="#{name}" aria-label="{said}">#</a>'
        return f'<h{level}{attributes} id="{name}">{inner} {anchor}</h{level}>'

    def _name(self, first: str) -> str:
        name, count = first, 1
        while name in self._taken:
            count += 1
            name = f"{first}-{count}"
        self._taken.add(name)
        return name


def _picture(match: re.Match[str], found: dict[str, Image], pictures: Pictures) -> str:
    image = found.get(match[1])
    alt, title = _ALT.search(match[0]), _TITLE.search(match[0])
    more = (f' alt="{alt[1]}"' if alt else ' alt=""') + (title[0] if title else "")
    if image is None:
        return f'<img src="{match[1]}"{more} loading="lazy">'
    size = f' width="{image.width}" height="{image.height}"' if image.width and image.height else ""
    return f'<img src="{escape(pictures.address(image))}"{more}{size} loading="lazy">'

"""Inline HTML to pieces: words, emphasis, links, pictures, code; what can't be kept is counted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import escape
from itertools import count
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from producthead_mail.content.importing.losses import Loss, Losses
from producthead_mail.content.importing.pieces import Break, Code, Mark, Piece, Raw, Text, escaped
from producthead_mail.content.urls import mail_url

if TYPE_CHECKING:
    from lxml.html import HtmlElement

DROPPED: dict[str, Loss | None] = {
    "script": Loss.SCRIPT,
    "noscript": None,
    "template": None,
    "style": Loss.STYLE,
    "link": None,
    "meta": None,
    "title": None,
    "head": None,
    "base": None,
    "source": None,
    "track": None,
    "param": None,
    "form": Loss.FORM,
    "input": Loss.FORM,
    "button": Loss.FORM,
    "select": Loss.FORM,
    "textarea": Loss.FORM,
    "svg": Loss.DRAWING,
    "canvas": Loss.DRAWING,
    "math": Loss.DRAWING,
}
"""Elements that no mail shows, and what their loss is called; None where nothing to read is lost."""
MARKING = frozenset(("a", "em", "i", "cite", "strong", "b"))
"""Elements whose mark goes over to every block that stands in them."""
EMBEDS = frozenset(("iframe", "video", "audio", "object", "embed"))
MERGE_FIELD = re.compile(r"\*\|[A-Z0-9_:]{1,40}\|\*|\{\{[^{}]{1,80}\}\}|%recipient\.\w{1,40}%")
"""Of Mailchimp, of those that write as Handlebars or Liquid do, and of Mailgun."""
_EMPHASIS = {"em": "em", "i": "em", "cite": "em", "var": "em", "dfn": "em", "strong": "strong", "b": "strong"}
_TAGS = frozenset(("sub", "sup", "del", "s", "ins", "u", "mark", "small", "kbd", "q"))
_SAME = {"strike": "s", "big": "", "tt": "code"}
_ANCHOR = re.compile(r"[#¶§🔗\s]*")
_NOTE = re.compile(r"#(?:_?fn|_?ftn|footnote|easy-footnote|note|cite_)", re.IGNORECASE)
_BACK = re.compile(r"[\s↩↑⏎^\ufe0e\ufe0f]*")
_LAZY = ("data-src", "data-lazy-src", "data-original", "data-orig-file")


class Inliner:
    """Turns the inside of elements into pieces; addresses are taken as relative to `base`."""

    def __init__(self, base: str, losses: Losses) -> None:
        self._base, self._losses = base, losses
        self._numbers = count()
        self._inside: list[str] = []
        """Emphases and links that are open."""

    def of(self, element: HtmlElement) -> Iterator[Piece]:
        """The pieces of what is in an element."""
        if element.text:
            yield Text(element.text)
        for child in element:
            yield from self.element(child)
            if child.tail:
                yield Text(child.tail)

    def element(self, element: HtmlElement) -> Iterator[Piece]:
        """The pieces of an element itself."""
        tag = element.tag
        if not isinstance(tag, str):  # a comment or a processing instruction
            return
        tag = _SAME.get(tag, tag)
        if self.drops(element):
            return
        special = self._special().get(tag)
        if special:
            yield from special(element)
        elif kind := _EMPHASIS.get(tag, "") or _by_style(element):
            yield from self._marked(element, kind)
        elif tag in _TAGS:
            yield from self._tagged(element, tag)
        else:
            yield from self.of(element)

    def drops(self, element: HtmlElement) -> bool:
        """Whether the element is one that no mail shows; counts what is lost with it."""
        if element.tag not in DROPPED and not _hidden(element):
            return False
        loss = DROPPED.get(str(element.tag))
        if loss:
            self._losses[loss] += 1
        return True

    def _special(self) -> dict[str, Callable[[HtmlElement], Iterator[Piece]]]:
        return {
            "br": lambda _: iter([Break()]),
            "wbr": lambda _: iter(()),
            "a": self._link,
            "img": self._picture,
            "code": self._code,
            "samp": self._code,
            "abbr": self._abbreviation,
            **dict.fromkeys(EMBEDS, self._embed),
        }

    def _marked(self, element: HtmlElement, kind: str) -> Iterator[Piece]:
        if kind in self._inside:  # emphasis within the same emphasis says nothing new
            yield from self.of(element)
            return
        yield from self.within(Mark(kind, True, next(self._numbers)), self.of(element))

    def within(self, mark: Mark, pieces: Iterator[Piece]) -> Iterator[Piece]:
        """The pieces between the two ends of a mark."""
        yield mark
        self._inside.append(mark.tag)
        yield from pieces
        self._inside.pop()
        yield Mark(mark.tag, False, mark.number, mark.url, mark.title)

    def _tagged(self, element: HtmlElement, tag: str) -> Iterator[Piece]:
        yield Raw(f"<{tag}>", blank=True)
        yield from self.of(element)
        yield Raw(f"</{tag}>", blank=True)

    def _abbreviation(self, element: HtmlElement) -> Iterator[Piece]:
        title = escape(" ".join(element.get("title", "").split())).replace("[[", "&#91;&#91;")
        yield Raw(f'<abbr title="{title}">' if title else "<abbr>", blank=True)
        yield from self.of(element)
        yield Raw("</abbr>", blank=True)

    def _code(self, element: HtmlElement) -> Iterator[Piece]:
        if words := " ".join(element.text_content().split()):
            yield Code(words)

    def mark_of(self, element: HtmlElement) -> Mark | None:
        """What a link or an emphasis marks its words with; None for a link that a mail can't have."""
        if kind := _EMPHASIS.get(str(element.tag)):
            return Mark(kind, True, next(self._numbers))
        url = self.address(element.get("href", ""))
        return Mark("a", True, next(self._numbers), url, _title(element)) if url else None

    def _link(self, element: HtmlElement) -> Iterator[Piece]:
        href = element.get("href", "").strip()
        if not href or "a" in self._inside:
            yield from self.of(element)
            return
        if href.startswith("#"):
            yield from self._within_page(element, href)
            return
        mark = self.mark_of(element)
        if mark is None:
            self._losses[Loss.LINK] += 1
            yield from self.of(element)
            return
        yield from self.within(mark, self.of(element))

    def _within_page(self, element: HtmlElement, href: str) -> Iterator[Piece]:
        """What is kept of a link to another place of the page, which a mail does not have."""
        words = element.text_content()
        note = bool(_NOTE.match(href))
        if _ANCHOR.fullmatch(words) or (note and _BACK.fullmatch(words)):
            return
        self._losses[Loss.FOOTNOTE if note else Loss.LINK] += 1
        parent = element.getparent()
        raised = note and len(words) <= 4 and (parent is None or parent.tag != "sup")
        yield from self._tagged(element, "sup") if raised else self.of(element)

    def _picture(self, element: HtmlElement) -> Iterator[Piece]:
        words = " ".join(element.get("alt", "").split())
        url = self.address(_source(element), schemes=("http", "https"))
        if not url:
            self._losses[Loss.PICTURE] += 1
            if words:
                yield Text(words)
            return
        if element.get("width") == "1" or element.get("height") == "1":  # counts who opens a page
            return
        target = f"<{url}>" if re.search(r"[()]", url) else url
        yield Raw(f"![{escaped(words, within_brackets=True)}]({target})", picture=(url, words))

    def _embed(self, element: HtmlElement) -> Iterator[Piece]:
        inner = element.xpath(".//source/@src") or [""]
        url = self.address(element.get("src") or element.get("data") or inner[0])
        self._losses[Loss.EMBED] += 1
        if not url:
            return
        words = Text(element.get("title", "").strip() or url)
        # No link stands in another.
        yield from [words] if "a" in self._inside else self._linked(url, words)

    def _linked(self, url: str, words: Text) -> Iterator[Piece]:
        yield from self.within(Mark("a", True, next(self._numbers), url), iter([words]))

    def address(self, written: str, schemes: tuple[str, ...] = ("http", "https", "mailto")) -> str:
        """The absolute address, encoded; empty where it is none that a mail can have."""
        if MERGE_FIELD.match(written.strip()):
            return ""  # filled in when it was sent, such as the link to unsubscribe
        try:
            whole = urljoin(self._base, written.strip()).replace("[[", "%5B%5B")
            return mail_url(whole, schemes=schemes)
        except ValueError:
            return ""


def permalink(element: HtmlElement) -> bool:
    """Whether an element is the sign after a heading that leads to the heading itself."""
    return (
        element.tag == "a"
        and "#" in element.get("href", "")
        and bool(_ANCHOR.fullmatch(element.text_content()))
    )


def _title(element: HtmlElement) -> str:
    title = " ".join(str(element.get("title", "")).split())
    return "" if title == " ".join(element.text_content().split()) else title


def _source(element: HtmlElement) -> str:
    """The address of a picture, also where a script was to set it later."""
    written = str(element.get("src", "")).strip()
    if written and not written.startswith("data:"):
        return written
    return next((str(element.get(name)) for name in _LAZY if element.get(name)), "")


def _by_style(element: HtmlElement) -> str:
    """The emphasis that a style of a `span` gives, as word processors write it."""
    if element.tag not in ("span", "font"):
        return ""
    style = element.get("style", "").lower()
    if re.search(r"font-weight\s*:\s*(?:bold|[6-9]00)", style):
        return "strong"
    return "em" if re.search(r"font-style\s*:\s*(?:italic|oblique)", style) else ""


def _hidden(element: HtmlElement) -> bool:
    style = element.get("style", "").lower().replace(" ", "")
    return "hidden" in element.attrib or "display:none" in style or "mso-hide:all" in style

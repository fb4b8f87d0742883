"""The allow list for HTML that a mail program shows and the MJML compiler survives."""

from __future__ import annotations

import re
from html.parser import HTMLParser

INLINE_TAGS = frozenset(
    [
        "a",
        "abbr",
        "b",
        "br",
        "cite",
        "code",
        "del",
        "em",
        "i",
        "ins",
        "kbd",
        "mark",
        "q",
        "s",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "u",
        "wbr",
    ]
)
BLOCK_TAGS = INLINE_TAGS | frozenset(
    [
        "blockquote",
        "caption",
        "col",
        "colgroup",
        "dd",
        "div",
        "dl",
        "dt",
        "figcaption",
        "figure",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "img",
        "li",
        "ol",
        "p",
        "pre",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_ATTRIBUTES = {
    "*": {"title", "lang", "dir"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "td": {"align", "style", "colspan", "rowspan"},
    "th": {"align", "style", "colspan", "rowspan", "scope"},
    "code": {"class"},
}
_SWALLOWING = re.compile(
    r"<(script|style|textarea|title|xmp|plaintext|iframe|noembed|noframes|noscript|template|svg|math|select)\b",
    re.IGNORECASE,
)
"""Opening tags after which a browser reads on in another way, up to the end of the essay."""
_ALIGNMENT = re.compile(r"\s*text-align\s*:\s*[a-z]+\s*;?\s*")
_NESTING = re.compile(r"<(/?)[a-z][^>]*?( /)?>")
_VOID = re.compile(r'<(br|hr|img|wbr|col)((?:\s+[\w-]+="[^"]*")*)\s*>')


def sanitised(html: str, tags: frozenset[str]) -> str:
    """Balanced HTML of allowed tags and attributes, void elements closed for the MJML compiler."""
    import nh3

    clean = nh3.clean(
        html,
        tags=set(tags),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items() if tag == "*" or tag in tags},
        url_schemes={"http", "https", "mailto"},
        filter_style_properties={"text-align"},
        link_rel=None,
    )
    return _VOID.sub(r"<\1\2 />", clean)


def depth(html: str) -> int:
    """How deep the elements of sanitised HTML are nested."""
    deepest = level = 0
    for closing, void in _NESTING.findall(html):
        level += -1 if closing else not void
        deepest = max(deepest, level)
    return deepest


def swallows(html: str) -> bool:
    """Whether a piece of raw HTML could take what follows it down with it."""
    return bool(_SWALLOWING.search(html))


class RawHtml(HTMLParser):
    """What a piece of raw HTML would lose, and where it links to."""

    def __init__(self, html: str, tags: frozenset[str]) -> None:
        super().__init__(convert_charrefs=True)
        self._tags = tags
        self.dropped: list[tuple[int, str]] = []
        self.urls: list[tuple[int, str]] = []
        """(lines after the start, what)."""
        try:
            self.feed(html)
        except AssertionError:  # the standard library's answer to `<![nonsense[`
            self.rawdata = html
        if self.rawdata:
            self.dropped.append((self.getpos()[0] - 1, "an unfinished tag"))

    def _line(self) -> int:
        return self.getpos()[0] - 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self._tags:
            self.dropped.append((self._line(), f"<{tag}>"))
            return
        allowed = _ATTRIBUTES["*"] | _ATTRIBUTES.get(tag, set())
        for name, value in attrs:
            if name not in allowed or (name == "style" and not _ALIGNMENT.fullmatch(value or "")):
                self.dropped.append((self._line(), f"{name} of <{tag}>"))
            elif name in ("href", "src"):
                self.urls.append((self._line(), value or ""))

    def handle_comment(self, _: str) -> None:
        self.dropped.append((self._line(), "a comment"))

    def handle_decl(self, _: str) -> None:
        self.dropped.append((self._line(), "a declaration"))

    def handle_pi(self, _: str) -> None:
        self.dropped.append((self._line(), "a processing instruction"))

    def unknown_decl(self, _: str) -> None:
        self.dropped.append((self._line(), "a declaration"))

"""HTML text to a tree, as a browser would read it; classic WordPress text gets its paragraphs first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff]")
"""What neither XML nor YAML may hold."""
_HOLDING = (
    "table|thead|tfoot|colgroup|tbody|tr|div|dl|ul|ol|"
    "form|blockquote|fieldset|section|article|aside|header|footer|nav|figure|details"
)
"""Elements whose inside has lines and paragraphs of its own."""
_LINE = "caption|col|td|th|dd|dt|li|pre|address|p|h[1-6]|hr|figcaption|summary|iframe"
_BOTH_SIDES = re.compile(rf"(</?(?:{_HOLDING})\b[^<>]*>)", re.IGNORECASE)
_BEFORE = re.compile(rf"(<(?:{_LINE})\b[^<>]*>)", re.IGNORECASE)
_AFTER = re.compile(rf"(</(?:{_LINE})\s*>|<hr\b[^<>]*>)", re.IGNORECASE)
_EMPTY = re.compile(r"<(wbr|source|track|embed|param|keygen)\b([^<>]*)>", re.IGNORECASE)
_KEPT = re.compile(r"<(pre|script|style|textarea)\b(?:(?!<\1\b).)*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_STARTS_BLOCK = re.compile(rf"\s*</?(?:{_HOLDING}|{_LINE})\b", re.IGNORECASE)


def fragment(html: str) -> HtmlElement:
    """A `div` with the HTML in it."""
    from lxml.html import HTMLParser, fragment_fromstring

    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    return fragment_fromstring(_clean(html).encode(), create_parent="div", parser=parser)


def document(text: str) -> HtmlElement:
    """The tree of a whole page."""
    from lxml.html import HTMLParser, document_fromstring

    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    clean = _clean(text)
    return document_fromstring((clean if clean.strip() else "<html></html>").encode(), parser=parser)


def _clean(html: str) -> str:
    """The HTML with an end to each element that libxml2 doesn't know to be empty and would fill."""
    return _EMPTY.sub(r"<\1\2></\1>", CONTROL.sub("", html))


def with_paragraphs(text: str) -> str:
    """Classic WordPress text with the paragraphs and breaks that its blank lines and line ends stand for.

    As WordPress's own `wpautop` does; text of its block editor has them already and stays as it is.
    """
    if "<!-- wp:" in text:
        return text
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(match[0])
        # With a sign that no XML may hold: nothing in the text can be taken for it.
        return f"\n\n<div data-kept='\1{len(kept) - 1}'></div>\n\n"

    lines = _KEPT.sub(keep, text.replace("\r\n", "\n").replace("\r", "\n"))
    parted = re.sub(r"<br\s*/?>[ \t]*\n?", "\n", lines, flags=re.IGNORECASE)
    for pattern, replacement in ((_BOTH_SIDES, r"\n\n\1\n\n"), (_BEFORE, r"\n\n\1"), (_AFTER, r"\1\n\n")):
        parted = pattern.sub(replacement, parted)
    whole = "".join(_paragraph(part) for part in re.split(r"\n\s*\n", parted) if part.strip())
    return re.sub("<div data-kept='\1([0-9]+)'></div>", lambda match: kept[int(match[1])], whole)


def _paragraph(text: str) -> str:
    if _STARTS_BLOCK.match(text):
        return text.strip()
    return f"<p>{text.strip().replace(chr(10), '<br>')}</p>"

"""HTML text to a tree, as a browser would read it; classic WordPress text gets its paragraphs first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff]")
"""What neither XML nor YAML may hold."""
_BLOCK = (
    "table|thead|tfoot|caption|col|colgroup|tbody|tr|td|th|div|dl|dd|dt|ul|ol|li|pre|form|blockquote|address|"
    "p|h[1-6]|hr|fieldset|section|article|aside|header|footer|nav|figure|figcaption|details|summary|iframe"
)
_TAG = re.compile(rf"(\s*)(</?(?:{_BLOCK})\b[^<>]*>)(\s*)", re.IGNORECASE)
_KEPT = re.compile(r"<(pre|script|style|textarea)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_STARTS_BLOCK = re.compile(rf"\s*</?(?:{_BLOCK})\b", re.IGNORECASE)


def fragment(html: str) -> HtmlElement:
    """A `div` with the HTML in it."""
    from lxml.html import HTMLParser, fragment_fromstring

    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    clean = CONTROL.sub("", html)
    return fragment_fromstring(clean.encode(), create_parent="div", parser=parser)


def document(text: str) -> HtmlElement:
    """The tree of a whole page."""
    from lxml.html import HTMLParser, document_fromstring

    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    clean = CONTROL.sub("", text)
    return document_fromstring((clean if clean.strip() else "<html></html>").encode(), parser=parser)


def with_paragraphs(text: str) -> str:
    """Classic WordPress text with the paragraphs and breaks that its blank lines and line ends stand for.

    As WordPress's own `wpautop` does; text of its block editor has them already and stays as it is.
    """
    if "<!-- wp:" in text:
        return text
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(match[0])
        return f"\n\n<div data-kept='{len(kept) - 1}'></div>\n\n"

    lines = _KEPT.sub(keep, text.replace("\r\n", "\n").replace("\r", "\n"))
    parted = _TAG.sub(r"\n\n\2\n\n", re.sub(r"<br\s*/?>[ \t]*\n?", "\n", lines, flags=re.IGNORECASE))
    whole = "".join(_paragraph(part) for part in re.split(r"\n\s*\n", parted) if part.strip())
    return re.sub(r"<div data-kept='(\d+)'></div>", lambda match: kept[int(match[1])], whole)


def _paragraph(text: str) -> str:
    if _STARTS_BLOCK.match(text):
        return text.strip()
    return f"<p>{text.strip().replace(chr(10), '<br>')}</p>"

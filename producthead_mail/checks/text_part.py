"""Rules about the plain text part: that it is there, and says what the HTML says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from producthead_mail.checks import limits
from producthead_mail.checks.finding import Severity
from producthead_mail.checks.links import PROVIDER_TAG
from producthead_mail.checks.page import Hit, Page, name_of, short

URL = re.compile(r"https?://[^\s<>\"]+")
SLOT = "SLOT"
"""Stands for any token: a slot has another one where an address is shown than where it is followed."""
NOT_A_WORD = re.compile(r"[\W_]+")


def plain_text(page: Page) -> Iterator[Hit]:
    """A hit where the text part is missing, a stub, or lacks links that the HTML has."""
    text, place = page.message.text, (page.text_template, 0, 0)
    if not text.strip():
        yield Hit("there is no plain text part", "let the layout's edition.txt.j2 write one", place=place)
        return
    if len(text.split()) * limits.STUB < len(page.words.split()):
        remedy = "let edition.txt.j2 say all that the HTML says"
        yield Hit("the plain text part is a stub", remedy, place=place, severity=Severity.WARNING)
    if not PROVIDER_TAG.search(text) and any(PROVIDER_TAG.search(link.get("href")) for link in page.links):
        message = "the plain text part has no unsubscribe link"
        yield Hit(message, "write unsubscribe_url in edition.txt.j2", place=place)
    yield from _lacking_links(page)


def _lacking_links(page: Page) -> Iterator[Hit]:
    hrefs = dict.fromkeys(link.get("href").strip() for link in page.links)
    lacking = [href for href in hrefs if _is_lacking(page.message.text, href)]
    if not lacking:
        return
    many = f" and {len(lacking) - 1} more" if len(lacking) > 1 else ""
    yield Hit(
        f"the plain text part lacks the link {short(lacking[0])}{many}",
        "write it in edition.txt.j2",
        needle=lacking[0],
        file=page.text_template,
        severity=Severity.WARNING,
    )


def _is_lacking(text: str, href: str) -> bool:
    return href.startswith(("http://", "https://")) and href.rstrip("/") not in text


def plain_text_drift(page: Page) -> Iterator[Hit]:
    """A hit where the text part lacks headings of the HTML, or has links of its own."""
    if not page.message.text.strip():
        return
    text = _bare(page.without_tokens(page.message.text))
    nodes = page.tagged("h1", "h2", "h3", "h4", "h5", "h6")
    # A slot in a heading has a token of its own in either part.
    headings = {words: _bare(page.without_tokens(words)) for words in map(name_of, nodes)}
    lacking = [words for words, bare in headings.items() if bare.strip() and bare not in text]
    if lacking:
        many = f" and {len(lacking) - 1} more" if len(lacking) > 1 else ""
        message = f"the plain text part lacks the heading “{page.shown(lacking[0])}”{many}"
        yield Hit(message, "write it in edition.txt.j2", needle=lacking[0], file=page.text_template)
    if foreign := _foreign_links(page):
        many = f" and {len(foreign) - 1} more" if len(foreign) > 1 else ""
        first = short(foreign[0].replace(SLOT, "…"))
        yield Hit(
            f"the plain text part has a link that the HTML lacks: {first}{many}",
            "write it in the layout's HTML too",
            needle=foreign[0].partition(SLOT)[0],
            file=page.text_template,
        )


def _foreign_links(page: Page) -> list[str]:
    values = (value for node in page.elements for value in _addresses(node))
    known = {page.without_tokens(value, SLOT).strip().rstrip("/") for value in values}
    shown, found = (_urls(page.without_tokens(text, SLOT)) for text in (page.words, page.message.text))
    return [url for url in found if url not in known and url not in shown]


def _urls(text: str) -> dict[str, None]:
    return dict.fromkeys(url.rstrip(".,;:!?)]/") for url in URL.findall(text))


def _addresses(node: Any) -> list[str]:
    return [value for key in ("href", "src") if (value := node.get(key))]


def _bare(text: str) -> str:
    """The words alone, in lower case, as headings are set in either part."""
    return f" {NOT_A_WORD.sub(' ', text).casefold().strip()} "

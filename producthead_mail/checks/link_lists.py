"""Rules about all links together, and about what a link looks like."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from producthead_mail.checks import limits
from producthead_mail.checks.page import Hit, Page, name_of, short

SHORTENERS = frozenset(
    (
        "bit.ly",
        "bitly.com",
        "buff.ly",
        "cutt.ly",
        "dlvr.it",
        "fb.me",
        "goo.gl",
        "ift.tt",
        "is.gd",
        "j.mp",
        "lnkd.in",
        "ow.ly",
        "rb.gy",
        "rebrand.ly",
        "s.id",
        "shorturl.at",
        "smarturl.it",
        "snip.ly",
        "soo.gd",
        "shorte.st",
        "t.co",
        "t.ly",
        "t2m.io",
        "tiny.cc",
        "tinyurl.com",
        "trib.al",
        "u.to",
        "v.gd",
        "wp.me",
    )
)
BLOCKS = {"p", "li", "td", "th", "div", "blockquote", "dd", "dt", "h1", "h2", "h3", "h4", "h5", "h6"}


def link_shortener(page: Page) -> Iterator[Hit]:
    """A hit for each link through a shortener, which hides where it leads."""
    for href in dict.fromkeys(_web_links(page)):
        if host := shortener(href):
            yield Hit(
                f"link {short(href)} goes through {host}; readers can't see where, and filters distrust it",
                "link to the page itself",
                needle=href,
            )


def shortener(href: str) -> str:
    """The shortener's host where the address is one's, else an empty string."""
    try:
        host = (urlsplit(href).hostname or "").lower().removeprefix("www.")
    except ValueError:
        return ""
    return host if host in SHORTENERS else ""


def link_count(page: Page) -> Iterator[Hit]:
    """A hit where a mail has very many links."""
    if (count := len(_web_links(page))) > limits.LINK_COUNT:
        message = f"{count} links; filters count beyond {limits.LINK_COUNT} against a mail"
        yield Hit(message, "leave some out", place=(page.edition_path, 0, 0))


def link_duplicate(page: Page) -> Iterator[Hit]:
    """A hit for each address linked very often."""
    for href, count in Counter(_web_links(page)).items():
        if count > limits.LINK_REPEATED:
            yield Hit(f"{count} links lead to {short(href)}", "one or two are enough", needle=href)


def link_long_url(page: Page) -> Iterator[Hit]:
    """A hit for each address too long for some clients."""
    for href in dict.fromkeys(_web_links(page)):
        if len(href) > limits.LINK_LONG:
            message = f"link {short(href)} has {len(href):,} characters; Outlook gives up at 2,083"
            yield Hit(message, "leave out the tracking parameters", needle=href[: limits.LINK_LONG])


def link_only_colour(page: Page) -> Iterator[Hit]:
    """A hit for the first link within a text that only its colour tells apart."""
    for link in page.links:
        if not _in_running_text(link) or _is_marked(page, link):
            continue
        words = name_of(link)
        yield Hit(
            f"link “{page.shown(words)}” is told apart by its colour alone",
            "underline links within text in the layout",
            needle=words,
        )
        return


def _web_links(page: Page) -> list[str]:
    hrefs = (link.get("href").strip() for link in page.links)
    return [href for href in hrefs if href.lower().startswith(("http://", "https://"))]


def _in_running_text(link: Any) -> bool:
    block = next((node for node in link.iterancestors() if node.tag in BLOCKS), None)
    if block is None or not name_of(link):
        return False
    others = sum(len(" ".join(one.text_content().split())) for one in block.iter("a"))
    return len(" ".join(block.text_content().split())) > others


def _is_marked(page: Page, link: Any) -> bool:
    """Whether the link, or what is in it, is underlined, bold against its text, or a box."""
    around = page.light.get(link.getparent())
    return any(
        _stands_out(page, node, around) for node in (link, *link.iterdescendants()) if node in page.light
    )


def _stands_out(page: Page, node: Any, around: Any) -> bool:
    given, look = page.styles.get(node, {}), page.light[node]
    line = f"{given.get('text-decoration', '')} {given.get('text-decoration-line', '')}"
    plain = node.tag == "a" and not line.strip()
    border = given.get("border-bottom", "")
    bordered = bool(border) and not border.startswith(("0", "none"))
    boxed = around is not None and (look.background != around.background or look.bold != around.bold)
    return plain or "underline" in line or bordered or boxed or node.tag == "img"

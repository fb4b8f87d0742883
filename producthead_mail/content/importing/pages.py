"""A page of the newsletter's archive: one edition, or an index that links to editions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import TYPE_CHECKING, Any
from urllib.parse import urldefrag, urljoin, urlsplit

from producthead_mail.content.authoring.page import decoded
from producthead_mail.content.importing.days import MAX_WORDS, day_of
from producthead_mail.content.importing.losses import Loss, Losses
from producthead_mail.content.importing.originals import Original
from producthead_mail.content.importing.trees import document, fragment

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_CONTENT = ("entry-content", "post-content", "article-content", "e-content", "post-body", "available-content")
_COMMENTS = ("comments", "respond", "comments-area", "comment-respond", "comment-form", "disqus_thread")
_DATES = (
    "article:published_time",
    "og:published_time",
    "datePublished",
    "date",
    "dcterms.date",
    "dcterms.created",
    "DC.date.issued",
    "pubdate",
    "publish_date",
    "parsely-pub-date",
    "sailthru.date",
)
"""Of `meta` elements."""
_DATED = ("entry-date", "post-date", "date-header", "published", "dt-published")
"""Classes of elements with the day in words."""
_FURNITURE = (
    "sharedaddy",
    "jp-relatedposts",
    "post-navigation",
    "nav-links",
    "entry-meta",
    "entry-footer",
    "screen-reader-text",
    "skip-link",
    "breadcrumbs",
    "cookie-notice",
    "subscription-widget-wrap",
    "button-wrapper",
    "kg-signup-card",
    "wp-block-jetpack-subscriptions",
    "awesomewrap",
    "templatePreheader",
    "templateFooter",
    "mceFooterSection",
)
"""Of WordPress, Substack, Ghost and, last, of Mailchimp's archive."""
_NO_EDITION = re.compile(
    r"/(?:category|tag|author|page|feed|wp-login\.php|wp-admin|comments?|search|privacy[\w-]*|about|contact)(?:/|$)"
    r"|\.(?:xml|rss|atom|json|pdf|jpe?g|png|gif|webp|svg|css|js|zip|mp[34]|ics)$",
    re.IGNORECASE,
)
_PATH_DAY = re.compile(r"/(\d{4})[/-](\d{1,2})[/-](\d{1,2})(?:[/-]|$)")


@dataclass(frozen=True, slots=True)
class Index:
    """A page that leads to editions."""

    links: tuple[str, ...]
    """Of the same site, absolute, in the order of the page."""
    more: str = ""
    """Address of the page after it, where it says so."""
    based: bool = True
    """Whether the page's own address is known, so that relative links lead somewhere."""
    unread: str = ""
    """The date that it has and that can't be read, so that it is no index but no edition either."""


def read_page(data: bytes, url: str, charset: str, zone: tzinfo) -> Original | Index:
    """The edition on the page, or the links of an index."""
    tree = document(decoded(data, charset))
    base = _base(tree, url)
    root = _content(tree)
    day, unread = _day(tree, base, zone)
    if unread and not _is_list(tree):
        return Index((), unread=unread)
    if day is None or _is_list(tree):
        links = _links(root, base)
        if links or day is None:
            return Index(links, _more(tree, base), based=bool(base))
    return _edition(tree, root, base, day)


def _edition(tree: HtmlElement, root: HtmlElement, base: str, day: date) -> Original:
    losses = Losses()
    title = _title(tree)
    summary = _meta(tree, "og:description", "description")
    author = _meta(tree, "author")
    _furnish(tree, root, losses)
    return Original(
        title=title,
        day=day,
        content=root,
        url=base,
        name=urlsplit(base).path.rstrip("/").rpartition("/")[2],
        summary=summary,
        author=author,
        losses=losses,
    )


def _furnish(tree: HtmlElement, root: HtmlElement, losses: Losses) -> None:
    """Takes what belongs to the site out of the content, and counts that and what lies outside."""
    for form in tree.xpath("//form[.//textarea[contains(@name, 'comment')]]"):
        losses[Loss.COMMENTS] = 1
        _drop(form, root)
    for name in _COMMENTS:
        for element in _of_class(tree, name):
            losses[Loss.COMMENTS] = 1
            _drop(element, root)
    for element in root.xpath(".//nav|.//aside|.//header[.//h1]"):
        losses[Loss.FURNITURE] += 1
        _drop(element, root)
    for name in _FURNITURE:
        for element in _of_class(root, name):
            losses[Loss.FURNITURE] += 1
            _drop(element, root)
    outside = tree.xpath("//body//nav|//body//footer|//body//header|//body//aside")
    losses[Loss.FURNITURE] += sum(
        not any(up is root or up in outside for up in one.iterancestors())
        and bool(one.text_content().strip())
        for one in outside
    )


def _drop(element: HtmlElement, root: HtmlElement) -> None:
    if element is not root and element.getparent() is not None and root not in element.iterdescendants():
        element.drop_tree()


def _content(tree: HtmlElement) -> HtmlElement:
    """The element that holds the edition: the smallest that pages are known to mark as such."""
    found = tree.xpath("//*[@itemprop='articleBody']")
    for name in _CONTENT:
        found = found if len(found) == 1 else _of_class(tree, name)
    for path in ("//article", "//main|//*[@role='main']", "//body"):
        found = found if len(found) == 1 else tree.xpath(path)
    return found[0] if found else fragment("")


def _of_class(tree: HtmlElement, name: str) -> list[HtmlElement]:
    inside = f"contains(concat(' ', normalize-space(@class), ' '), ' {name} ')"
    return [one for one in tree.xpath(f".//*[{inside} or @id='{name}']") if one.tag not in ("html", "body")]


def _base(tree: HtmlElement, url: str) -> str:
    """The page's own address: where it was found, else what it says of itself."""
    if url:
        said = tree.xpath("//base/@href")
        return urljoin(url, said[0]) if said else url
    said = [*tree.xpath("//link[@rel='canonical']/@href"), _meta(tree, "og:url"), *tree.xpath("//base/@href")]
    return next((str(one) for one in said if re.match(r"https?://[^/\s]", str(one))), "")


def _meta(tree: HtmlElement, *names: str) -> str:
    for name in names:
        for one in tree.xpath(f"//meta[@property='{name}' or @name='{name}']/@content"):
            if words := " ".join(str(one).split()):
                return words
    return ""


def _title(tree: HtmlElement) -> str:
    # In Mailchimp's archive they are the mail's, and the page's title is its subject.
    of_page = "//h1[not(ancestor::body[@id='archivebody'])]"
    headings = [" ".join(one.text_content().split()) for one in tree.xpath(of_page)]
    if len(headings) == 1 and headings[0]:
        return headings[0].rstrip(" #¶")
    title = " ".join(" ".join(tree.xpath("//title/text()")).split())
    return _meta(tree, "og:title") or next((one for one in headings if one and one in title), "") or title


def _day(tree: HtmlElement, base: str, zone: tzinfo) -> tuple[date | None, str]:
    """The day the page says that it was published; where it says none that can be read, what it says."""
    said = [_meta(tree, name) for name in _DATES]
    said += tree.xpath(
        "//*[@itemprop='datePublished']/@*[name()='content' or name()='datetime' or name()='title']"
    )
    said += _linked_data(tree)
    for one in said:
        if one and (day := day_of(str(one), zone)):
            return day, ""
    shown = list(_shown_dates(tree))
    days = {day_of(one, zone) for one in shown} - {None}
    if len(days) == 1:
        return days.pop(), ""
    if found := _PATH_DAY.search(urlsplit(base).path):
        return day_of("-".join(found.groups()), zone), ""
    unread = list(dict.fromkeys(str(one) for one in [*said, *shown] if one))
    return None, unread[0] if len(unread) == 1 and not days else ""


def _shown_dates(tree: HtmlElement) -> Iterator[str]:
    """The dates that tell when something was published: not changes, and not of comments."""
    marked = (one for name in _DATED for one in _of_class(tree, name))
    for one in (*tree.iter("time"), *marked):
        around = " ".join(f"{up.get('class', '')} {up.get('id', '')}" for up in (one, *one.iterancestors()))
        words = str(one.get("datetime") or one.get("title") or " ".join(one.text_content().split()))
        short = len(words) <= MAX_WORDS and any(map(str.isdigit, words))
        if short and "updated" not in one.get("class", "").split() and "comment" not in around:
            yield words


def _linked_data(tree: HtmlElement) -> Iterator[str]:
    for script in tree.xpath("//script[@type='application/ld+json']"):
        try:
            found = json.loads(script.text_content())
        except (ValueError, RecursionError):
            continue
        yield from _published(found, depth=0)


def _published(found: Any, depth: int) -> Iterator[str]:
    if depth > 4:
        return
    if isinstance(found, list):
        for one in found:
            yield from _published(one, depth + 1)
    elif isinstance(found, dict):
        if re.search(r"Article|BlogPosting", str(found.get("@type"))):
            yield str(found.get("datePublished", ""))
        yield from _published(found.get("@graph"), depth + 1)


def _is_list(tree: HtmlElement) -> bool:
    """Whether a page with a date is a list of pages all the same."""
    if _meta(tree, "article:published_time") or any(_linked_data(tree)):
        return False
    kinds = " ".join(tree.xpath("//body/@class")).split()
    listing = _meta(tree, "og:type") == "website" or {"home", "blog", "archive"} & set(kinds)
    return bool(listing) or len(tree.xpath("//article")) > 1


def _links(root: HtmlElement, base: str) -> tuple[str, ...]:
    """Where the links of the content lead on the same site, each once."""
    found: dict[str, None] = {}
    own = urldefrag(base)[0].rstrip("/")
    for anchor in root.xpath(".//a[@href]"):
        if any(up.tag in ("nav", "footer", "aside") for up in anchor.iterancestors()):
            continue
        try:
            url = urldefrag(urljoin(base, str(anchor.get("href")).strip()))[0]
            parts = urlsplit(url)
            same_site = parts.netloc.lower() == urlsplit(base).netloc.lower() or not base
        except ValueError:
            continue
        if parts.scheme not in ("http", "https") or not same_site or parts.path.strip("/") == "":
            continue
        if url.rstrip("/") != own and not _NO_EDITION.search(parts.path) and "replytocom" not in parts.query:
            found.setdefault(url)
    return tuple(found)


def _more(tree: HtmlElement, base: str) -> str:
    further = tree.xpath("//link[@rel='next']/@href | //a[contains(concat(' ', @rel, ' '), ' next ')]/@href")
    further += tree.xpath("//a[contains(concat(' ', @class, ' '), ' next ')]/@href")
    return urljoin(base, str(further[0])) if further else ""

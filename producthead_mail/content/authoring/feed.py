"""The newest entries of a blog's RSS or Atom feed."""

from __future__ import annotations

import io
import re
import time
from calendar import timegm
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from producthead_mail.content.authoring.links import absolute, host_of, page_key, without_tracking
from producthead_mail.content.authoring.literal import markdown, one_line, plain, shortened
from producthead_mail.content.authoring.page import decoded, tree_of
from producthead_mail.content.feed_bounds import excess

MOST_EXCERPT = 400
LEAST_EXCERPT = 60
"""Characters: a greeting is not enough."""
_FEEDS = {"application/rss+xml", "application/atom+xml", "application/rdf+xml"}
_ASIDE = ("script", "style", "figure", "table", "pre", "iframe")
_BLOCKS = ("p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote")
_TAIL = re.compile(
    r"\s*(?:\[(?:…|\.\.\.)\]|\.\.\.|(?:Continue reading|Read more|Read the (?:full|rest)).*"
    r"|The post .{1,300} (?:appeared first|first appeared) on .*)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """A post; texts are plain, on one line."""

    title: str
    url: str
    excerpt: str = ""
    published: datetime | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """A blog's feed, newest entry first."""

    title: str
    entries: tuple[FeedEntry, ...] = ()
    skipped: tuple[str, ...] = ()
    """Why an entry is not taken, in words."""


def feed_of(body: bytes, url: str, kind: str, now: datetime) -> Feed:
    """The feed in an answer; ValueError with the reason where it is none. No other address is asked."""
    import feedparser

    if too_much := excess(body):
        raise ValueError(too_much)
    headers = {"content-type": kind or "application/xml", "content-location": url}
    # As a stream: what looks like a name would be opened or fetched.
    found = feedparser.parse(io.BytesIO(body), response_headers=headers, sanitize_html=False)
    if not found.get("version"):
        raise ValueError("is no RSS or Atom feed" + _fault(found.get("bozo_exception")))
    entries: list[FeedEntry] = []
    skipped: list[str] = []
    for made in _each_once(_entry(entry, url) for entry in found.entries):
        name = made.title or "an entry without a title"
        if not made.url:
            skipped.append(f"{name}: has no link")
        elif not made.title:
            skipped.append(f"{made.url}: has no title")
        elif made.published and made.published > now:
            skipped.append(f"{name}: is dated {made.published:%Y-%m-%d}, which is still to come")
        else:
            entries.append(made)
    title = _words(found.feed, "title") or host_of(url)
    return Feed(title, tuple(_newest_first(entries)), tuple(skipped))


def _each_once(entries: Iterable[FeedEntry]) -> Iterator[FeedEntry]:
    """The entries without those whose page came before."""
    seen: set[str] = set()
    for entry in entries:
        key = page_key(entry.url) if entry.url else ""
        if not key or key not in seen:
            seen.add(key)
            yield entry


def _fault(error: Any) -> str:
    # Without its line: feedparser puts a declaration over the text before it is parsed.
    return f": {error.getMessage()}" if hasattr(error, "getMessage") else ""


def feed_address(body: bytes, url: str, charset: str = "") -> str:
    """The address of the feed that a page names as its own; empty where it names none."""
    tree = tree_of(decoded(body, charset))
    for link in tree.iter("link") if tree is not None else ():
        kind = (link.get("type") or "").partition(";")[0].strip().lower()
        if "alternate" in (link.get("rel") or "").lower().split() and kind in _FEEDS and link.get("href"):
            return absolute(url, link.get("href"))
    return ""


def post_item(entry: FeedEntry, feed: Feed) -> dict[str, str]:
    """The entry as an item of `posts`; `summary` is left for the curator to write."""
    return {
        "title": plain(entry.title),
        "url": entry.url,
        "excerpt": markdown(entry.excerpt),
        "summary": "",
        "source": plain(feed.title),
    }


def _newest_first(entries: Sequence[FeedEntry]) -> list[FeedEntry]:
    """By date where all have one, else as the feed has them."""
    dated = [(entry.published, -n, entry) for n, entry in enumerate(entries) if entry.published]
    if len(dated) < len(entries):
        return list(entries)
    return [entry for *_, entry in sorted(dated, key=lambda one: one[:2], reverse=True)]


def _entry(entry: Any, url: str) -> FeedEntry:
    link = absolute(url, entry.get("link") or "")
    return FeedEntry(
        title=_words(entry, "title"),
        url=without_tracking(link) if link else "",
        excerpt=_excerpt(entry),
        published=_moment(entry.get("published_parsed") or entry.get("updated_parsed")),
    )


def _moment(parsed: time.struct_time | None) -> datetime | None:
    try:
        return datetime.fromtimestamp(timegm(parsed), UTC) if parsed else None
    except (OverflowError, ValueError, OSError):
        return None


def _words(element: Any, key: str) -> str:
    return " ".join(_paragraphs(element.get(f"{key}_detail") or {"value": element.get(key, "")}))


def _excerpt(entry: Any) -> str:
    """The beginning of the summary, else of the text: as many paragraphs as it takes to say something."""
    for detail in (entry.get("summary_detail") or {}, *entry.get("content", ())):
        cut = (_tidy(_TAIL.sub("…", one)) for one in _paragraphs(detail))
        words: list[str] = []
        for one in cut:
            if one.strip("… ") and sum(map(len, words)) < LEAST_EXCERPT:
                words.append(shortened(one, MOST_EXCERPT))
        if words:
            return "\n\n".join(words)
    return ""


def _tidy(words: str) -> str:
    """Without the “…” that stands for a tail where a sentence ended before it."""
    return re.sub(r"(?<=[.!?”])…$", "", words)


def _paragraphs(detail: Mapping[str, str]) -> list[str]:
    """The words of each block of a text, which is HTML unless it says otherwise."""
    from lxml import etree, html

    text = detail.get("value") or ""
    if detail.get("type") == "text/plain" or not re.search("[<&]", text):
        return list(filter(None, map(one_line, re.split(r"\n\s*\n", text))))
    try:
        tree = html.fragment_fromstring(text, create_parent="div")
    except (etree.ParserError, ValueError):
        return list(filter(None, [one_line(re.sub(r"<[^<>]*>", " ", text))]))
    for node in list(tree.iter(*_ASIDE)):
        node.drop_tree()
    for node in tree.iter(*_BLOCKS):
        node.text, node.tail = f"\n\n{node.text or ''}", f"\n\n{node.tail or ''}"
    return list(filter(None, map(one_line, tree.text_content().split("\n\n"))))

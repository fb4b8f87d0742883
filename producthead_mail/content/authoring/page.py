"""What a page of the web says of itself, as far as a curated item needs it."""

from __future__ import annotations

import codecs
import logging
import re
import unicodedata
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from producthead_mail.content.authoring import structured
from producthead_mail.content.authoring.links import absolute, host_of, page_key, without_tracking
from producthead_mail.content.authoring.literal import one_line, shortened

MOST_EXCERPT = 400
"""Characters; the excerpts of the first edition have up to 330."""
MOST_TITLE = 200
MOST_ATTRIBUTES = 10_000
"""Of an element; the parser's time grows with their square, to seconds at 40,000."""
HTML = {"text/html", "application/xhtml+xml", ""}
_SEPARATOR = re.compile(r"\s+(?:[|·•—–»›/-]|::|\|\|)\s+")
_TAG = re.compile(r"<[A-Za-z][^<>]*")
_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_CODECS = {"iso8859-1": "cp1252", "ascii": "cp1252"}
"""Name in Python -> what browsers take it for (encoding.spec.whatwg.org), and so pages too."""
_NO_CHARSETS = {"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape"}
"""Of Python alone; one of them takes hours for a page."""
_PAYWALL = "//*[contains(concat(' ', normalize-space(@class), ' '), ' paywall ') or @data-testid='paywall']"
PAYWALLED, PARTLY = "paywalled", "partially paywalled"


@dataclass(frozen=True, slots=True)
class Page:
    """A page; every text is plain, on one line, and empty where the page says nothing."""

    url: str
    """Its own address, without trackers."""
    title: str = ""
    author: str = ""
    publication: str = ""
    excerpt: str = ""
    published: str = ""
    """Such as `2024-02-12`."""
    image: str = ""
    """Absolute address of the picture it wants to be shown with."""
    image_alt: str = ""
    access: str = ""
    """`paywalled` or `partially paywalled`, by its own word."""


def page_of(body: bytes, url: str, charset: str = "") -> Page:
    """The page found at `url`; what it doesn't say stays empty. No other address is asked."""
    text = decoded(body, charset)
    tree = tree_of(text)
    if tree is None:
        return Page(without_tracking(url))
    facts, found = structured.metas(tree), structured.objects(tree)
    article, guessed = structured.article(found), _guessed(text, url)
    site = one_line(_first(facts, "og:site_name", "application-name") or _publisher(article))
    title, named = _title(tree, facts, article, site, url)
    title = title or one_line(guessed.get("title", ""))
    publication = site or named or host_of(url)
    return Page(
        url=_address(tree, url),
        title=shortened(title, MOST_TITLE),
        author=_author(facts, article, guessed, publication),
        publication=publication,
        excerpt=_excerpt(facts, article, guessed, title),
        published=_published(facts, article, guessed),
        image=_image(facts, article, url),
        image_alt=one_line(_first(facts, "og:image:alt", "twitter:image:alt")),
        access=_access(tree, facts, found, article),
    )


def decoded(body: bytes, charset: str = "") -> str:
    """The text by its byte order mark, the charset of its header, its own word or as UTF-8; never fails."""
    if body.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        mark = "utf-8-sig" if body.startswith(codecs.BOM_UTF8) else "utf-16"
        return body.decode(mark, "replace")
    own = _CHARSET.search(body[:4096])
    for name in (charset, own[1].decode("ascii") if own else "", "utf-8"):
        try:
            return body.decode(_codec(name))
        except (LookupError, ValueError):  # an unknown name, or not so written
            continue
    return body.decode("cp1252", "replace")


def _codec(name: str) -> str:
    """The codec for a charset's name; LookupError or ValueError where it is none of the web."""
    found = codecs.lookup(name).name
    if found.replace("_", "-") in _NO_CHARSETS:
        raise LookupError(name)
    return _CODECS.get(found, found)


def tree_of(text: str) -> Any | None:
    """The page's elements; None where it has none, or one that would take minutes to read."""
    from lxml import etree, html

    if any(tag.count("=") > MOST_ATTRIBUTES for tag in _TAG.findall(text)):
        return None
    parser = html.HTMLParser(encoding="utf-8", no_network=True)
    try:
        return html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, ValueError):
        return None


def _guessed(text: str, url: str) -> dict[str, str]:
    """What trafilatura makes of the page: it knows where sites put bylines and dates without saying so."""
    for name in ("trafilatura", "htmldate", "courlan"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    from trafilatura.metadata import extract_metadata

    try:
        found = extract_metadata(text, default_url=url, extensive=False)
    except Exception:  # noqa: BLE001 - trafilatura documents no errors, and any page may trip it: no guess, then
        return {}
    keys = ("title", "author", "description", "date")
    return {key: str(getattr(found, key, None) or "") for key in keys}


def _first(facts: dict[str, str], *keys: str) -> str:
    return next((facts[key] for key in keys if facts.get(key)), "")


def _publisher(article: dict[str, Any]) -> str:
    return next(iter(structured.names(article.get("publisher"))), "")


def _title(tree: Any, facts: dict[str, str], article: dict[str, Any], site: str, url: str) -> tuple[str, str]:
    """The title without the site's name, and that name where only the title has it."""
    headline = next(iter(structured.names(article.get("headline"))), "")
    element = tree.find(".//title")
    own = element.text_content() if element is not None else ""
    candidates = (_first(facts, "og:title", "twitter:title"), headline, own)
    cut = [_without_site(one_line(one), site, url) for one in candidates if one_line(one)]
    return (cut[0][0], next((name for _, name in cut if name), "")) if cut else ("", "")


def _without_site(title: str, site: str, url: str) -> tuple[str, str]:
    known = {_letters(site), _letters(host_of(url)), *map(_letters, host_of(url).split(".")[:-1])} - {""}
    for found in _SEPARATOR.finditer(title):
        before, after = title[: found.start()], title[found.end() :]
        if _letters(after) in known:
            return before, after
        if _letters(before) in known:
            return after, before
    return title, ""


def _letters(text: str) -> str:
    """What counts when names are compared."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", text).casefold() if sign.isalnum())


def _author(facts: dict[str, str], article: dict[str, Any], guessed: dict[str, str], publication: str) -> str:
    said = structured.names(article.get("author")) or _listed(_first(facts, "author", "article:author"))
    people = said or guessed.get("author", "").split(";")
    names = [re.sub(r"^by\s+", "", one_line(one), flags=re.IGNORECASE) for one in people]
    kept = [
        name
        for name in dict.fromkeys(names)
        if name and "://" not in name and "@" not in name and _letters(name) != _letters(publication)
    ]
    return " and ".join(filter(None, [", ".join(kept[:-1]), *kept[-1:]]))


def _listed(author: str) -> list[str]:
    return [] if "://" in author else [author] * bool(author)


def _excerpt(facts: dict[str, str], article: dict[str, Any], guessed: dict[str, str], title: str) -> str:
    said = _first(facts, "og:description", "description", "twitter:description")
    text = one_line(said or str(article.get("description") or "") or guessed.get("description", ""))
    text = re.sub(r"\s*(?:\[(?:…|\.\.\.|&hellip;)\]|\.\.\.)$", "…", text)
    return "" if _letters(text) == _letters(title) else shortened(text, MOST_EXCERPT)


def _published(facts: dict[str, str], article: dict[str, Any], guessed: dict[str, str]) -> str:
    said = str(article.get("datePublished") or "") or _first(facts, "article:published_time")
    found = re.match(r"\d{4}-\d{2}-\d{2}", said or guessed.get("date", ""))
    return found[0] if found else ""


def _image(facts: dict[str, str], article: dict[str, Any], url: str) -> str:
    said = _first(facts, "og:image:secure_url", "og:image", "og:image:url", "twitter:image")
    return absolute(url, said or structured.address(article.get("image")))


def _address(tree: Any, url: str) -> str:
    """The canonical address where it is of the same host and more than its front page, else the given one."""
    links = (link.get("href") or "" for link in tree.iter("link") if _is(link, "canonical"))
    canonical = absolute(url, next(links, ""))
    given = without_tracking(url)
    if not canonical or host_of(canonical) != host_of(url):
        return given
    moved_home = urlsplit(canonical).path in ("", "/") and urlsplit(url).path not in ("", "/")
    same = page_key(canonical) == page_key(url)
    downgraded = url.startswith("https:") and not canonical.startswith("https:")
    return given if moved_home or (same and downgraded) else without_tracking(canonical)


def _is(link: Any, relation: str) -> bool:
    return relation in (link.get("rel") or "").lower().split()


def _access(tree: Any, facts: dict[str, str], found: list[dict[str, Any]], article: dict[str, Any]) -> str:
    said = [structured.is_free(one.get("isAccessibleForFree")) for one in [article, *found]]
    if False in said:
        return PARTLY if any(one.get("hasPart") for one in found) else PAYWALLED
    tier = facts.get("article:content_tier", "").lower()
    if tier in ("locked", "metered"):
        return PAYWALLED if tier == "locked" else PARTLY
    if True in said or tier == "free":
        return ""
    return PARTLY if tree.xpath(_PAYWALL) else ""

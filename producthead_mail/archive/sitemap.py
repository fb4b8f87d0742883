"""What the archive tells crawlers: sitemap.xml (protocol 0.9, sitemaps.org) and robots.txt."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import islice

from lxml import etree

from producthead_mail.archive.site import SITEMAP

_SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
MOST_PAGES = 50_000
"""More than that no file may list; what comes after is left to links."""


def sitemap(pages: Iterable[tuple[str, date | None]]) -> bytes:
    """The list of pages as XML, in their order: absolute URLs, with the date of the last change if known."""
    root = etree.Element(f"{{{_SPACE}}}urlset", nsmap={None: _SPACE})
    for url, changed in islice(pages, MOST_PAGES):
        page = etree.SubElement(root, f"{{{_SPACE}}}url")
        etree.SubElement(page, f"{{{_SPACE}}}loc").text = url
        if changed:
            etree.SubElement(page, f"{{{_SPACE}}}lastmod").text = changed.isoformat()
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def robots(home: str) -> bytes:
    """robots.txt: everyone may read everything; names the sitemap under `home`, which ends in a slash."""
    return f"User-agent: *\nDisallow:\n\nSitemap: {home}{SITEMAP}\n".encode()

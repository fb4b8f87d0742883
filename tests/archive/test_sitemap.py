"""What the archive tells crawlers."""

from __future__ import annotations

from datetime import date

from lxml import etree

from producthead_mail.archive.sitemap import robots, sitemap

NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def test_every_page_has_its_address_and_the_day_it_changed() -> None:
    pages = [
        ("https://newsletter.example.com/", None),
        ("https://newsletter.example.com/2024-02-12-deeper/", date(2024, 2, 12)),
        ("https://newsletter.example.com/authors/?a&b", None),
    ]
    assert sitemap(pages).decode() == (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        "  <url>\n"
        "    <loc>https://newsletter.example.com/</loc>\n"
        "  </url>\n"
        "  <url>\n"
        "    <loc>https://newsletter.example.com/2024-02-12-deeper/</loc>\n"
        "    <lastmod>2024-02-12</lastmod>\n"
        "  </url>\n"
        "  <url>\n"
        "    <loc>https://newsletter.example.com/authors/?a&amp;b</loc>\n"
        "  </url>\n"
        "</urlset>\n"
    )


def test_a_list_ends_where_the_protocol_ends_it() -> None:
    document = etree.fromstring(sitemap((f"https://example.com/{n}/", None) for n in range(50_001)))
    found = document.xpath("//s:loc/text()", namespaces=NAMES)
    assert len(found) == 50_000
    assert found[-1] == "https://example.com/49999/"


def test_crawlers_may_read_everything_and_find_the_list() -> None:
    assert robots("https://example.com/newsletter/").decode() == (
        "User-agent: *\nDisallow:\n\nSitemap: https://example.com/newsletter/sitemap.xml\n"
    )

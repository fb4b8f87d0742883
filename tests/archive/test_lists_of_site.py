"""What programs read of a built site: feeds, sitemap, search index, pictures."""

from __future__ import annotations

import json
import re
import shutil
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import feedparser
import pytest
from lxml import etree
from PIL import Image

from producthead_mail.archive.build import build
from producthead_mail.config import Project
from producthead_mail.content.loader import load_publication

ROOT = Path(__file__).parents[2]
HOME = "https://newsletter.example.com/"
SEED = "2024-02-12-in-search-of-deeper-alignment"
EDITION = """---
title: "Tools & <tags> for [[ first_name ]]"
date: 2024-02-05
takeaways: ["Begin with *one* thing"]
curated:
  - title: First things
    url: https://example.com/a b/
    author: Ada Silver
    image: {src: images/practitioners-guide.png, alt: "A cover"}
---

Hello [[ first_name ]], see ![the cover](images/practitioners-guide.png) and [this](https://example.com/?a=1&b=2).
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = Project(tmp_path_factory.mktemp("project"))
    shutil.copytree(ROOT / "content", project.content)
    (project.editions / "2024-02-05-tools.md").write_text(EDITION, encoding="utf-8")
    folder = project.build / "archive"
    build(project, load_publication(project), folder, datetime(2024, 3, 1, tzinfo=UTC))
    return folder


@pytest.mark.parametrize("name", ["feed.xml", "rss.xml"])
def test_feeds_hold_the_whole_content_for_a_reader_unknown(site: Path, name: str) -> None:
    feed = feedparser.parse((site / name).read_bytes())
    assert feed.bozo is False
    assert [entry.link for entry in feed.entries] == [f"{HOME}{SEED}/", f"{HOME}2024-02-05-tools/"]
    html = feed.entries[1].content[0].value
    assert "Hello there, see" in html
    assert "First things" in html
    for entry in feed.entries:
        text = entry.content[0].value
        assert "[[" not in text + entry.title
        addresses = re.findall(r'\s(?:href|src)="([^"]*)"', text)
        assert addresses
        assert [one for one in addresses if not re.match(r"https://|mailto:", one)] == []


def test_the_title_of_a_feed_s_entry_is_plain_text(site: Path) -> None:
    titles = etree.parse(site / "feed.xml").xpath(
        "//a:entry/a:title/text()", namespaces={"a": "http://www.w3.org/2005/Atom"}
    )
    assert titles == ["In search of deeper alignment", "Tools & <tags> for there"]


def test_every_page_that_the_sitemap_lists_is_there(site: Path) -> None:
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    found = etree.parse(site / "sitemap.xml").xpath("//s:loc/text()", namespaces=names)
    assert f"{HOME}{SEED}/" in found
    assert HOME in found
    assert len(found) == len(set(found))
    assert [url for url in found if not (site / url.removeprefix(HOME) / "index.html").is_file()] == []
    assert (site / "robots.txt").read_text() == f"User-agent: *\nDisallow:\n\nSitemap: {HOME}sitemap.xml\n"


def test_every_edition_is_in_the_search_index_with_its_page(site: Path) -> None:
    rows = json.loads((site / "search.json").read_bytes())
    assert [row[:3] for row in rows] == [
        [f"{SEED}/", "In search of deeper alignment", "12 February 2024"],
        ["2024-02-05-tools/", "Tools & <tags> for there", "5 February 2024"],
    ]
    assert "begin with one thing" in rows[1][3]


def test_every_edition_has_its_picture_and_names_it(site: Path) -> None:
    for slug in (SEED, "2024-02-05-tools"):
        assert Image.open(BytesIO((site / slug / "card.png").read_bytes())).size == (1200, 630)
        page = (site / slug / "index.html").read_text(encoding="utf-8")
        assert f'<meta property="og:image" content="{HOME}{slug}/card.png">' in page

"""What the pages say, in HTML that a strict parser takes."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from justhtml import JustHTML
from lxml import html as lxml_html

from producthead_mail.archive.indexes import names
from producthead_mail.archive.pages import Page, Site
from producthead_mail.archive.plan import KINDS
from producthead_mail.archive.site import Entry, Item
from producthead_mail.archive.templates import load_templates
from producthead_mail.config import Project
from producthead_mail.content.loader import load_publication
from producthead_mail.errors import InputError
from tests.archive.project_of import PUBLICATION, built, page, project_in, write

ROOT = Path(__file__).parents[2]
LIMIT = 50_000
"""Bytes of a page without its pictures."""
HOSTILE = '</title><script>alert(1)</script> & \\"q\\" ]]> {{ 7*7 }} [x](https://y.example.com/)'
HARD = f"""\
takeaways: ["**Bold** & <b>raw</b>"]
curated:
  - title: "{HOSTILE}"
    url: https://example.com/?a=1&b="x"
    excerpt: "{HOSTILE}"
    access: "{HOSTILE}"
    author: "{HOSTILE}"
    publication: "A / B & C"
    image: {{src: "https://example.com/x.png", alt: "{HOSTILE}"}}
posts:
  - {{title: "{HOSTILE}", url: "https://example.com/", source: "{HOSTILE}"}}
"""


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The repository's own content, built, with an announcement."""
    project = Project(tmp_path_factory.mktemp("first"))
    for name in ("content", "layouts"):
        shutil.copytree(ROOT / name, project.root / name)
    shutil.copy(ROOT / "tests/layouts/announcement.md", project.editions / "2024-03-04-announcement.md")
    built(project)
    return project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return project_in(tmp_path)


def pages(project: Project) -> list[Path]:
    return sorted((project.build / "archive").rglob("*.html"))


def test_every_page_is_strict_html_and_small(first: Project) -> None:
    found = pages(first)
    assert len(found) > 10
    for path in found:
        text = path.read_text("utf-8")
        JustHTML(text, strict=True)
        assert len(text.encode()) < LIMIT


def test_every_page_has_one_heading_of_the_first_level_and_skips_none(first: Project) -> None:
    for path in pages(first):
        tree = lxml_html.document_fromstring(path.read_text("utf-8"))
        levels = [int(one.tag[1]) for one in tree.iter("h1", "h2", "h3", "h4", "h5", "h6")]
        assert levels.count(1) == 1, path
        assert levels[0] == 1
        assert all(after - before <= 1 for before, after in pairwise(levels)), path


def test_every_link_within_the_site_leads_to_a_file(first: Project) -> None:
    folder = first.build / "archive"
    for path in pages(first):
        tree = lxml_html.document_fromstring(path.read_text("utf-8"))
        for _, kind, link, _ in tree.iterlinks():
            if kind not in ("href", "src") or ":" in link or path.name == "404.html":
                continue
            place, _, anchor = link.partition("#")
            target = (path.parent / place.split("?")[0]).resolve()
            target = target / "index.html" if target.is_dir() else target
            assert target.is_file(), f"{path}: {link}"
            assert target.is_relative_to(folder.resolve())
            if anchor:
                assert f'id="{anchor}"' in target.read_text("utf-8"), f"{path}: {link}"


def test_no_page_loads_anything_from_elsewhere(first: Project) -> None:
    for path in pages(first):
        tree = lxml_html.document_fromstring(path.read_text("utf-8"))
        loaded = [one.get("src") for one in tree.iter("img", "script", "iframe", "source") if one.get("src")]
        loaded += [one.get("href") for one in tree.iter("link") if one.get("rel") in ("stylesheet", "icon")]
        assert [url for url in loaded if url.startswith(("http:", "https:", "//"))] == []
    style = next((first.build / "archive").glob("style.*.css")).read_text()
    assert "url(" not in style
    assert "@import" not in style


def test_only_the_search_has_a_script(first: Project) -> None:
    with_scripts = [path for path in pages(first) if "<script src" in path.read_text("utf-8")]
    assert [path.parent.name for path in with_scripts] == ["search"]


def test_the_first_edition_is_whole(first: Project) -> None:
    text = page(first, "2024-02-12-in-search-of-deeper-alignment")
    tree = lxml_html.document_fromstring(text)
    words = " ".join(tree.text_content().split())
    for part in (
        "12 February 2024 In search of deeper alignment A precursor to alignment is a clear product strategy",
        "Superficial alignment #",
        "Speak to you soon, Leave a Reply by email",
        "what to think about this week Getting aligned with your exec team",
        "A shared understanding of where we want to go and how partially paywalled",
        "Leah Tharin / Leah’s ProducTea",
        "recent posts How can I keep track of all these product metrics?",
        "can we help you?",
        "Helping people build better products, more successfully, since 2012.",
        "Read more from Jock The Practitioner's Guide To Product Management by Jock Busuttil",
        "— Lyndsay Denton",
        "Jock Busuttil is a product management and leadership coach",
        "lovingly crafted from lots of ¾ inch holes.",
        "Next edition The archive has moved",
    ):
        assert part in words
    head = {one.get("property") or one.get("name"): one.get("content") for one in tree.iter("meta")}
    home = "https://newsletter.example.com/2024-02-12-in-search-of-deeper-alignment/"
    assert head["og:url"] == home
    assert head["og:image"] == f"{home}card.png"
    assert head["og:type"] == "article"
    assert head["twitter:card"] == "summary_large_image"
    assert [one.get("href") for one in tree.iter("link") if one.get("rel") == "canonical"] == [home]
    feeds = [one.get("href") for one in tree.iter("link") if one.get("type") == "application/atom+xml"]
    assert feeds == ["../feed.xml"]


def test_a_layout_chooses_the_parts_of_its_pages(first: Project) -> None:
    text = page(first, "2024-03-04-announcement")
    assert "Visit the archive" in text
    assert "can we help you?" not in text


def test_slots_say_their_defaults_and_one_without_says_nothing(project: Project) -> None:
    link = "[you](https://example.com/?n=[[ first_name ]])"
    essay = f"Hello [[ first_name ]], [[ nickname ]]! \\[[ stays ]] {link}\n"
    write(project, "2024-01-01-a", essay=essay, title='"To [[ first_name | upper ]]"')
    report = built(project)
    text = page(project, "2024-01-01-a")
    assert '<p>Hello there, ! [[ stays ]] <a href="https://example.com/?n=there">you</a></p>' in text
    assert "<title>To THERE · PRODUCTHEAD</title>" in text
    assert report.blank == {"2024-01-01-a": ("nickname",)}
    assert '<a href="2024-01-01-a/">To THERE</a>' in page(project, ".")


def test_a_slot_that_cannot_be_one_is_told_with_its_file(project: Project) -> None:
    write(project, "2024-01-01-a", "approved: yes\n", essay="Hello [[ first_name | nonsense ]]\n")
    with pytest.raises(
        InputError, match=r"editions/2024-01-01-a\.md:7:10: \[\[ first_name \| nonsense ]]: no filter"
    ):
        built(project)


def test_hostile_texts_are_text(project: Project) -> None:
    write(project, "2024-01-01-a", HARD, essay="# <b onclick=alert(1)> & more\n", title=f'"{HOSTILE}"')
    assert built(project).editions == 1
    for path in pages(project):
        text = path.read_text("utf-8")
        JustHTML(text, strict=True)
        tree = lxml_html.document_fromstring(text)
        scripts = [one.text for one in tree.iter("script") if one.get("type") != "application/ld+json"]
        assert [one for one in scripts if one] == []
        assert "alert(1)</script>" not in text
        assert not [one for one in tree.iter() if any(str(name).startswith("on") for name in one.attrib)]
        assert "49" not in tree.text_content()


def test_the_page_for_any_address_finds_its_way_below_a_path(tmp_path: Path) -> None:
    project = project_in(tmp_path, PUBLICATION.replace("example.com\n", "example.com/news/\n", 1))
    write(project, "2024-01-01-a")
    text = (built(project).folder / "404.html").read_text("utf-8")
    assert 'href="/news/"' in text
    assert 'href="/news/search/"' in text
    assert 'rel="stylesheet" href="/news/style.' in text


def test_right_to_left_is_said_and_nothing_is_drawn_for_one_side(tmp_path: Path) -> None:
    project = project_in(tmp_path, PUBLICATION + "language: he\n")
    write(project, "2024-01-01-a", title="שלום עולם")
    built(project)
    assert '<html lang="he" dir="rtl">' in page(project, "2024-01-01-a")
    style = load_templates(project).assets["style"][1]
    for sided in (
        "margin-left",
        "margin-right",
        "padding-left",
        "padding-right",
        "border-left",
        "left:",
        "right:",
    ):
        assert sided not in style


def test_names_with_the_same_words_are_one(project: Project) -> None:
    curated = "curated:\n  - {{title: T, url: 'https://example.com/', publication: {0}}}\n"
    write(project, "2024-01-01-a", curated.format("Leah's Productea"))
    write(project, "2024-01-08-b", curated.format("Leah’s ProducTea"))
    built(project)
    text = page(project, "publications/leahs-productea")
    assert '<h1 class="title">Leah’s ProducTea <span class="count">2</span></h1>' in text
    assert '<a href="../../2024-01-01-a/">Edition 2024-01-01-a</a>' in text


def test_a_project_without_page_templates_gets_the_shared_page(project: Project) -> None:
    write(project, "2024-01-01-a", "layout: ancient\nbutton: {label: Go, url: 'https://example.com/'}\n")
    built(project)
    assert '<a class="button" href="https://example.com/">Go</a>' in page(project, "2024-01-01-a")


def test_a_template_of_the_project_takes_the_place_of_the_sites_own(project: Project) -> None:
    write(project, "2024-01-01-a")
    own = project.layouts / "shared" / "archive" / "title.html.j2"
    own.parent.mkdir(parents=True)
    own.write_text("<h1>{{ edition.title }}, mine</h1>\n")
    built(project)
    assert "<h1>Edition 2024-01-01-a, mine</h1>" in page(project, "2024-01-01-a")


def test_a_fault_in_a_template_is_told_with_its_place(project: Project) -> None:
    write(project, "2024-01-01-a")
    own = project.layouts / "producthead" / "page.html.j2"
    own.parent.mkdir(parents=True)
    own.write_text("<h1>\n{{ edition.titel }}</h1>\n")
    with pytest.raises(InputError, match=r"layouts/producthead/page\.html\.j2:2:"):
        built(project)
    own.write_text("{{ entry.titel }}\n")
    with pytest.raises(InputError, match=r"page\.html\.j2:1:10: 'Entry object' has no attribute 'titel'"):
        built(project)


def entry(number: int) -> Entry:
    """An invented edition with three curated links by people of their own."""
    day = date(2004, 1, 5) + timedelta(weeks=number)
    moment = datetime(day.year, day.month, day.day, 7, 0, tzinfo=UTC)
    items = tuple(
        Item(
            f"What we learned from {number} & {n}",
            f"https://example.com/{number}/{n}/",
            f"Sam & Söhne {number} {n}",
            f"Site {number % 7}",
        )
        for n in range(3)
    )
    return Entry(
        slug=f"{day}-edition-{number}",
        title=f"In search of a rather long title, number {number} & more",
        date=day,
        date_text="12 February 2024",
        url=f"https://newsletter.example.com/{day}-edition-{number}/",
        description="In his keynote session, he led an engaging session on navigating challenges. " * 2,
        html="",
        published=moment,
        updated=moment,
        items=items,
    )


def test_no_page_of_a_thousand_editions_and_three_thousand_names_is_large(project: Project) -> None:
    site = Site(load_publication(project), load_templates(project))
    entries = [entry(number) for number in reversed(range(1000))]
    same_year = [replace(one, date=date(2024, 1, 1)) for one in entries[:300]]
    authors, sites = (names(entries, of) for of in KINDS.values())
    assert (len(authors), len(sites)) == (3000, 7)
    made: list[Page] = [site.home(entries), site.search(entries, {"authors": authors[:24]})]
    made += site.years(entries) + site.years(same_year) + site.index("authors", authors)
    made += site.name("authors", authors[0]) + [
        page for one in sites for page in site.name("publications", one)
    ]
    assert len(made) > 40
    titles = [page.title for page in site.years(same_year)]
    assert titles == ["2024", "2024 (2)", "2024 (3)", "2024 (4)", "2024 (5)"]
    sizes = {page.path: len(site.html(page, KINDS)) for page in made}
    assert max(sizes.values()) < LIMIT
    assert {"authors/a-z/s/index.html", "authors/a-z/s/2/index.html", "2024/2/index.html"} <= sizes.keys()
    assert "publications/site-0/2/index.html" in sizes

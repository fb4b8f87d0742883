"""The site in a real Chromium: axe-core, the search, and what holds without a script."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from producthead_mail.archive.build import build
from producthead_mail.archive.search import folded
from producthead_mail.config import Project
from producthead_mail.content.loader import load_publication
from tests.archive.project_of import NOW
from tests.preview.browsing import CHROMIUM, QUIET

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium"),
]
ROOT = Path(__file__).parents[2]
SEED = "2024-02-12-in-search-of-deeper-alignment"
PAGES = (
    "",
    f"{SEED}/",
    "2024-03-04-announcement/",
    "authors/",
    "authors/leah-tharin/",
    "search/",
    "404.html",
)


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder without a word."""

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The built site of the repository's content, on loopback."""
    project = Project(tmp_path_factory.mktemp("site"))
    for name in ("content", "layouts"):
        shutil.copytree(ROOT / name, project.root / name)
    shutil.copy(ROOT / "tests/layouts/announcement.md", project.editions / "2024-03-04-announcement.md")
    folder = build(project, load_publication(project), project.build, NOW).folder
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_page(viewport={"width": 375, "height": 812}) as opened:
        yield opened


# The colours are the same in every width, and the widths in every colour.
@pytest.mark.parametrize(("width", "mode"), [(375, "light"), (1280, "dark")])
def test_axe_finds_nothing_and_no_page_is_wider_than_its_window(
    browser: Browser, address: str, width: int, mode: str
) -> None:
    base = pytest.importorskip("axe_playwright_python.base")
    with browser.new_page(viewport={"width": width, "height": 900}, color_scheme=mode) as opened:
        for path in PAGES:
            opened.goto(address + path)
            opened.evaluate(base.AXE_SCRIPT)
            found = opened.evaluate("axe.run()")
            assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == [], path
            assert [one["id"] for one in found["incomplete"]] == [], path
            assert opened.evaluate("document.documentElement.scrollWidth") == width, path


def test_the_search_fetches_its_list_when_somebody_types(page: Page, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}search/")
    assert not any(url.endswith(".json") for url in asked)
    page.get_by_label("Titles, takeaways").fill("thárin ALIGN")
    expect(page.locator("#results a")).to_have_text(["In search of deeper alignment"])
    expect(page.get_by_role("status")).to_have_text("Editions: 1")
    expect(page.locator("#results bdi")).to_have_text("12 February 2024")
    assert page.url.endswith("search/?q=th%C3%A1rin%20ALIGN")
    page.get_by_label("Titles, takeaways").fill("zzz")
    expect(page.get_by_role("status")).to_have_text("Nothing found")
    page.goto(f"{address}search/?q=product-led")
    expect(page.get_by_label("Titles, takeaways")).to_have_value("product-led")
    page.goto(f"{address}search/?q=archive")
    page.locator("#results a").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The archive has moved")


def test_what_is_typed_is_folded_as_the_list_is(page: Page, address: str) -> None:
    page.goto(f"{address}search/")
    for text in ("Ångström ﬁne Ⅳ", "Paweł Øre-Đurić", "STRAUẞ Œuvre Ægir", "İzmir Işık ΟΔΟΣ", "Привет 产品"):
        assert page.evaluate("folded", text) == folded(text)


def test_a_list_that_did_not_come_is_asked_for_again(page: Page, address: str) -> None:
    asked: list[str] = []

    def fail_once(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) == 1:
            route.abort()
        else:
            route.continue_()

    page.route("**/search.json", fail_once)
    page.goto(f"{address}search/")
    words = page.get_by_label("Titles, takeaways")
    with page.expect_event("requestfailed"):
        words.fill("al")
    words.press_sequentially("ign", delay=50)
    expect(page.locator("#results a")).to_have_text(["In search of deeper alignment"])
    assert len(asked) == 2


def test_without_a_script_the_search_lists_the_ways_to_everything(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}search/")
    expect(page.get_by_text("Without JavaScript there is no search.")).to_be_visible()
    expect(page.get_by_role("searchbox")).to_be_hidden()
    expect(page.get_by_role("link", name="2024 2")).to_be_visible()
    context.close()


def test_the_keyboard_reaches_the_content_first(page: Page, address: str) -> None:
    page.goto(f"{address}{SEED}/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    permalink = page.get_by_role("link", name="Superficial alignment")
    expect(permalink).to_have_css("opacity", "0")
    page.keyboard.press("Tab")
    expect(permalink).to_be_focused()
    expect(permalink).to_have_css("opacity", "1")


def test_paper_has_the_words_and_no_way_around(page: Page, address: str) -> None:
    page.emulate_media(media="print")
    page.goto(f"{address}{SEED}/")
    expect(page.get_by_role("navigation").first).to_be_hidden()
    expect(page.get_by_text("can we help you?")).to_be_hidden()
    expect(page.get_by_text("Speak to you soon,")).to_be_visible()

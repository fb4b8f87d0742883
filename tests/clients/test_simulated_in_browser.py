"""Where a simulation is written anew, a browser reads the same page from it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from producthead_mail.clients.conditional import reveal
from producthead_mail.clients.profile import PROFILES
from producthead_mail.clients.simulate import simulate
from producthead_mail.config import Project
from producthead_mail.content.loader import load_edition, load_publication
from producthead_mail.rendering.layout import load_layout
from producthead_mail.rendering.pipeline import render

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium"),
]
APPLE = next(profile for profile in PROFILES if profile.id == "apple")
FIXED = ' style="position:fixed"'
"""Apple Mail takes it out, so that the page is written anew."""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser.new_page(java_script_enabled=True)
        browser.close()


def read(page: Page, html: str) -> str:
    """The page as the browser has it, white space before the body's end aside."""
    page.set_content(html, wait_until="commit")
    return re.sub(r"\s+</body>", "</body>", str(page.evaluate("document.documentElement.outerHTML")))


def test_the_first_edition_is_the_same_page_but_for_its_meta_tags(page: Page) -> None:
    project = Project(Path(__file__).parents[2])
    publication = load_publication(project)
    edition = load_edition(next(project.editions.glob("*alignment.md")), publication, project)
    html = render(edition, publication, load_layout(project, edition.layout)).html
    shown, _ = reveal(html, None)

    expected = re.sub(r'<meta name="(?:supported-)?color-schemes?"[^>]*>', "", read(page, shown))

    assert read(page, simulate(html, APPLE).html) == expected


@pytest.mark.parametrize(
    "body",
    [
        "a&amp;b &lt;c&gt; &nbsp;&shy;&copy; &#8217; é 👋",
        "a<wbr>b<br>c<hr>d<img src='x' alt='\"'>e",
        "<picture><source srcset='a.webp'><img src='a.png'></picture>x",
        "<video controls><source src='a.mp4'><track src='b'>x</video>y",
        "<table><tr><td>a<tr><td>b</table><ul><li>a<li>b</ul><p>c<p>d",
        "<a href='?a=1&amp;b=2'>x</a><input value='a\"b' disabled><textarea>\n a <b></textarea>",
        "<pre>\n a\n  b</pre><b>c <i>d</i></b> <!-- e --> f",
        '<div dir=rtl lang="ar" DATA-x="1">x</div><svg viewBox="0 0 1 1"><path d="M0 0"/></svg>',
    ],
)
def test_markup_keeps_its_meaning(body: str, page: Page) -> None:
    html = f"<!DOCTYPE html><html><head><title>x</title></head><body><p{FIXED}>y</p>{body}</body></html>"

    simulated = simulate(html, APPLE).html

    assert FIXED not in simulated
    assert read(page, simulated) == read(page, html.replace(FIXED, ""))

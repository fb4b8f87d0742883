"""Pictures of other sites: fetched only while the switch is on."""

from __future__ import annotations

import re

import pytest
from browsing import CHROMIUM, mail, open_edition
from playwright.sync_api import Browser, Route, expect
from running_studio import NEWS, SEED, Running

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")]
FAR = "https://pictures.example.com/x.png"


def test_a_remote_picture_is_fetched_only_when_asked_for(browser: Browser, studio: Running) -> None:
    picture = (studio.project.content / "images/product-people.png").read_bytes()
    source = studio.edition(NEWS).read_text(encoding="utf-8")
    studio.edition(NEWS).write_text(f"{source}\n![far]({FAR})\n", encoding="utf-8")
    fetched: list[str] = []

    def serve(route: Route) -> None:
        fetched.append(route.request.url)
        route.fulfill(body=picture, content_type="image/png")

    with browser.new_page(base_url=studio.url, color_scheme="null") as page:
        page.route(re.compile("^https://"), serve)
        open_edition(page, NEWS)
        expect(page.locator("#remote")).not_to_be_checked()
        expect(page.locator("#checking")).to_have_count(0)
        assert fetched == []
        page.locator("#remote").check(force=True)
        page.wait_for_url("**remote=on")
        expect(page.locator("#device iframe")).to_have_count(1)
        far = mail(page).locator(f'img[src="{FAR}"]')
        assert far.evaluate("one => one.decode().then(() => one.naturalWidth)") == 128
        assert fetched == [FAR]
        page.keyboard.press("i")
        page.wait_for_url("**images=off**")
        expect(page.locator("#device iframe")).to_have_count(1)
        assert fetched == [FAR]


def test_own_pictures_are_served_from_here_in_every_client(browser: Browser, studio: Running) -> None:
    with browser.new_page(base_url=studio.url, color_scheme="null") as page:
        for client in ("original", "gmail", "outlook", "apple"):
            open_edition(page, SEED, f"?client={client}")
            shown = "[...document.images].map(one => [new URL(one.src).pathname, one.naturalWidth])"
            mail(page).wait_for_load_state("load")
            assert mail(page).evaluate(shown) == [
                ["/content/images/product-people.png", 128],
                ["/content/images/practitioners-guide.png", 280],
            ]

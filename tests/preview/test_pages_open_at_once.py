"""Several pages open at once: a save refreshes those it concerns."""

from __future__ import annotations

import pytest
from browsing import CHROMIUM, expect_mail, mail, open_edition, watched
from playwright.sync_api import Browser, expect
from running_studio import NEWS, SEED, Running

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")]


def test_a_partial_refreshes_what_uses_it_and_renders_only_that(browser: Browser, studio: Running) -> None:
    with watched(browser, studio.url) as seed, watched(browser, studio.url) as news:
        open_edition(seed, SEED)
        open_edition(news, NEWS)
        expect_mail(news, "Hello there,")
        expect(news.locator("#checking")).to_have_count(0)
        mail(news).evaluate("document.body.dataset.mark = 'kept'")
        asked: list[str] = []
        news.on("request", lambda request: asked.append(request.url))
        file = studio.project.layouts / "producthead/partials/takeaways.mjml.j2"
        source = file.read_text(encoding="utf-8")
        file.write_text(source.replace("<mj-text", '<mj-text css-class="seen-it"', 1), encoding="utf-8")
        seed.wait_for_function(
            "() => document.querySelector('#device iframe:not(.coming)')"
            ".contentDocument.querySelector('.seen-it')"
        )
        assert mail(news).evaluate("document.body.dataset.mark") == "kept"
        assert asked == []
        # The next save that concerns it still comes through.
        studio.replace(NEWS, "The old links go on working", "The old links still work")
        expect_mail(news, "The old links still work")
        expect(news.locator("#status")).to_have_text("Following saves")


def test_a_shared_partial_refreshes_both(browser: Browser, studio: Running) -> None:
    with watched(browser, studio.url) as seed, watched(browser, studio.url) as news:
        open_edition(seed, SEED)
        open_edition(news, NEWS)
        file = studio.project.layouts / "shared/type.mjml.j2"
        source = file.read_text(encoding="utf-8")
        file.write_text(source.replace(".item a:hover {", ".item a:hover { --seen: 1;", 1), encoding="utf-8")
        for page in (seed, news):
            page.wait_for_function(
                "() => document.querySelector('#device iframe:not(.coming)').contentDocument"
                ".documentElement.outerHTML.includes('--seen')"
            )

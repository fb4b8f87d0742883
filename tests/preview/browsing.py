"""The studio in Chromium, for tests that look at it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Frame, Page, Request, expect

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# A machine under load is slow, not wrong.
expect.set_options(timeout=15_000)


@contextmanager
def watched(browser: Browser, url: str, width: int = 1280, height: int = 800) -> Iterator[Page]:
    """A page that opens no dialog and asks nobody but the studio."""
    # Playwright's own colour scheme would override the one the studio gives the message.
    with browser.new_page(
        viewport={"width": width, "height": height}, base_url=url, color_scheme="null"
    ) as opened:
        opened.set_default_timeout(20_000)
        dialogs: list[str] = []
        requests: list[Request] = []
        opened.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        opened.on("request", lambda request: requests.append(request))
        yield opened
        assert dialogs == []
        foreign = [one for one in requests if not one.url.startswith((url, "data:", "about:"))]
        assert {one.failure for one in foreign} <= {"csp"}


def open_edition(page: Page, slug: str, query: str = "") -> None:
    page.goto(f"/edition/{slug}{query}")
    expect(page.locator("#status")).to_have_text("Following saves")
    mail(page).wait_for_load_state()


def mail(page: Page) -> Frame:
    while True:
        handle = page.locator("#device iframe:not(.coming)").element_handle()
        if frame := handle.content_frame():
            return frame  # else a save has just put another frame into its place


def expect_mail(page: Page, words: str) -> None:
    page.wait_for_function(
        "words => document.querySelector('#device iframe:not(.coming)')"
        "?.contentDocument?.body?.innerText.includes(words)",
        arg=words,
    )

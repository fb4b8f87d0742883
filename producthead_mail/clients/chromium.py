"""An installed Chromium that draws pages without scripts and without any network."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from producthead_mail.errors import InputError, OutsideError, Problem

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Playwright, Route

ON_PATH = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Requests are answered or refused one by one; this also stops what never becomes one, as preconnect.
    "--host-resolver-rules=MAP * ~NOTFOUND",
    # The first picture of an animation, so that two runs draw the same.
    "--blink-settings=imageAnimationPolicy=2",
)
Answer = Callable[[str], Path | None]
"""The file that answers an address; None refuses it."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running Chromium: Playwright's own where it is installed, else the one on PATH.

    InputError where it or Playwright isn't installed, OutsideError where it fails.
    """
    try:
        from playwright.sync_api import Error, sync_playwright
    except ModuleNotFoundError:
        raise _missing(
            "the package playwright is not installed", "pip install 'producthead-mail[shots]'"
        ) from None
    try:
        with sync_playwright() as playwright:
            browser = _launched(playwright)
            try:
                yield browser
            finally:
                browser.close()
    except Error as error:
        if _was_interrupted(error):
            raise KeyboardInterrupt from None
        raise OutsideError(f"Chromium failed: {_why(error)}") from None


def _was_interrupted(error: BaseException | None) -> bool:
    """Whether Ctrl-C came first: a terminal gives it to Chromium too, and so closing that fails after it."""
    while error and not isinstance(error, KeyboardInterrupt):
        error = error.__context__
    return error is not None


def _launched(playwright: Playwright) -> Browser:
    from playwright.sync_api import Error

    # As root Chromium refuses to start with its sandbox. What it draws runs no script, and comes from
    # the project's own files; for everybody else the sandbox stays, which Playwright would leave out.
    is_sandboxed = getattr(os, "geteuid", lambda: 1)() != 0
    try:
        return playwright.chromium.launch(args=QUIET, chromium_sandbox=is_sandboxed)
    except Error as error:
        if "Executable doesn't exist" not in str(error):
            raise
    path = next(filter(None, map(shutil.which, ON_PATH)), None)
    if path is None:
        raise _missing(
            f"none of {', '.join(ON_PATH)} is on PATH",
            "install one with the system's packages, or by `playwright install chromium`",
        )
    return playwright.chromium.launch(executable_path=path, args=QUIET, chromium_sandbox=is_sandboxed)


def _missing(message: str, remedy: str) -> InputError:
    return InputError([Problem("Chromium", 0, 0, message, remedy)])


def _why(error: Exception) -> str:
    if "sandboxing failed" in str(error):  # Playwright's words for each of Chromium's
        return "it can't use its sandbox here; allow user namespaces, or run it as root in a container"
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)


@contextmanager
def quiet_page(browser: Browser, answer: Answer, refused: set[str]) -> Iterator[Page]:
    """A page without scripts whose every request is answered by a file, or refused and told in `refused`."""

    def handle(route: Route) -> None:
        path = answer(route.request.url)
        if path is None:
            refused.add(route.request.url)
            route.abort("blockedbyclient")
        else:
            route.fulfill(path=path)

    # A device scale of 1: a picture's pixel is a pixel of CSS on every machine.
    context = browser.new_context(
        java_script_enabled=False, device_scale_factor=1, service_workers="block", accept_downloads=False
    )
    try:
        context.route("**/*", handle)
        yield context.new_page()
    finally:
        context.close()

"""Ctrl-C while Chromium draws: a terminal gives it to Chromium's processes too."""

from __future__ import annotations

import shutil

import pytest
from playwright.sync_api import Error

from producthead_mail.clients.chromium import ON_PATH, chromium
from producthead_mail.errors import OutsideError

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not any(map(shutil.which, ON_PATH)), reason="no Chromium"),
]
CLOSING = "BrowserContext.close: Target page, context or browser has been closed"


def test_closing_that_fails_after_an_interrupt_is_the_interrupt() -> None:
    def interrupted() -> None:
        try:
            raise KeyboardInterrupt
        finally:
            raise Error(CLOSING)

    with pytest.raises(KeyboardInterrupt), chromium():
        interrupted()


def test_closing_that_fails_by_itself_is_told() -> None:
    with pytest.raises(OutsideError, match=r"^Chromium failed: BrowserContext\.close: "), chromium():
        raise Error(CLOSING)

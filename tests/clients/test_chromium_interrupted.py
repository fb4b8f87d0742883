"""Ctrl-C while Chromium draws: a terminal gives it to Chromium's processes too."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys

import pytest

from producthead_mail.clients.chromium import ON_PATH

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not any(map(shutil.which, ON_PATH)), reason="no Chromium"),
]

PROGRAM = """
from producthead_mail.clients.chromium import chromium
try:
    with chromium() as browser:
        page = browser.new_page()
        print("drawing", flush=True)
        page.wait_for_timeout(60_000)
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


def test_an_interrupt_of_the_whole_process_group_is_no_failure_of_chromium() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # Playwright's words for a driver that is gone, at the end of Python
        text=True,
        start_new_session=True,
    ) as drawing:
        assert drawing.stdout
        assert drawing.stdout.readline() == "drawing\n"
        os.killpg(drawing.pid, signal.SIGINT)
        out, _ = drawing.communicate(timeout=60)
    assert (drawing.returncode, out) == (0, "interrupted\n")

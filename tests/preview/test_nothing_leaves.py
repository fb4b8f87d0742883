"""Nothing leaves this machine unasked: the server's sockets and the browser's are watched."""

from __future__ import annotations

import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from browsing import CHROMIUM, QUIET, open_edition
from playwright.sync_api import ProxySettings, expect, sync_playwright
from running_studio import NEWS, SEED

from producthead_mail.clients.profile import PROFILES
from producthead_mail.config import Project
from producthead_mail.preview.choice import TABS

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")]

WATCHED_STUDIO = """
import sys
log = open(sys.argv.pop(1), "w", buffering=1)
WATCHED = {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "socket.sendmsg",
           "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "urllib.Request"}
sys.addaudithook(lambda event, args: event in WATCHED and print(event, args, file=log))
from producthead_mail.start import main
main()
"""
REACHING = """
    <mj-raw><link rel="preconnect" href="https://preconnect.example.com" />
      <LINK rel="dns-prefetch" href="https://lookup.example.com" />
      <link rel="stylesheet" href="https://sheet.example.com/x.css" />
      <meta http-equiv="refresh" content="0;url=https://away.example.com/" />
      <div style="background-image:url(https://ground.example.com/x.png)">x</div>
      <img src="https://picture.example.com/x.png" alt="x" />
      <img srcset="https://set.example.com/x.png 2x" alt="x" /></mj-raw>
"""


class Proxy(socketserver.ThreadingTCPServer):
    """Writes down whom the browser asks for, and answers nobody."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        self.asked: list[str] = []
        super().__init__(("127.0.0.1", 0), Asked)

    @property
    def settings(self) -> ProxySettings:
        return {"server": f"http://127.0.0.1:{self.server_address[1]}", "bypass": "127.0.0.1"}


class Asked(socketserver.StreamRequestHandler):
    server: Proxy

    def handle(self) -> None:
        self.server.asked.append(self.rfile.readline().decode("latin-1"))
        self.wfile.write(b"HTTP/1.1 502 no\r\nConnection: close\r\n\r\n")


@contextmanager
def proxy() -> Iterator[Proxy]:
    with Proxy() as opened:
        threading.Thread(target=opened.serve_forever, daemon=True).start()
        yield opened
        opened.shutdown()


@contextmanager
def watched_studio(project: Project, log: Path) -> Iterator[str]:
    command = [sys.executable, "-c", WATCHED_STUDIO, str(log), "--project", str(project.root)]
    with subprocess.Popen(
        [*command, "preview", "--no-open", "--port", "0"], stderr=subprocess.PIPE, text=True
    ) as studio:
        assert studio.stderr is not None
        try:
            yield studio.stderr.readline().split()[2].rstrip("/")
        finally:
            studio.terminate()


def add_far_picture(project: Project) -> None:
    path = project.editions / f"{NEWS}.md"
    source = path.read_text(encoding="utf-8")
    path.write_text(f"{source}\n![far](https://far.example.com/x.png)\n", encoding="utf-8")


def test_neither_server_nor_browser_asks_anyone_else(project: Project, tmp_path: Path) -> None:
    layout = project.layouts / "announcement/edition.mjml.j2"
    source = layout.read_text(encoding="utf-8")
    layout.write_text(source.replace("<mj-text", f"{REACHING}<mj-text", 1), encoding="utf-8")
    add_far_picture(project)
    log = tmp_path / "sockets.log"
    with watched_studio(project, log) as url, proxy() as watching, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET, proxy=watching.settings)
        page = browser.new_page(base_url=url, color_scheme="null")
        for profile in PROFILES:
            open_edition(page, NEWS, f"?client={profile.id}&mode=forced")
        for tab in TABS:
            open_edition(page, SEED, f"?tab={tab}&reader=row-2")
            open_edition(page, NEWS, f"?tab={tab}")
        expect(page.locator("#checking")).to_have_count(0)
        page.get_by_role("button", name="Test send…").click()
        page.get_by_role("button", name="Send test").click()
        expect(page.locator("#test-said")).to_contain_text("by outbox")
        page.wait_for_timeout(500)
        assert page.url.startswith(url)
        browser.close()
    assert [line for line in watching.asked if "example" in line] == []
    # Its own address, as it begins to listen.
    (listening,) = log.read_text(encoding="utf-8").splitlines()
    assert listening.startswith("socket.getaddrinfo ('127.0.0.1', 0, ")


def test_the_watch_sees_what_the_switch_lets_out(project: Project, tmp_path: Path) -> None:
    add_far_picture(project)
    log = tmp_path / "sockets.log"
    with watched_studio(project, log) as url, proxy() as watching, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET, proxy=watching.settings)
        page = browser.new_page(base_url=url, color_scheme="null")
        open_edition(page, NEWS, "?remote=on")
        page.wait_for_timeout(500)
        browser.close()
    assert any("far.example.com" in line for line in watching.asked)

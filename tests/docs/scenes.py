"""What is there when a reader types the commands of a page: a project, SendGrid, pages to link to."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit
from urllib.request import urlopen

from typer.testing import CliRunner, Result

from producthead_mail.cli.app import app
from tests.docs.blocks import ROOT, Command
from tests.standin import Fault, Kind, Standin

LASTING = {("preview",), ("worker",), ("archive", "serve")}
"""They run until they are stopped: here until they say where, or that they are at work."""
FETCHING = {"add", "posts", "import"}


class Scene:
    """A folder in which commands are typed."""

    def __init__(self, folder: Path, sendgrid: Standin, web: str) -> None:
        self.folder, self.sendgrid, self.web = folder, sendgrid, web

    def set(self, name: str) -> None:
        """Puts there what the scene of this name has."""
        {"empty": self.empty, "project": self.project, "doubt": self.doubt, "restored": self.restored}[name]()

    def empty(self) -> None:
        """A folder with nothing in it but the list of another service."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        (self.folder / "subscribers.csv").write_text(SUBSCRIBERS)
        os.chdir(self.folder)

    def project(self) -> None:
        """This repository's content and layouts; nothing was sent."""
        self.empty()
        for name in ("content", "layouts"):
            shutil.copytree(ROOT / name, self.folder / name)

    def doubt(self) -> None:
        """An edition with one batch, whose answer was lost though its mail went out."""
        self.project()
        assert self.type("approve", "--untested", "a scene").exit_code == 0
        self.sendgrid.script([Fault(Kind.LOST)])
        assert self.type("send", "--yes").exit_code == 5

    def restored(self) -> None:
        """A ledger from before the sending, put back after it."""
        self.project()
        assert self.type("approve", "--untested", "a scene").exit_code == 0
        state = self.folder / ".producthead"
        shutil.copytree(state, self.folder / "backup")
        assert self.type("send", "--yes").exit_code == 0
        shutil.copy(self.folder / "backup" / "ledger.db", state / "ledger.db")

    def feed_from_here(self) -> None:
        """Writes the feed into publication.yaml, as the page says, at this machine."""
        publication = Path("content/publication.yaml")
        text = re.sub(r"^feed: .*\n", "", publication.read_text(), flags=re.MULTILINE)
        publication.write_text(f"{text}feed: {self.web}/feed\n")

    def run(self, command: Command) -> tuple[int, str]:
        """Exit code and all output of a command as a reader types it."""
        tool, *words = command.words
        if tool == "cd":
            os.chdir(words[0])
            return 0, ""
        if tool in {"mv", "cp"}:
            return subprocess.run([tool, *words], check=False).returncode, ""
        if tool != "producthead":
            raise AssertionError(f"{command}: say in scenes.py how {tool!r} is run")
        words = self.served_here(_before_redirect(words))
        if words[0] == "send" and not {"--test", "--dry-run", "--sandbox", "--yes"} & set(words):
            words.append("--yes")  # there is no terminal to answer on
        if {tuple(words[:1]), tuple(words[:2])} & LASTING and "--export" not in words:
            return self.started_and_stopped(words)
        result = self.type(*words)
        return result.exit_code, result.output

    def served_here(self, words: list[str]) -> list[str]:
        """The words of a command that fetches, from this machine."""
        if words[0] == "posts":
            self.feed_from_here()
        allowed = ["--allow-private"] if words[0] in FETCHING else []
        return [*map(self.served, words), *allowed]

    def served(self, word: str) -> str:
        """The word, its sample host served by this machine."""
        host = urlsplit(word).hostname or ""
        return f"{self.web}{urlsplit(word).path}" if host.endswith("example.com") else word

    def type(self, *words: str) -> Result:
        return CliRunner().invoke(app, list(words), catch_exceptions=False)

    def started_and_stopped(self, words: list[str]) -> tuple[int, str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "producthead_mail", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert process.stdout
        line = process.stdout.readline()
        if address := re.search(r"http://127\.0\.0\.1:\d+/", line):
            await_answer(address[0])
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=60)
        return process.returncode, line + rest


def _before_redirect(words: list[str]) -> list[str]:
    return words[: words.index(">")] if ">" in words else words


def await_answer(address: str) -> None:
    """Waits until a server that says where it is answers there too."""
    for _ in range(200):
        try:
            urlopen(address).close()
            return
        except OSError:
            time.sleep(0.1)


@contextmanager
def served_pages() -> Iterator[str]:
    """The address of a server with articles under any path, and a blog's feed at /feed."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Pages)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class _Pages(BaseHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Silent."""

    def do_GET(self) -> None:
        feed = self.path.startswith("/feed")
        body = (FEED if feed else ARTICLE.replace("PATH", self.path)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/rss+xml" if feed else "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


SUBSCRIBERS = """Email Address,First Name,Last Name,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,\
CONFIRM_IP,LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,LAST_CHANGED,LEID,EUID,NOTES,TAGS
ada@example.org,Ada,Sample,2,"2024-01-08 09:00:00",,"2024-01-08 09:00:00",,,,,,,,,"2024-01-08 09:00:00",1,a1,,
"""
ARTICLE = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>Asking better questions PATH | The Quarry</title>
<meta property="og:title" content="Asking better questions PATH">
<meta property="og:site_name" content="The Quarry">
<meta property="og:type" content="article">
<meta name="author" content="Ada Sample">
<meta name="description" content="What to ask before you build, and whom.">
</head><body><article><h1>Asking better questions PATH</h1><p>What to ask before you build.</p></article>
</body></html>"""
FEED = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>The Blog</title>
<link>https://blog.example.com/</link><description>Posts</description>
<item><title>On saying no</title><link>https://blog.example.com/on-saying-no</link>
<description>Most of the work is choosing.</description>
<pubDate>Mon, 05 Feb 2024 09:00:00 GMT</pubDate></item></channel></rss>"""

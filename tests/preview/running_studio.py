"""A studio over a real socket, for tests that ask it or open it in a browser."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import uvicorn

from producthead_mail.cli.send_test import send_test_of
from producthead_mail.config import Project
from producthead_mail.preview.guard import Access
from producthead_mail.preview.server import application
from producthead_mail.preview.testing import Tester

SEED = "2024-02-12-in-search-of-deeper-alignment"
NEWS = "2024-03-04-the-archive-has-moved"


@dataclass(frozen=True)
class Running:
    """A studio that serves a project."""

    project: Project
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(self, path: str, method: str = "GET", **headers: str) -> HTTPResponse:
        """The answer to a request, with `Sec_Fetch_Site` for Sec-Fetch-Site."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, headers={"Connection": "close", **named})
        return connection.getresponse()

    def edition(self, slug: str) -> Path:
        return self.project.editions / f"{slug}.md"

    def replace(self, slug: str, old: str, new: str) -> None:
        """Save the edition with one thing changed."""
        source = self.edition(slug).read_text(encoding="utf-8")
        assert old in source
        self.edition(slug).write_text(source.replace(old, new), encoding="utf-8")


@contextmanager
def running(project: Project, access: Access, tester: Tester = send_test_of) -> Iterator[Running]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        studio = application(project, access, tester)
        config = uvicorn.Config(studio, log_level="error", ws="none", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield Running(project, listener.getsockname()[1])
        server.should_exit = True
        thread.join()

"""The built archive as a web host would serve it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest
import uvicorn
from starlette.types import ASGIApp

from producthead_mail.archive.serve import application, bind
from producthead_mail.errors import UsageError

FILES = {
    "index.html": "home",
    "404.html": "not here",
    "2024-02-12-deeper/index.html": "edition",
    "2024-02-12-deeper/card.png": "picture",
    "feed.xml": "<feed/>",
    "rss.xml": "<rss/>",
    "sitemap.xml": "<urlset/>",
    "robots.txt": "robots",
    "search.json": "[]",
    "search.js": "1",
    "style.css": "a{}",
    ".state": "hidden",
    "empty/one.txt": "one",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("place") / "archive"
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (folder.parent / "secret.txt").write_text("secret", encoding="utf-8")
    (folder / "link.txt").symlink_to(folder.parent / "secret.txt")
    return folder


@pytest.fixture(scope="module")
def port(folder: Path) -> Iterator[int]:
    with served(application(folder)) as port:
        yield port


@pytest.fixture(scope="module")
def below(folder: Path) -> Iterator[int]:
    with served(application(folder, "/news {1}/")) as port:
        yield port


@contextmanager
def served(app: ASGIApp) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield listener.getsockname()[1]
        server.should_exit = True
        thread.join()


def ask(port: int, path: str, method: str = "GET", **headers: str) -> HTTPResponse:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, path, headers={"Connection": "close", **headers})
    return connection.getresponse()


@pytest.mark.parametrize(
    ("path", "kind", "text"),
    [
        ("/", "text/html; charset=utf-8", "home"),
        ("/2024-02-12-deeper/", "text/html; charset=utf-8", "edition"),
        ("/2024-02-12-deeper/index.html", "text/html; charset=utf-8", "edition"),
        ("/2024-02-12-deeper/card.png", "image/png", "picture"),
        ("/feed.xml", "application/atom+xml", "<feed/>"),
        ("/rss.xml", "application/rss+xml", "<rss/>"),
        ("/sitemap.xml", "application/xml", "<urlset/>"),
        ("/robots.txt", "text/plain; charset=utf-8", "robots"),
        ("/search.json", "application/json", "[]"),
        ("/search.js", "text/javascript; charset=utf-8", "1"),
        ("/style.css", "text/css; charset=utf-8", "a{}"),
    ],
)
def test_every_file_is_of_its_type(port: int, path: str, kind: str, text: str) -> None:
    with ask(port, path) as answer:
        assert (answer.status, answer.headers["Content-Type"]) == (200, kind)
        assert answer.read().decode() == text


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/nothing/at/all/",
        "/empty/",
        "/.state",
        "/../secret.txt",
        "/..%2fsecret.txt",
        "/%2e%2e/secret.txt",
        "/2024-02-12-deeper/../../secret.txt",
        "/..%5csecret.txt",
        "/link.txt",
        "/%00",
        "/" + "x" * 300,
    ],
)
def test_what_is_not_there_or_not_inside_is_the_page_that_says_so(port: int, path: str) -> None:
    with ask(port, path) as answer:
        assert answer.status == 404
        assert answer.read().decode() in {"not here", "Not Found"}


def test_an_edition_is_found_without_its_slash(port: int) -> None:
    with ask(port, "/2024-02-12-deeper") as answer:
        assert answer.status == 307
        assert answer.headers["Location"] == f"http://127.0.0.1:{port}/2024-02-12-deeper/"


@pytest.mark.parametrize(
    ("path", "status", "text"),
    [
        ("/news%20%7B1%7D/", 200, "home"),
        ("/news%20%7B1%7D/2024-02-12-deeper/", 200, "edition"),
        ("/news%20%7B1%7D/nothing", 404, "not here"),
        ("/news%20%7B1%7D/../secret.txt", 404, "not here"),
        ("/news%20%7B1%7D//etc/passwd", 404, "not here"),
        ("/2024-02-12-deeper/", 404, "not here"),
        ("/elsewhere/index.html", 404, "not here"),
    ],
)
def test_below_a_path_it_is_found_there_only(below: int, path: str, status: int, text: str) -> None:
    with ask(below, path) as answer:
        assert (answer.status, answer.read().decode()) == (status, text)


@pytest.mark.parametrize("path", ["/", "/news%20%7B1%7D"])
def test_the_root_leads_to_the_path(below: int, path: str) -> None:
    with ask(below, path) as answer:
        assert (answer.status, answer.headers["Location"]) == (307, "/news%20%7B1%7D/")


@pytest.mark.parametrize(("host", "status"), [("localhost:8026", 200), ("attacker.example.com", 400)])
def test_only_names_of_this_machine_are_served(port: int, host: str, status: int) -> None:
    with ask(port, "/", Host=host) as answer:
        assert answer.status == status


def test_nothing_can_be_changed(port: int) -> None:
    with ask(port, "/", "POST") as answer:
        assert answer.status == 403
    with ask(port, "/", "HEAD") as answer:
        assert (answer.status, answer.read()) == (200, b"")


def test_pages_may_show_pictures_from_anywhere_and_run_only_what_is_theirs(port: int) -> None:
    with ask(port, "/") as answer:
        assert answer.headers["Content-Security-Policy"] == (
            "default-src 'self' 'unsafe-inline' data:; img-src * data:; object-src 'none'"
        )
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_taken_port_is_a_usage_error(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(UsageError, match="can't listen on"):
        bind(tmp_path, taken.getsockname()[1])


def test_the_address_is_told_before_it_runs(tmp_path: Path) -> None:
    with bind(tmp_path, 0) as bound:
        assert bound.url.startswith("http://127.0.0.1:")
        assert bound.url.endswith("/")
    with bind(tmp_path, 0, "/news {1}/") as bound:
        assert bound.url.endswith("/news%20%7B1%7D/")

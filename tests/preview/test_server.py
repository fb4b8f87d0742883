"""The studio over a real socket: pages, policies, refusals, the last good view."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest
import uvicorn

from producthead_mail.config import Project
from producthead_mail.preview.server import application
from producthead_mail.preview.studio import Studio

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    for folder in ("content", "layouts"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return Project(tmp_path)


@pytest.fixture
def port(project: Project) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(
            uvicorn.Config(application(project, ["127.0.0.1"]), log_level="error", ws="none")
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield listener.getsockname()[1]
        server.should_exit = True
        thread.join()


def ask(port: int, path: str, method: str = "GET", host: str = "127.0.0.1") -> HTTPResponse:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, path, headers={"Host": host, "Connection": "close"})
    return connection.getresponse()


def test_shell_allows_own_scripts_only(port: int) -> None:
    with ask(port, "/") as answer:
        assert answer.status == 200
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


def test_message_runs_no_script_and_loads_nothing_remote(project: Project, port: int) -> None:
    with ask(port, f"/mail/{Studio(project).slugs()[0]}") as answer:
        assert answer.status == 200
        assert "img-src 'self' data:;" in answer.headers["Content-Security-Policy"]
        assert "script-src" not in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("path", "method", "host", "status"),
    [
        ("/images/%2e%2e/publication.yaml", "GET", "127.0.0.1", 404),
        ("/images/../publication.yaml", "GET", "127.0.0.1", 404),
        ("/mail/unknown", "GET", "127.0.0.1", 404),
        ("/", "POST", "127.0.0.1", 405),
        ("/", "GET", "attacker.example.com", 400),
    ],
)
def test_refuses(port: int, path: str, method: str, host: str, status: int) -> None:
    with ask(port, path, method, host) as answer:
        assert answer.status == status


def test_broken_edition_keeps_the_last_good_view(project: Project) -> None:
    studio = Studio(project)
    slug = studio.slugs()[0]
    good = studio.view(slug)
    (project.editions / f"{slug}.md").write_text("---\ntitel: x\n---\n", encoding="utf-8")
    studio.saved()
    broken = studio.view(slug)
    assert good is not None
    assert broken is not None
    assert broken.html == good.html
    assert broken.problems[0].path == f"content/editions/{slug}.md"

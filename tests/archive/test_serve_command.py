"""`producthead archive serve` as a process."""

from __future__ import annotations

import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest
from typer.testing import CliRunner

from producthead_mail.cli.app import app

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "content", tmp_path / "content")
    publication = tmp_path / "content" / "publication.yaml"
    text = publication.read_text(encoding="utf-8")
    assert "url: https://newsletter.example.com\n" in text
    below = text.replace("url: https://newsletter.example.com\n", "url: https://example.com/newsletter\n", 1)
    publication.write_text(below, encoding="utf-8")
    return tmp_path


def test_it_builds_says_where_it_is_and_stops_by_interrupt(project: Path) -> None:
    command = [sys.executable, "-m", "producthead_mail", "--project", str(project)]
    with subprocess.Popen(
        [*command, "archive", "serve", "--no-open", "--port", "0"], stderr=subprocess.PIPE, text=True
    ) as serving:
        assert serving.stderr is not None
        said = re.fullmatch(
            r"archive on (http://127\.0\.0\.1:\d+/newsletter/) \(stop with Ctrl-C\)\n",
            serving.stderr.readline(),
        )
        assert said is not None
        with urlopen(said[1], timeout=20) as answer:
            assert b"In search of deeper alignment" in answer.read()
        with urlopen(f"{said[1]}feed.xml", timeout=20) as answer:
            assert (
                b"https://example.com/newsletter/2024-02-12-in-search-of-deeper-alignment/" in answer.read()
            )
        serving.send_signal(signal.SIGINT)
        assert serving.wait(20) == 0
        assert serving.stderr.read() == ""


def test_a_taken_port_is_a_usage_error(project: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = ["--project", str(project), "archive", "serve", "--no-open", "--port", port]
        result = CliRunner().invoke(app, command)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"can't listen on 127.0.0.1 port {port}: Address already in use")
    assert result.stderr.endswith("; choose another --port\n")

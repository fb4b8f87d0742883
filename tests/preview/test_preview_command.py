"""`producthead preview` as a process, and the addresses it takes."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from urllib.request import urlopen

import pytest
from typer.testing import CliRunner

from producthead_mail.cli.app import app
from producthead_mail.cli.send_test import send_test_of
from producthead_mail.clients.support import prefer
from producthead_mail.config import Project
from producthead_mail.errors import UsageError
from producthead_mail.preview.server import bind


def test_it_says_where_it_is_and_stops_by_interrupt(project: Project) -> None:
    command = [sys.executable, "-m", "producthead_mail", "--project", str(project.root)]
    with subprocess.Popen(
        [*command, "preview", "--no-open", "--port", "0"], stderr=subprocess.PIPE, text=True
    ) as studio:
        assert studio.stderr is not None
        said = re.fullmatch(
            r"studio on (http://127\.0\.0\.1:\d+/) \(stop with Ctrl-C\)\n", studio.stderr.readline()
        )
        assert said is not None
        with urlopen(said[1], timeout=20) as answer:
            assert b"<title>The archive has moved" in answer.read()
        with urlopen(f"{said[1]}events", timeout=20):  # a page that follows saves
            studio.send_signal(signal.SIGINT)
            assert studio.wait(20) == 0
        assert studio.stderr.read() == ""


def test_a_taken_port_is_a_usage_error(project: Project) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = CliRunner().invoke(
            app, ["--project", str(project.root), "preview", "--no-open", "--port", port]
        )
    assert result.exit_code == 2
    assert f"can't listen on 127.0.0.1 port {port}: Address already in use" in result.stderr


def test_the_address_off_loopback_carries_the_token(project: Project) -> None:
    with bind(project, "0.0.0.0", 0, send_test_of) as bound:
        assert re.fullmatch(r"http://0\.0\.0\.0:\d+/\?token=[\w-]{32}", bound.url)
    with bind(project, "127.0.0.1", 0, send_test_of, "2024-02-12-x y") as bound:
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/edition/2024-02-12-x%20y", bound.url)
    with bind(project, "localhost", 0, send_test_of) as bound:
        assert re.fullmatch(r"http://localhost:\d+/", bound.url)


@pytest.mark.parametrize("host", ["no such host", "203.0.113.7", ""])
def test_an_address_that_is_not_ours_is_a_usage_error(project: Project, host: str) -> None:
    with pytest.raises(UsageError, match="can't listen"), bind(project, host, 0, send_test_of):
        pass


def test_an_edition_that_is_not_there_opens_nothing(project: Project) -> None:
    command = ["--project", str(project.root), "preview", "nothing-of-it", "--no-open", "--port", "0"]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 3
    assert "no edition 'nothing-of-it'" in result.stderr


def test_a_support_table_that_is_none_opens_nothing(project: Project) -> None:
    project.state.mkdir()
    (project.state / "support.json").write_text("{}", encoding="utf-8")
    result = CliRunner().invoke(app, ["--project", str(project.root), "preview", "--no-open", "--port", "0"])
    prefer(project.state / "none.json")
    assert result.exit_code == 3
    assert "not a support table" in result.stderr

"""The root: version, help, unknown commands, errors as lines and exit codes."""

import io
import json
import os
import subprocess
import sys
from contextlib import suppress
from datetime import datetime, timedelta
from errno import EFBIG, EIO, ENOSPC
from pathlib import Path

import pytest
from typer.testing import CliRunner

from producthead_mail.cli import console, context
from producthead_mail.cli.app import COMMANDS, app
from producthead_mail.errors import AttentionError, InputError, Problem


def test_version() -> None:
    result = CliRunner().invoke(app, ["--version"])
    assert (result.exit_code, result.stdout) == (0, "producthead 0.1.0\n")


def test_help_names_every_command() -> None:
    result = CliRunner().invoke(app, ["--help"])
    assert result.exit_code == 0
    assert all(name in result.stdout for name in COMMANDS)


@pytest.mark.parametrize("command", [*COMMANDS, "audience check", "suppressions add"])
def test_help_shows_names_plainly(command: str) -> None:
    result = CliRunner().invoke(app, [*command.split(), "--help"])
    assert (result.exit_code, "<bool>" in result.stdout, "[[" in result.stdout) == (0, False, False)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--log-format", "json", "chekc"], "No such command 'chekc'. Did you mean 'check'?"),
        (["--log-format=json", "check", "--nope"], "No such option: --nope"),
        (["--log-format", "json", "--nope", "check"], "No such option: --nope"),
        (["--log-format=json", "--nope"], "No such option: --nope"),
    ],
)
def test_usage_errors_are_talk_as_well(arguments: list[str], message: str) -> None:
    result = CliRunner().invoke(app, arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert [json.loads(line)["message"] for line in result.stderr.splitlines()] == [message]


def test_an_unknown_command_is_a_usage_error() -> None:
    result = CliRunner().invoke(app, ["chekc"])
    assert result.exit_code == 2
    assert "check" in result.stderr


def test_a_folder_without_a_project_is_a_usage_error(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["--project", str(tmp_path), "list"])
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr == f"--project {tmp_path}: no content/publication.yaml in it\n"


@pytest.mark.parametrize(
    ("error", "code", "lines"),
    [
        (InputError([Problem("a", 1, 2, "x"), Problem("b", 0, 0, "y", "z")]), 3, "a:1:2: x\nb: y; z\n"),
        (AttentionError("look"), 5, "look\n"),
        (KeyboardInterrupt(), 130, "interrupted\n"),
    ],
)
def test_errors_become_lines_and_a_code(
    monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, lines: str
) -> None:
    def fail(start: Path) -> None:
        raise error

    monkeypatch.setattr(context, "find_project", fail)
    result = CliRunner().invoke(app, ["list"])
    assert (result.exit_code, result.stdout, result.stderr) == (code, "", lines)


def test_talk_as_json(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["--log-format", "json", "--project", str(tmp_path / "x"), "list"])
    line = json.loads(result.stderr)
    assert datetime.fromisoformat(line.pop("time")).utcoffset() == timedelta(0)
    assert line == {"message": f"--project {tmp_path}/x: no content/publication.yaml in it"}


def test_start_up_imports_nothing_slow() -> None:
    slow = "premailer sendgrid markdown_it playwright sqlalchemy starlette pydantic jinja2 lxml"
    code = f"import sys, producthead_mail.cli.app; print(sorted(set('{slow}'.split()) & set(sys.modules)))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout == "[]\n"


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (ENOSPC, "No space left on device; make room, then run it again"),
        (EFBIG, "File too large"),
        (EIO, "Input/output error"),
    ],
)
def test_a_full_disk_is_no_traceback(monkeypatch: pytest.MonkeyPatch, number: int, said: str) -> None:
    def fail(start: Path) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(context, "find_project", fail)
    result = CliRunner().invoke(app, ["list"])
    assert (result.exit_code, result.stdout) == (4, "")
    assert result.stderr == f"a file could not be written: {said}\n"


@pytest.mark.parametrize("command", ["list", "doctor", "init x"])
def test_a_folder_that_is_gone_is_no_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(tmp_path)
    tmp_path.rmdir()
    result = CliRunner().invoke(app, command.split())
    assert (result.exit_code, result.stdout) == (4, "")
    assert result.stderr == "the current folder is gone; go to one that is there, or back into this one\n"


def test_a_log_on_a_full_disk_keeps_nothing_from_being_done(monkeypatch: pytest.MonkeyPatch) -> None:
    with Path("/dev/full").open("w") as full:
        monkeypatch.setattr(sys, "stderr", full)
        console.tell("sent")
        with suppress(OSError):
            full.close()


def test_a_file_in_the_way_is_no_traceback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(start: Path) -> None:
        raise NotADirectoryError(20, "Not a directory", str(tmp_path / "x"))

    monkeypatch.setattr(context, "find_project", fail)
    result = CliRunner().invoke(app, ["list"])
    assert (result.exit_code, result.stdout) == (4, "")
    assert result.stderr == f"{tmp_path}/x: Not a directory\n"


def test_what_a_pipe_can_not_take_is_escaped_as_json_does(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="latin-1"))
    console.show("groß 🙅 \udcff")
    assert written.getvalue() == b"gro\xdf \\ud83d\\ude45 \\udcff\n"


@pytest.mark.parametrize(
    "command", [("suppressions", "add", "a@example.org", "--reason"), ("approve", "--untested")]
)
def test_a_reason_that_is_no_text_is_a_usage_error(project: Path, command: tuple[str, ...]) -> None:
    result = CliRunner().invoke(app, ["--project", str(project), *command, "caf\udce9"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "'caf\\udce9' is not text in UTF-8; write it anew\n"

"""`producthead init`: a publication that works at once, whole or not at all."""

from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from producthead_mail.cli.app import app
from producthead_mail.cli.place import place_folder
from producthead_mail.config import Project
from producthead_mail.content.loader import load_publication
from producthead_mail.content.publication import Mailbox, Unsubscribe

ROOT = Path(__file__).parents[2]
Begin = Callable[..., Result]


@pytest.fixture
def begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Begin:
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(app, ["init", *arguments])


def test_the_result_is_checked_tested_approved_and_sent_as_it_is(begin: Begin, tmp_path: Path) -> None:
    assert begin("weekly").exit_code == 0

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["--project", str(tmp_path / "weekly"), *arguments])

    checked = run("check", "--json")
    assert checked.exit_code == 0
    counts = json.loads(checked.stdout)["counts"]
    assert (counts["error"], counts["warning"]) == (0, 0)
    assert run("render").exit_code == 0
    assert run("audience", "check").exit_code == 0
    assert run("send", "--test", "--transport", "outbox").exit_code == 0
    assert run("approve").exit_code == 0
    sent = run("send", "--yes", "--transport", "outbox")
    assert (sent.exit_code, "6 selected = 6 accepted" in sent.stdout) == (0, True)
    assert run("new", "Trade-offs").exit_code == 0


@pytest.mark.parametrize("layout", ["producthead", "announcement"])
def test_it_has_the_layouts_of_the_program(begin: Begin, tmp_path: Path, layout: str) -> None:
    begin("weekly")
    for path in (ROOT / "layouts" / layout).rglob("*.j2"):
        copy = tmp_path / "weekly" / path.relative_to(ROOT)
        assert copy.read_bytes() == path.read_bytes()


def test_the_options_answer_what_is_asked(begin: Begin, tmp_path: Path) -> None:
    result = begin(
        *("weekly", "--name", "Käse: “daily” & more", "--url", "https://news.example.org/", "--json"),
        *("--from-name", "O'Hara, Zoë # 1", "--from-email", "zoe@example.org"),
        *("--timezone", "Asia/Kolkata", "--postal-address", "Line 1, {Town}", "--unsubscribe", "4711"),
    )
    document = json.loads(result.stdout)
    assert document["project"] == str(tmp_path / "weekly")
    assert ".env.example" in document["files"]
    publication = load_publication(Project(tmp_path / "weekly"))
    assert publication.name == "Käse: “daily” & more"
    assert publication.url == "https://news.example.org"
    assert publication.sender == Mailbox("zoe@example.org", "O'Hara, Zoë # 1")
    assert publication.test_recipients == ("zoe@example.org",)
    assert publication.timezone.key == "Asia/Kolkata"
    assert publication.postal_address == "Line 1, {Town}"
    assert publication.unsubscribe == Unsubscribe(asm_group=4711)


def test_an_address_of_ones_own_to_leave_at(begin: Begin, tmp_path: Path) -> None:
    address = "https://news.example.org/leave?who=[[ email ]]"
    assert begin("weekly", "--unsubscribe", address).exit_code == 0
    assert load_publication(Project(tmp_path / "weekly")).unsubscribe == Unsubscribe(url=address)


def test_every_answer_that_cannot_be_used_is_told_at_once(begin: Begin, tmp_path: Path) -> None:
    result = begin(
        *("weekly", "--name", " ", "--url", "news.example.org", "--from-email", "zoe", "--timezone", "Mars"),
        *("--unsubscribe", "never"),
    )
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        "--name: no words; write some",
        "--url: 'news.example.org' is not an absolute http, https URL; "
        "write the whole address, such as https://newsletter.example.com",
        "--from-email: 'zoe' is not an email address; write one such as weekly@example.com",
        "--timezone: 'Mars' is no time zone; write one such as Europe/London",
        "--unsubscribe: 'never' is not an absolute https URL; "
        "write tracking, the number of an unsubscribe group, or an https URL",
    ]
    assert not (tmp_path / "weekly").exists()


def test_a_folder_with_something_in_it_is_left_alone(begin: Begin, tmp_path: Path) -> None:
    (tmp_path / "weekly").mkdir()
    (tmp_path / "weekly" / "notes.txt").write_text("mine")
    result = begin("weekly")
    assert (result.exit_code, "is not empty" in result.stderr) == (1, True)
    for name in ("weekly/notes.txt", "weekly/notes.txt/news"):
        file = begin(name)
        assert (file.exit_code, "weekly/notes.txt: is a file; name a folder" in file.stderr) == (1, True)
    assert [path.name for path in (tmp_path / "weekly").iterdir()] == ["notes.txt"]


def test_an_empty_repository_is_empty_enough_and_stays_the_same_folder(begin: Begin, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    before = tmp_path.stat().st_ino
    result = begin(".")
    assert result.exit_code == 0
    assert "  cd " not in result.stderr
    assert tmp_path.stat().st_ino == before
    assert {path.name for path in tmp_path.iterdir()} == {
        *(".git", ".gitignore", ".env.example", ".producthead", "content", "layouts")
    }


@pytest.mark.parametrize("there", [True, False])
def test_what_fails_half_way_leaves_nothing(tmp_path: Path, there: bool) -> None:
    if there:
        (tmp_path / "weekly").mkdir()
    with pytest.raises(OSError, match="File name too long"):
        place_folder(tmp_path / "weekly", {"a/b": b"", "c": b"", "content/" + "x" * 300: b""})
    assert [path.name for path in tmp_path.rglob("*")] == (["weekly"] if there else [])


def test_what_comes_between_in_a_folder_leaves_only_that(tmp_path: Path) -> None:
    """Somebody else makes the last thing that is moved into place."""
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "theirs").touch()
    with pytest.raises(OSError, match="not empty"):
        place_folder(tmp_path, {"a/b": b"", ".c": b"", "content/d": b""})
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["content", "theirs"]


def on_a_terminal(folder: Path, answers: bytes, *arguments: str) -> tuple[int, str]:
    """Exit code and what is shown where a person types these answers."""
    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "producthead_mail", "init", *arguments]
    child = subprocess.Popen(
        command,
        cwd=folder,
        stdin=follower,
        stdout=follower,
        stderr=follower,
        env={**os.environ, "TZ": "Asia/Tokyo"},
    )
    os.close(follower)
    os.write(leader, answers)
    shown = b""
    while piece := _read(leader):
        shown += piece
    os.close(leader)
    return child.wait(), shown.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # Linux: the other end is closed
        return b""


def test_on_a_terminal_it_asks_for_the_rest_and_again_where_it_must(tmp_path: Path) -> None:
    answers = b"Night Letter\n\nJo March\nnobody\njo@example.org\n\n\n12\n"
    code, shown = on_a_terminal(tmp_path, answers, "weekly", "--url", "https://jo.example.org")
    assert code == 0
    assert "archive live" not in shown
    assert "'nobody' is not an email address" in shown
    publication = load_publication(Project(tmp_path / "weekly"))
    assert (publication.name, publication.sender.email) == ("Night Letter", "jo@example.org")
    assert publication.timezone.key == "Asia/Tokyo"
    assert publication.unsubscribe == Unsubscribe(asm_group=12)


def test_a_question_can_be_left(tmp_path: Path) -> None:
    code, shown = on_a_terminal(tmp_path, b"Night Letter\n\x04", "weekly")
    assert (code, "interrupted: nothing was written" in shown) == (130, True)
    assert list(tmp_path.iterdir()) == []


def test_a_wheel_carries_what_init_needs(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for name in ("pyproject.toml", "setup.py", "MANIFEST.in", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    for name in ("layouts", "producthead_mail"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    wheel = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
    ]
    subprocess.run([*wheel, "--wheel-dir", tmp_path, source], check=True)
    shutil.rmtree(source)
    installed = tmp_path / "installed"
    shutil.unpack_archive(next(tmp_path.glob("*.whl")), installed, "zip")
    done = subprocess.run(
        [sys.executable, "-m", "producthead_mail", "init", "weekly", "--json"],
        cwd=installed,  # what lies in the current folder comes before the clone
        capture_output=True,
        check=True,
    )
    made = installed / "weekly" / "layouts" / "producthead"
    assert (made / "edition.mjml.j2").read_bytes() == (
        ROOT / "layouts/producthead/edition.mjml.j2"
    ).read_bytes()
    assert (made / "partials" / "about.mjml.j2").is_file()
    assert json.loads(done.stdout)["project"] == str(installed / "weekly")
    assert not (ROOT / "producthead_mail" / "layouts").exists()

"""Completion in a real bash, and what other shells are offered."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from producthead_mail.cli.app import COMMANDS

BIN = Path(sys.executable).parent
SLUG = "2024-02-12-in-search-of-deeper-alignment"
TYPED = """
eval "$(_PRODUCTHEAD_COMPLETE=source_bash producthead)"
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_producthead_completion "$1"
printf '%s\\n' "${COMPREPLY[@]}"
"""
SLOW = (
    "pydantic",
    "sqlalchemy",
    "markdown_it",
    "ruamel",
    "jinja2",
    "lxml",
    "sendgrid",
    "rich",
    "trafilatura",
)


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", **more}


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        (["sta"], ["status"]),
        (["re"], ["render", "resume"]),
        (["--pro"], ["--project"]),
        (["audience", "c"], ["check"]),
        (["check", ""], ["latest", SLUG]),
        (["check", "2024"], [SLUG]),
        (["check", "in-se"], ["in-search-of-deeper-alignment"]),
        (["settle", "la"], ["latest"]),
        (["check", "--st"], ["--strict"]),
        (["send", "--transport", ""], ["sendgrid", "outbox"]),
        (["shots", "--client", "o"], ["original", "outlook", "outlook-com"]),
        (["shots", "--mode", "f"], ["forced"]),
        (["nothing", "x"], [""]),
    ],
)
@pytest.mark.skipif(not shutil.which("bash"), reason="no bash here")
def test_bash_offers(project: Path, typed: list[str], offered: list[str]) -> None:
    done = subprocess.run(
        ["bash", "--norc", "-c", TYPED, "bash", "producthead", *typed],
        cwd=project,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout.split("\n")[:-1], done.stderr) == (offered, "")


def test_a_name_that_is_no_longer_enough_is_not_offered(project: Path) -> None:
    assert complete(project, "bash", "producthead check in-s").split() == ["in-search-of-deeper-alignment"]
    (project / "content" / "editions" / f"2025-{SLUG[5:]}.md").write_text("")
    assert complete(project, "bash", "producthead check in-s").split() == []


def complete(folder: Path, shell: str, words: str) -> str:
    more = {"_PRODUCTHEAD_COMPLETE": f"complete_{shell}", "_TYPER_COMPLETE_ARGS": words}
    more |= {"COMP_WORDS": words, "COMP_CWORD": str(len(words.split(" ")) - 1)}
    more |= {"_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    done = subprocess.run(
        [BIN / "producthead"], cwd=folder, env=environment(**more), capture_output=True, text=True, check=True
    )
    return done.stdout


def test_all_commands_in_their_order(tmp_path: Path) -> None:
    assert complete(tmp_path, "bash", "producthead ").split() == list(COMMANDS)


def test_the_project_that_was_named_counts(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    assert complete(elsewhere, "bash", "producthead render ") == "\n"
    words = f"producthead --project {project} render 2"
    assert complete(elsewhere, "bash", words).split() == [SLUG]


def test_zsh_and_fish_show_what_commands_do(project: Path) -> None:
    assert '"status":"Show where every recipient' in complete(project, "zsh", "producthead stat")
    assert complete(project, "fish", "producthead stat").startswith("status\tShow where every recipient")
    assert SLUG in complete(project, "zsh", "producthead check 2")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_its_script(tmp_path: Path, shell: str) -> None:
    more = {"_PRODUCTHEAD_COMPLETE": f"source_{shell}"}
    done = subprocess.run(
        [BIN / "producthead"],
        cwd=tmp_path,
        env=environment(**more),
        capture_output=True,
        text=True,
        check=True,
    )
    assert "_PRODUCTHEAD_COMPLETE" in done.stdout


@pytest.mark.parametrize("words", ["producthead ", "producthead check ", "producthead audience c"])
def test_nothing_slow_is_loaded(project: Path, words: str) -> None:
    """Each of these takes as long as all the rest together."""
    program = (
        "import sys\nfrom producthead_mail.cli.app import app\nsys.argv[0] = 'producthead'\n"
        "try:\n    app(prog_name='producthead')\nexcept SystemExit:\n    pass\n"
        f"print('loaded', *[name for name in {SLOW!r} if name in sys.modules])"
    )
    more = {"_PRODUCTHEAD_COMPLETE": "complete_bash", "COMP_WORDS": words}
    more |= {"COMP_CWORD": str(len(words.split(" ")) - 1)}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=project,
        env=environment(**more),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "loaded"

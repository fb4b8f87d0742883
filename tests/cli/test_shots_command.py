"""`producthead shots`: which pictures, where, and what a comparison exits with."""

from __future__ import annotations

import json
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest

from producthead_mail.clients.chromium import ON_PATH
from tests.cli.conftest import Run

SEED = "2024-02-12-in-search-of-deeper-alignment"
browser = pytest.mark.skipif(not any(map(shutil.which, ON_PATH)), reason="no Chromium")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--client", "outlok"], "--client outlok: unknown; did you mean 'outlook'?"),
        (["--client", "pine"], "--client pine: unknown; one of original, gmail, gmail-app,"),
        (["--mode", "sepia"], "--mode sepia: unknown; one of light, dark, forced"),
        (["--client", "gmail", "--mode", "dark"], "Gmail, web doesn’t honour prefers-color-scheme"),
        (["--client", "original", "--mode", "forced"], "Choose a client that recolours"),
    ],
)
def test_what_does_not_exist_can_not_be_asked_for(run: Run, options: list[str], words: str) -> None:
    result = run("shots", *options)

    assert result.exit_code == 2
    assert words in result.stderr


def test_without_a_browser_it_says_how_to_get_one(
    run: Run, project: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "none"))
    monkeypatch.setenv("PATH", str(tmp_path / "none"))

    result = run("shots")

    assert result.exit_code == 3
    assert result.stderr == (
        "Chromium: none of chromium, chromium-browser, google-chrome, google-chrome-stable, chrome "
        "is on PATH; "
        "install one with the system's packages, or by `playwright install chromium`\n"
    )
    assert not list((project / "build" / "shots").iterdir())


def test_without_the_extra_it_says_what_to_install(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "producthead_mail.cli.shots.find_spec", lambda name: None if name == "PIL" else find_spec(name)
    )

    result = run("shots")

    assert result.exit_code == 3
    assert "playwright and pillow, not installed here; pip install 'producthead-mail[shots]'" in result.stderr


@pytest.mark.browser
@browser
def test_a_changed_edition_differs_from_its_baseline(run: Run, project: Path) -> None:
    only = ["--client", "original", "--mode", "light", "--width", "375"]
    first = run("shots", *only)
    folder = project / "build" / "shots" / SEED
    shutil.copytree(folder, project / "approved")
    same = run("shots", *only, "--baseline", str(project / "approved"))
    edition = project / "content" / "editions" / f"{SEED}.md"
    edition.write_text(
        edition.read_text(encoding="utf-8").replace("Speak to you soon", "Speak to you later"),
        encoding="utf-8",
    )
    changed = run("shots", *only, "--baseline", str(project / "approved"), "--json")

    assert (first.exit_code, first.stdout.splitlines()) == (
        0,
        [str(folder / "index.html"), str(folder / "contact-sheet.png")],
    )
    assert (same.exit_code, same.stdout) == (0, first.stdout)
    assert same.stderr.endswith(", 1 as in the baseline\n")
    assert changed.exit_code == 1
    document = json.loads(changed.stdout)
    assert document["folder"] == str(folder)
    assert [one["file"] for one in document["comparison"]["changed"]] == ["original-light-375.png"]
    assert sorted(path.name for path in folder.iterdir()) == [
        "changes",
        "contact-sheet.png",
        "index.html",
        "original-light-375.png",
        "shots.json",
    ]

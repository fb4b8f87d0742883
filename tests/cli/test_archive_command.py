"""`producthead archive build`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from typer.testing import Result

Run = Callable[..., Result]
SLUG = "2024-02-12-in-search-of-deeper-alignment"


def draft(project: Path, slug: str, words: str) -> None:
    path = project / "content" / "editions" / f"{slug}.md"
    path.write_text(f"---\ntitle: T\ndate: {slug[:10]}\n---\n\n{words}\n", "utf-8")


def test_it_reports_what_it_did(run: Run, project: Path) -> None:
    draft(project, "2999-01-01-next", "Words")
    first = run("archive", "build", "--json")
    document = json.loads(first.stdout)
    written = document.pop("written")
    assert first.exit_code == 0
    assert written > 20
    assert document == {
        "folder": str(project / "build" / "archive"),
        "editions": 1,
        "unchanged": 0,
        "removed": 0,
        "left_out": [{"edition": "2999-01-01-next", "reason": "not approved"}],
        "blank_slots": [],
    }
    second = json.loads(run("archive", "build", "--json").stdout)
    assert (second["written"], second["unchanged"]) == (0, written)


def test_it_tells_what_is_left_out_and_which_slot_says_nothing(run: Run, project: Path) -> None:
    draft(project, "2024-01-01-a", "Dear [[ nickname ]]")
    draft(project, "2999-01-01-next", "Words")
    result = run("archive", "build", "--out", str(project / "site"))
    assert result.exit_code == 0
    assert result.stderr.splitlines() == [
        "left out: 2999-01-01-next: not approved",
        "2024-01-01-a: [[ nickname ]] says nothing on the web; give it a default",
    ]
    assert result.stdout.startswith(f"{project / 'site'}: 2 editions; ")
    assert (project / "site" / SLUG / "index.html").is_file()


def test_a_folder_of_somebody_else_is_bad_input(run: Run, project: Path) -> None:
    result = run("archive", "build", "--out", str(project / "content"))
    assert result.exit_code == 3
    assert "is neither empty nor an archive that this command made; name another folder" in result.stderr


def test_the_mails_link_and_pictures_are_on_the_site(run: Run, project: Path) -> None:
    assert run("render").exit_code == 0
    assert run("archive", "build").exit_code == 0
    mail = (project / "build" / f"{SLUG}.html").read_text("utf-8")
    home = "https://newsletter.example.com/"
    loaded = {part.split('"')[0].split("?")[0] for part in mail.split(f'src="{home}')[1:]}
    assert loaded == {"images/product-people.png", "images/practitioners-guide.png"}
    for path in (*loaded, f"{SLUG}/index.html"):
        assert (project / "build" / "archive" / path).is_file()
    assert f'href="{home}{SLUG}/"' in mail

"""`producthead clients` says what each simulation is worth, and `refresh` makes a project its own table."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from producthead_mail.clients.support import prefer
from tests.cli.conftest import Run

DATA = {
    "last_update_date": "2026-07-01",
    "data": [
        {
            "slug": "css-gap",
            "title": "gap",
            "category": "css",
            "last_test_date": "2026-05-05",
            "stats": {"gmail": {"desktop-webmail": {"2026-05": "a #1"}}},
        }
    ],
}


@pytest.fixture(autouse=True)
def back_to_the_release(tmp_path: Path) -> Iterator[None]:
    yield
    prefer(tmp_path / "none")


def test_the_list_says_fidelity_dark_mode_and_dates(run: Run) -> None:
    document = json.loads(run("clients", "--json").stdout)

    assert document["table"]["updated"] == "2026-06-29"
    assert [one["client"] for one in document["clients"]][:4] == [
        "gmail",
        "gmail-app",
        "gmail-foreign",
        "outlook",
    ]
    assert document["table"]["coverage"] == {
        "features": 307,
        "detected": 306,
        "notes": 268,
        "modelled": 266,
        "words_only": 44,
    }
    assert "VML position" in document["clients"][3].pop("not_simulated")
    assert document["clients"][3] == {
        "client": "outlook",
        "name": "Outlook, Windows",
        "platform": "outlook.windows",
        "fidelity": "approximate",
        "author_dark": False,
        "forced_dark": "full",
        "marks": {"y": 59, "a": 32, "n": 215, "u": 1},
        "tested": "2026-04-16",
        "version": "2024",
    }


def test_the_list_for_people_gives_credit(run: Run) -> None:
    done = run("clients")

    assert "Apple Mail, iOS" in done.stdout
    assert "266 of 268 notes to the main clients' marks are modelled, 44 of them in words only" in done.stderr
    assert "© 2019 Rémi Parmentier, MIT licence" in done.stderr


def test_a_project_uses_its_refreshed_table(run: Run, project: Path) -> None:
    source = project / "data.json"
    source.write_text(json.dumps(DATA))

    assert run("clients", "refresh", "--from", str(source)).exit_code == 0

    assert (project / ".producthead" / "support.json").is_file()
    document = json.loads(run("clients", "--json").stdout)
    assert document["table"]["features"] == 1
    assert document["clients"][0]["marks"] == {"y": 0, "a": 1, "n": 0, "u": 0}
    assert document["clients"][3]["tested"] == ""


def test_a_bad_source_exits_3(run: Run, project: Path) -> None:
    done = run("clients", "refresh", "--from", str(project / "none.json"))

    assert done.exit_code == 3
    assert "none.json: No such file or directory" in done.stderr


def test_another_place_needs_no_project(run: Run, project: Path, tmp_path: Path) -> None:
    source = project / "data.json"
    source.write_text(json.dumps(DATA))

    done = run("clients", "refresh", "--from", str(source), "--out", str(tmp_path / "mine.json"), "--json")

    assert json.loads(done.stdout)["table"]["updated"] == "2026-07-01"


def test_a_check_goes_by_the_projects_own_table(run: Run, project: Path) -> None:
    (project / ".producthead").mkdir()
    (project / ".producthead" / "support.json").write_text("{}")

    done = run("check")

    assert done.exit_code == 3
    assert "support.json: not a support table; remove it, or make it anew" in done.stderr
    (finding,) = json.loads(run("check", "--json").stdout)["findings"]
    assert finding["message"] == "not a support table"

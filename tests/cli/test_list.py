"""`producthead list`: what a curator wants to know of every edition, from files and ledger."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from typer.testing import Result

from producthead_mail.cli import list as list_command
from producthead_mail.cli.list_table import Row, show_table
from producthead_mail.content import summary
from producthead_mail.content.summary import Summary
from producthead_mail.ledger.overview import PastTests, Standing
from producthead_mail.ledger.states import EditionState, Recipients

Run = Callable[..., Result]
SLUG = "2024-02-12-in-search-of-deeper-alignment"


def edition(project: Path, slug: str = SLUG) -> Path:
    return project / "content" / "editions" / f"{slug}.md"


def listed(run: Run, slug: str = SLUG) -> dict[str, Any]:
    result = run("list", "--json")
    assert result.exit_code == 0
    rows = {row["edition"]: row for row in json.loads(result.stdout)["editions"]}
    return rows[slug]


def words_of(run: Run, slug: str = SLUG) -> list[str]:
    """The cells of an edition's row."""
    line = next(line for line in run("list").stdout.splitlines() if line.endswith(slug))
    return re.split(r"  +", line)


def test_an_edition_that_nobody_sent(run: Run) -> None:
    row = listed(run)
    assert {key: row[key] for key in row if key != "recipients"} == {
        "edition": SLUG,
        "date": "2024-02-12",
        "title": "In search of deeper alignment",
        "send_at": None,
        "approved": None,
        "approval": None,
        "state": "new",
        "transport": None,
        "curated": 3,
        "posts": 3,
        "tests": {"count": 0, "last": None, "these_bytes": None},
    }
    assert set(row["recipients"].values()) == {0}
    assert words_of(run) == ["2024-02-12", "new", "-", "-", "3", "3", "-", SLUG]


@pytest.mark.usefixtures("sendgrid")
def test_from_test_to_approval_to_the_mailing(run: Run, project: Path) -> None:
    run("send", "--test", "--transport", "outbox")
    row = listed(run)
    assert (row["state"], row["tests"]["count"], row["tests"]["these_bytes"]) == ("new", 1, True)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", row["tests"]["last"])
    assert run("approve").exit_code == 0
    assert listed(run)["approval"] == "approved"
    run("send", "--yes", "--transport", "outbox")
    row = listed(run)
    assert (row["state"], row["transport"], row["approval"]) == ("settled", "outbox", "approved")
    assert row["recipients"]["accepted"] == 14
    assert words_of(run)[1:3] == ["settled (outbox)", "approved"]
    # what was only rehearsed can't be sent any more once it is changed
    edition(project).write_text(edition(project).read_text().replace("violently", "fondly"))
    assert listed(run)["approval"] == "void"
    assert "changed since it was approved" in run("send", "--yes").stderr


@pytest.mark.usefixtures("sendgrid")
def test_what_went_out_is_frozen_and_a_later_change_of_the_file_voids_nothing(
    run: Run, project: Path
) -> None:
    run("approve", "--untested", "a trial")
    run("send", "--yes")
    edition(project).write_text(edition(project).read_text().replace("violently", "fondly"))
    row = listed(run)
    assert (row["state"], row["transport"], row["approval"]) == ("settled", "sendgrid", "approved")


def test_an_approval_is_void_once_the_bytes_change(run: Run, project: Path) -> None:
    run("send", "--test", "--transport", "outbox")
    run("approve")
    edition(project).write_text(edition(project).read_text().replace("violently", "fondly"))
    row = listed(run)
    assert (row["approval"], row["tests"]["these_bytes"]) == ("void", False)
    cells = words_of(run)
    assert cells[2] == "void: changed since"
    assert cells[3].endswith(", other bytes")


def test_an_approval_of_what_cannot_be_rendered_is_void(run: Run, project: Path) -> None:
    edition(project).write_text(
        edition(project).read_text().replace("\nlayout: producthead", f"\nlayout: gone\napproved: {'0' * 64}")
    )
    assert listed(run)["approval"] == "void"


def test_only_so_many_are_rendered(run: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_command, "RENDERED", 1)
    text = edition(project).read_text().replace("\n---\n", f"\napproved: {'0' * 64}\n---\n", 1)
    for slug in (SLUG, "2024-02-19-next"):
        edition(project, slug).write_text(text)
    assert (listed(run)["approval"], listed(run, "2024-02-19-next")["approval"]) == ("unchecked", "void")
    assert words_of(run)[2] == "approved?"


def test_what_cannot_be_loaded_is_listed_so_and_told_at_the_end(run: Run, project: Path) -> None:
    edition(project, "2024-03-01-broken").write_text("---\ntitle: [\n---\n")
    result = run("list")
    assert result.exit_code == 3
    assert [line.split()[-1] for line in result.stdout.splitlines()[1:]] == [SLUG, "2024-03-01-broken"]
    assert "can't be loaded" in result.stdout.splitlines()[2]
    assert result.stderr.startswith("content/editions/2024-03-01-broken.md:")
    document = json.loads(run("list", "--json").stdout)
    assert [one["edition"] for one in document["editions"]] == [SLUG]
    assert [one["edition"] for one in document["broken"]] == ["2024-03-01-broken"]


def test_an_edition_whose_file_is_gone_is_told(run: Run, project: Path) -> None:
    run("send", "--test", "--transport", "outbox")
    run("approve")
    run("send", "--yes", "--transport", "outbox")
    edition(project).rename(edition(project, "2024-02-12-renamed"))
    assert f"in the ledger, without a file: {SLUG}" in run("list").stderr


def test_a_project_without_editions_says_how_to_begin_one(run: Run, project: Path) -> None:
    edition(project).unlink()
    result = run("list")
    assert (result.exit_code, result.stdout) == (0, "")
    assert 'producthead new "A title"' in result.stderr


def test_what_was_read_is_kept_and_a_change_is_seen(run: Run, project: Path) -> None:
    (project / ".producthead").mkdir()
    before = listed(run)
    kept = project / ".producthead" / "cache" / "editions.json"
    assert listed(run) == before
    edition(project).write_text(edition(project).read_text().replace("deeper alignment", "deep water"))
    assert listed(run)["title"] == "In search of deep water"
    kept.write_text('{"shared": 1}')
    assert listed(run)["title"] == "In search of deep water"
    edition(project).write_text("---\ntitle: [\n---\n")
    assert run("list").exit_code == 3


def test_a_picture_that_goes_missing_is_seen_though_the_file_is_kept(run: Run, project: Path) -> None:
    (project / ".producthead").mkdir()
    picture = project / "content" / "images" / "chart.png"
    picture.write_bytes((project / "content" / "images" / "product-people.png").read_bytes())
    edition(project).write_text(edition(project).read_text() + "\n![A chart](images/chart.png)\n")
    assert run("list").exit_code == 0
    picture.unlink()
    assert run("list").exit_code == 3


def test_many_are_read_in_order_however_many_processes_read_them(run: Run, project: Path) -> None:
    text = edition(project).read_text()
    for number in range(10, 60):
        edition(project, f"2024-02-12-number-{number}").write_text(text.replace("In search", f"{number}"))
    edition(project, "2024-02-12-number-33").write_text("---\ntitle: Three\n---\n")
    result = run("list", "--json")
    found = json.loads(result.stdout)
    titles = [one["title"].split()[0] for one in found["editions"]]
    assert titles == ["In", *(str(number) for number in range(10, 60) if number != 33)]
    assert found["broken"] == [
        {
            "edition": "2024-02-12-number-33",
            "problems": [
                "content/editions/2024-02-12-number-33.md:1:1: 'date' is missing; add `date: …`",
            ],
        }
    ]
    assert (json.loads(run("list", "--json").stdout), result.exit_code) == (found, 3)


def test_a_place_for_state_is_made_for_many_only(
    run: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("list")
    assert not (project / ".producthead").exists()
    monkeypatch.setattr(summary, "MANY", 1)
    run("list")
    assert (project / ".producthead" / "cache" / "editions.json").is_file()


def test_trouble_is_told_in_columns(capsys: pytest.CaptureFixture[str]) -> None:
    one = Summary("One", "2024-02-12", "2024-02-12T07:00:00+00:00", "d" * 64, 3, 0)
    trouble = Recipients(selected=12_450, accepted=12_440, rejected=8, in_doubt=2)
    attention = Standing("sendgrid", "d" * 64, EditionState.ATTENTION, trouble)
    held = Standing("sendgrid", "d" * 64, EditionState.SCHEDULED, Recipients(), paused=True)
    rows = [
        Row("one", one, attention, PastTests(2, 1707638400.0, "d" * 64), "d" * 64),
        Row("two", one, held, None, "d" * 64),
    ]
    show_table(rows, ZoneInfo("Europe/London"))
    lines = capsys.readouterr().out.splitlines()
    assert [re.sub(r"  +", "|", line) for line in lines[1:]] == [
        "2024-02-12 07:00|attention: 2 in doubt, 8 rejected|approved|2, last 2024-02-11|3|-|12,440|one",
        "2024-02-12 07:00|scheduled, paused|approved|-|3|-|0|two",
    ]
    assert [line.rindex(" ") for line in lines] == [lines[0].rindex(" ")] * 3

    show_table(rows[:1], ZoneInfo("Europe/London"), columns=60)
    assert capsys.readouterr().out == (
        "one\n"
        "  goes 2024-02-12 07:00; state attention: 2 in doubt, 8\n"
        "  rejected; approval approved; tested 2, last 2024-02-11;\n"
        "  links 3; accepted 12,440\n"
    )

    show_table(rows[1:], ZoneInfo("Europe/London"), columns=1)
    assert capsys.readouterr().out.splitlines()[:2] == ["two", "  goes 2024-02-12"]

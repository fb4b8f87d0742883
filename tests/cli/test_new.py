"""`producthead new`: the next slot, a file that renders at once, and the editor."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
import time_machine
from typer.testing import Result

from producthead_mail.content.authoring.scaffold import UNWRITTEN

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def thursday() -> Iterator[None]:
    with time_machine.travel("2024-02-15 12:00:00+00:00", tick=True):
        yield


def rewrite(project: Path, old: str, new: str) -> None:
    file = project / "content" / "publication.yaml"
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))


def test_the_next_free_slot_of_the_schedule(run: Run, project: Path) -> None:
    first = json.loads(run("new", "Trade-offs", "--json").stdout)
    assert first == {
        "edition": "2024-02-19-trade-offs",
        "path": str(project / "content" / "editions" / "2024-02-19-trade-offs.md"),
        "date": "2024-02-19",
        "send_at": "2024-02-19T07:00:00+00:00",
    }
    second = run("new", "More of them")
    assert second.stdout == str(project / "content" / "editions" / "2024-02-26-more-of-them.md") + "\n"
    assert second.stderr == "2024-02-26-more-of-them: for Monday, 26 February 2024, 07:00 GMT\n"


def test_it_renders_at_once_and_is_not_finished(run: Run) -> None:
    run("new", "Trade-offs")
    assert run("render").exit_code == 0
    checked = run("check", "--json")
    assert checked.exit_code == 1
    found = json.loads(checked.stdout)
    assert found["edition"] == "2024-02-19-trade-offs"
    assert {one["rule"] for one in found["findings"] if one["severity"] == "error"} == {"unfinished"}


def test_another_day_goes_at_the_hour_of_the_schedule(run: Run) -> None:
    ahead = json.loads(run("new", "Trade-offs", "--date", "2024-07-02", "--json").stdout)
    assert (ahead["date"], ahead["send_at"]) == ("2024-07-02", "2024-07-02T07:00:00+01:00")
    past = json.loads(run("new", "Trade-offs", "--date", "2024-02-14", "--json").stdout)
    assert (past["edition"], past["send_at"]) == ("2024-02-14-trade-offs", None)


def test_without_a_schedule_it_is_of_today_and_has_no_hour(run: Run, project: Path) -> None:
    rewrite(project, 'schedule: {weekday: monday, time: "07:00"}\n', "")
    made = json.loads(run("new", "Trade-offs", "--json").stdout)
    assert (made["date"], made["send_at"]) == ("2024-02-15", None)


def test_a_file_that_is_there_is_never_written_over(run: Run, project: Path) -> None:
    file = project / "content" / "editions" / "2024-02-20-trade-offs.md"
    file.write_text("mine")
    result = run("new", "Trade-offs", "--date", "2024-02-20")
    assert (result.exit_code, file.read_text()) == (1, "mine")
    assert "is there already" in result.stderr


def test_of_several_at_once_each_takes_a_slot_and_none_is_made_twice(project: Path) -> None:
    command = [sys.executable, "-m", "producthead_mail", "--project", str(project), "new"]
    titles = ("Trade-offs", "Offs", "Trade-offs")
    children = [subprocess.Popen([*command, title], stderr=subprocess.DEVNULL) for title in titles]
    assert sorted(child.wait() for child in children) == [0, 0, 1]
    dates = sorted(path.stem[:10] for path in (project / "content" / "editions").glob("*offs.md"))
    assert len({date.fromisoformat(one).isocalendar()[:2] for one in dates}) == len(dates) == 2


def test_what_was_begun_already_is_not_begun_again(run: Run, project: Path) -> None:
    begun = Path(run("new", "Trade-offs").stdout.strip())
    again = run("new", "Trade-offs")
    assert (again.exit_code, again.stdout) == (1, "")
    assert again.stderr == (
        f"{begun}: has that title and waits to be written; for one more, say its --date\n"
    )
    begun.write_text(begun.read_text().replace(UNWRITTEN, "Written."))
    assert run("new", "Trade-offs").stderr == (
        "2024-02-26-trade-offs: for Monday, 26 February 2024, 07:00 GMT\n"
        "2024-02-19-trade-offs has that name too: name them with their dates\n"
    )


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["\u2028 "], 2, "TITLE has no words"),
        (["Trade-offs", "--date", "2024-02-30"], 2, "--date: 2024-02-30 is not in the calendar"),
        (["Trade-offs", "--date", "tomorrow"], 2, "is not a date such as 2024-02-12"),
    ],
)
def test_what_makes_no_sense(run: Run, project: Path, arguments: list[str], code: int, words: str) -> None:
    result = run("new", *arguments)
    assert (result.exit_code, words in result.stderr) == (code, True)
    assert len(list((project / "content" / "editions").iterdir())) == 1


def test_a_last_edition_with_faults_does_not_stop_the_next(run: Run, project: Path) -> None:
    (project / "content" / "editions" / "2024-02-13-broken.md").write_text("---\ntitle: [\n---\n")
    result = run("new", "Trade-offs")
    assert result.exit_code == 0
    assert "2024-02-13-broken: nothing is carried over from it" in result.stderr
    assert "¾ inch holes" in Path(result.stdout.strip()).read_text()


def test_editions_that_can_be_taken_for_it_are_named(run: Run) -> None:
    run("new", "Trade-offs", "--date", "2024-02-19")
    again = run("new", "Trade-offs", "--date", "2024-02-26").stderr
    assert "2024-02-19-trade-offs has that name too: name them with their dates\n" in again
    assert "is of that day too" not in again
    second = run("new", "Offs", "--date", "2024-02-26").stderr
    assert "2024-02-26-trade-offs is of that day too: readers would get both\n" in second
    assert "has that name" not in second


def test_no_editor_opens_where_nobody_sits(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("EDITOR", f"touch {tmp_path / 'opened'}")
    run("new", "Trade-offs")
    assert not (tmp_path / "opened").exists()


def on_a_terminal(project: Path, *arguments: str, **environment: str) -> str:
    """What the command shows on a terminal of its own."""
    command = [sys.executable, "-m", "producthead_mail", "--project", str(project), *arguments]
    leader, follower = pty.openpty()
    child = subprocess.Popen(
        command, stdin=follower, stdout=follower, stderr=follower, env={**os.environ, **environment}
    )
    os.close(follower)
    shown = b""
    while True:
        try:
            piece = os.read(leader, 4096)
        except OSError:  # Linux: the other end is closed
            break
        if not piece:
            break
        shown += piece
    os.close(leader)
    assert child.wait() == 0
    return shown.decode()


def test_the_editor_opens_on_a_terminal(project: Path) -> None:
    on_a_terminal(
        project, "new", "Trade-offs", "--date", "2024-02-20", VISUAL='sh -c \'echo "essay of mine" >> "$0"\''
    )
    text = (project / "content" / "editions" / "2024-02-20-trade-offs.md").read_text()
    assert text.endswith("essay of mine\n")


@pytest.mark.parametrize(
    ("editor", "words"),
    [
        (
            "no-such-editor --wait",
            "the editor 'no-such-editor --wait' can't be started: No such file or directory",
        ),
        ('vi "', "can't be started: No closing quotation"),
        ("false", "the editor 'false' ended with 1"),
    ],
)
def test_an_editor_that_fails_leaves_the_file(project: Path, editor: str, words: str) -> None:
    shown = on_a_terminal(project, "new", "Trade-offs", "--date", "2024-02-20", VISUAL="", EDITOR=editor)
    assert words in shown.replace("\r\n", "\n")
    assert (project / "content" / "editions" / "2024-02-20-trade-offs.md").is_file()


def test_without_an_editor_it_says_how_to_have_one(project: Path) -> None:
    shown = on_a_terminal(project, "new", "Trade-offs", VISUAL="", EDITOR=" ")
    assert "set EDITOR to have it opened at once" in shown


def test_the_editor_can_stay_shut(project: Path, tmp_path: Path) -> None:
    on_a_terminal(project, "new", "Trade-offs", "--no-edit", EDITOR=f"touch {tmp_path / 'opened'}")
    assert not (tmp_path / "opened").exists()

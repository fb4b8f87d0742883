"""audience check and show; what render and check make of the audience."""

import json
import sqlite3
from collections.abc import Callable
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from typer.testing import Result

from producthead_mail.audience.recipient import Excluded, Recipient
from producthead_mail.cli.audience import PROBLEMS_SHOWN, summarise, table
from producthead_mail.ledger.states import Exclusion

Run = Callable[..., Result]
MIXED = "email,First Name\nada@example.org,Ada\nbob,Bob\nADA@example.org,Again\ncy@example.com,Cy\n"


@pytest.fixture
def audience(project: Path) -> Path:
    """The sample audience's file, with good, invalid and duplicate rows."""
    file = project / "content" / "audience" / "sample.csv"
    file.write_text(MIXED, encoding="utf-8")
    return file


def edition(project: Path) -> Path:
    (file,) = (project / "content" / "editions").glob("*.md")
    return file


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")


# audience check


def test_check_counts_and_shows_problems_in_the_order_of_the_source(run: Run, audience: Path) -> None:
    result = run("audience", "check")
    assert (result.exit_code, result.stdout, result.stderr) == (
        0,
        "row 3: invalid bob: An email address must have an @-sign\n"
        "row 4: duplicate ADA@example.org: same address as row 2\n",
        f"{audience}: 4 selected, 2 valid, 1 invalid, 1 duplicate\n",
    )


def test_check_tells_of_recipients_who_left_by_a_column_of_ones_own(run: Run, audience: Path) -> None:
    audience.write_text(
        "email,status,unsubscribed_at\na@example.org,active,\nb@example.org,Unsubscribed,\n"
        "c@example.org,pending,0000-00-00\nd@example.org,,2024-02-12\nbob,unsubscribed,\n"
    )

    result = run("audience", "check")

    assert (result.exit_code, result.stderr) == (
        0,
        f"{audience}: 5 selected, 4 valid, 1 invalid, 0 duplicate\n"
        f"{audience}: mail also goes to 2 recipients who left (column status, unsubscribed_at); "
        "take them out, or let `producthead audience import` make a file without them\n",
    )
    assert json.loads(run("audience", "check", "--json").stdout)["left"] == {
        "status": 1,
        "unsubscribed_at": 1,
    }


def test_check_as_json(run: Run, audience: Path) -> None:
    result = run("audience", "check", "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    assert json.loads(result.stdout) == {
        "usable": True,
        "source": str(audience),
        "fields": ["email", "first_name"],
        "selected": 4,
        "valid": 2,
        "invalid": 1,
        "duplicate": 1,
        "left": {},
        "problems": [
            {"row": 3, "kind": "invalid", "reason": "An email address must have an @-sign", "email": "bob"},
            {"row": 4, "kind": "duplicate", "reason": "same address as row 2", "email": "ADA@example.org"},
        ],
    }


def test_check_shows_the_first_problems_and_how_many_more(run: Run, audience: Path) -> None:
    audience.write_text("email\na@example.org\n" + "nobody\n" * 22)
    result = run("audience", "check")
    assert len(result.stdout.splitlines()) == PROBLEMS_SHOWN == 20
    assert result.stderr.startswith("and 2 more problems\n")


@pytest.mark.parametrize("arguments", [("--json",), ()])
def test_an_audience_of_nobody_is_bad_input(run: Run, audience: Path, arguments: tuple[str, ...]) -> None:
    audience.write_text("email\nbob\n")
    result = run("audience", "check", *arguments)
    assert result.exit_code == 3
    assert result.stderr.endswith(f"{audience}: no row is a recipient; mend the rows' addresses\n")
    if arguments:
        assert json.loads(result.stdout)["usable"] is False


def test_an_unusable_audience_is_bad_input_with_every_problem(run: Run, audience: Path) -> None:
    audience.write_text("emial,\nada@example.org,Ada\n")
    result = run("audience", "check", "--json")
    assert result.exit_code == 3
    assert json.loads(result.stdout) == {
        "usable": False,
        "errors": [
            {
                "path": str(audience),
                "line": 1,
                "message": "column 2 has no header",
                "remedy": "name it or delete the column",
            },
            {
                "path": str(audience),
                "line": 1,
                "message": "no column `email`",
                "remedy": "name the column with the addresses `email`; did you mean 'emial'?",
            },
        ],
    }
    assert len(result.stderr.splitlines()) == 2


def test_problems_are_the_first_however_many_there_are() -> None:
    rows = [Excluded(Exclusion.INVALID, row, "no address") for row in range(5000, 1, -1)]
    summary = summarise([*rows, Recipient("a@example.org", {"email": "a@example.org"}, 1)], lambda _: "")
    assert (summary.selected, summary.valid, summary.invalid) == (5000, 1, 4999)
    assert [one.row for one in summary.first] == list(range(2, 22))


# audience show


def test_show_prints_recipients_under_their_fields(run: Run, audience: Path) -> None:
    result = run("audience", "show")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        "row  email            first_name\n"
        "2    ada@example.org  Ada\n"
        "4    ADA@example.org  Again\n"
        "5    cy@example.com   Cy\n"
    )


def test_show_as_json_stops_at_the_limit(run: Run, audience: Path) -> None:
    result = run("audience", "show", "--limit", "1", "--json")
    assert json.loads(result.stdout) == {
        "source": str(audience),
        "fields": ["email", "first_name"],
        "recipients": [{"row": 2, "fields": {"email": "ada@example.org", "first_name": "Ada"}}],
    }


def test_a_cell_can_command_no_terminal() -> None:
    assert table(["name"], [["a\x1b[31mb\nc"], ["x" * 41]]) == ["name", "a [31mb c", "x" * 39 + "…"]


def test_a_limit_of_none_is_a_usage_error(run: Run, audience: Path) -> None:
    assert run("audience", "show", "--limit", "0").exit_code == 2


# render --recipient


def test_render_for_one_person(run: Run, project: Path, audience: Path) -> None:
    change(edition(project), "\ntitle:", '\nsubject: "For [[ first_name ]]"\ntitle:')
    assert run("render", "--recipient", "CY@Example.com").exit_code == 0
    (path,) = (project / "build").glob("*.eml")
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert (mail["To"], mail["Subject"]) == ("cy@example.com", "For Cy")


def test_render_for_one_person_of_a_database(run: Run, project: Path) -> None:
    database = sqlite3.connect(project / "content" / "people.db")
    with database:
        database.execute("CREATE TABLE people AS SELECT 'ada@example.org' AS email, 'Ada' AS first_name")
    database.close()
    source = '{sql: "sqlite:///people.db", query: SELECT * FROM people}'
    change(project / "content" / "publication.yaml", "{csv: audience/sample.csv}", source)
    assert run("render", "--recipient", "ada@example.org").exit_code == 0
    assert run("audience", "check").exit_code == 0


def test_render_for_somebody_unknown_names_the_nearest(run: Run, audience: Path) -> None:
    result = run("render", "--recipient", "cyd@example.com")
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr == (
        f"{audience}: cyd@example.com is not in the audience; did you mean 'cy@example.com'?\n"
    )


# check


def test_a_slot_nobody_can_fill_is_an_error_where_it_stands(run: Run, project: Path) -> None:
    change(edition(project), "\ntitle:", '\nsubject: "Hi [[firstname | default(\\"you\\")]]"\ntitle:')
    result = run("check", "--json")
    assert result.exit_code == 3
    assert json.loads(result.stdout)["findings"][0] == {
        "rule": "slot-unknown-field",
        "severity": "error",
        "message": "a slot reads `firstname`, no column of the audience and no default in publication.yaml",
        "remedy": "did you mean 'first_name'?",
        "path": f"content/editions/{edition(project).name}",
        "line": 2,
        "column": 14,
    }


def test_slots_of_the_publication_and_the_layout_count_too(run: Run, project: Path) -> None:
    change(
        project / "content" / "publication.yaml", "  curated: what", "  curated: \\[[ no ]] [[ team ]] what"
    )
    change(project / "layouts" / "producthead" / "edition.txt.j2", "{{ publication.name }}", "[[ zzz ]]")
    result = run("check")
    assert result.exit_code == 3
    assert result.stdout.startswith(
        "content/publication.yaml:29:22: error slot-unknown-field: a slot reads `team`, no column of the "
        "audience and no default in publication.yaml; add the one or the other\n"
        "layouts/producthead/edition.txt.j2:4:1: error slot-unknown-field: a slot reads `zzz`, no column of "
        "the audience and no default in publication.yaml; add the one or the other\n"
    )


def test_an_audience_that_cannot_be_read_is_an_error(run: Run, project: Path) -> None:
    (project / "content" / "audience" / "sample.csv").unlink()
    result = run("check")
    assert result.exit_code == 3
    assert result.stdout.startswith(
        "content/audience/sample.csv: error audience: no such file; "
        "put the file there, or mend audience.csv in publication.yaml\n"
    )

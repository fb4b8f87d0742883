"""check, render and list on the first edition."""

import json
import re
import socket
from collections.abc import Callable
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from typer.testing import Result

Run = Callable[..., Result]
SLUG = "2024-02-12-in-search-of-deeper-alignment"


def edition_file(project: Path) -> Path:
    return project / "content" / "editions" / f"{SLUG}.md"


def test_the_first_edition_passes(run: Run) -> None:
    result = run("check", "--json")
    document = json.loads(result.stdout)
    assert result.exit_code == 0
    assert document["edition"] == SLUG
    assert len(document["digest"]) == 64
    assert document["counts"]["error"] == 0


def test_an_edition_that_cannot_be_loaded_has_the_same_shape(run: Run, project: Path) -> None:
    file = edition_file(project)
    file.write_text(file.read_text().replace("\ntitle:", "\ntitel:", 1))
    result = run("check", SLUG, "--json")
    document = json.loads(result.stdout)
    assert result.exit_code == 3
    assert list(document) == ["edition", "digest", "findings", "counts"]
    assert (document["edition"], document["digest"]) == (SLUG, "")
    assert {finding["rule"] for finding in document["findings"]} == {"input"}
    assert list(document["findings"][0]) == [
        "rule",
        "severity",
        "message",
        "remedy",
        "path",
        "line",
        "column",
    ]
    assert document["counts"]["error"] == len(document["findings"])
    assert "titel" in result.stderr


def test_an_unknown_edition_is_bad_input(run: Run) -> None:
    assert run("check", "2024-02-12-in-serch-of-deeper-alignment").exit_code == 3


def test_render_writes_four_files_and_the_same_bytes_again(run: Run, project: Path) -> None:
    first = run("render", "--json")
    assert first.exit_code == 0
    names = sorted(path.name for path in (project / "build").iterdir())
    assert names == [f"{SLUG}.{ending}" for ending in ("eml", "html", "mjml", "txt")]
    before = {name: (project / "build" / name).read_bytes() for name in names}
    second = run("render", "--json")
    assert second.stdout == first.stdout
    assert {name: (project / "build" / name).read_bytes() for name in names} == before


def test_the_eml_is_a_message_with_both_parts(run: Run, project: Path) -> None:
    assert run("render", "--out", str(project / "elsewhere")).exit_code == 0
    mail = message_from_bytes((project / "elsewhere" / f"{SLUG}.eml").read_bytes(), policy=policy.default)
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


def test_render_for_somebody_outside_the_audience_is_bad_input(run: Run) -> None:
    result = run("render", "--recipient", "nobody@example.net")
    assert result.exit_code == 3
    assert "nobody@example.net is not in the audience" in result.stderr


def test_files_that_others_may_read(run: Run, project: Path) -> None:
    run("render")
    assert all(path.stat().st_mode & 0o777 == 0o644 for path in (project / "build").iterdir())


def test_list(run: Run) -> None:
    result = run("list", "--json")
    assert result.exit_code == 0
    row = json.loads(result.stdout)["editions"][0]
    assert (row["edition"], row["date"], row["curated"], row["posts"]) == (SLUG, "2024-02-12", 3, 3)
    assert SLUG in run("list").stdout


def test_list_shows_the_good_ones_and_reports_the_broken(run: Run, project: Path) -> None:
    (project / "content" / "editions" / "2024-03-01-broken.md").write_text("---\ntitle: [\n---\n")
    result = run("list")
    assert result.exit_code == 3
    assert SLUG in result.stdout
    assert "2024-03-01-broken.md" in result.stderr


def test_an_ignored_warning_passes_even_a_strict_check(run: Run, project: Path) -> None:
    file = edition_file(project)
    text = file.read_text().replace("\n---\n", '\nignore: {preheader: "a test"}\n---\n', 1)
    file.write_text(re.sub(r"(?m)^preheader:.*\n(?:[ ]+.*\n)*", "", text))
    assert run("check", "--strict").exit_code == 0
    result = run("check", "--json")
    document = json.loads(result.stdout)
    assert [(one["rule"], one["ignored"]) for one in document["ignored"]] == [("preheader", "a test")]
    assert document["counts"]["warning"] == 0
    assert "ignored preheader: no preheader" in run("check").stdout


def test_an_ignore_without_a_reason_is_bad_input(run: Run, project: Path) -> None:
    file = edition_file(project)
    file.write_text(file.read_text().replace("\n---\n", "\nignore: {preheader: }\n---\n", 1))
    result = run("check")
    assert result.exit_code == 3
    assert "'ignore.preheader' is missing; add `preheader: …`" in result.stderr


def test_what_is_ignored_does_not_change_the_message(run: Run, project: Path) -> None:
    before = json.loads(run("check", "--json").stdout)["digest"]
    file = edition_file(project)
    file.write_text(file.read_text().replace("\n---\n", '\nignore: {subject: "a test"}\n---\n', 1))
    assert json.loads(run("check", "--json").stdout)["digest"] == before


def test_sarif_is_one_document(run: Run) -> None:
    result = run("check", "--sarif")
    assert result.exit_code == 0
    log = json.loads(result.stdout)
    assert (log["version"], log["runs"][0]["results"][0]["level"]) == ("2.1.0", "note")


def test_sarif_of_an_edition_that_cannot_be_loaded(run: Run, project: Path) -> None:
    file = edition_file(project)
    file.write_text(file.read_text().replace("\ntitle:", "\ntitel:", 1))
    result = run("check", "--sarif")
    assert result.exit_code == 3
    assert {one["ruleId"] for one in json.loads(result.stdout)["runs"][0]["results"]} == {"input"}


def test_two_documents_at_once_are_refused(run: Run) -> None:
    assert run("check", "--sarif", "--json").exit_code == 2


def test_what_is_not_installed_is_said_with_exit_code_3(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    for option, words in {
        "--spam": "apt-get install spamassassin",
        "--browser": "is on PATH; install one",
    }.items():
        result = run("check", option)
        assert result.exit_code == 3
        assert words in result.stderr


def test_links_are_asked_only_when_asked_to(run: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def nowhere(host: str, *_: object, **__: object) -> list[object]:
        asked.append(host)
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    run("check")
    assert asked == []
    result = run("check", "--links", "--json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)["findings"]
    assert {one["rule"] for one in found if one["severity"] == "error"} == {"link-alive", "img-reachable"}
    assert "mindtheproduct.example.com" in asked


def test_a_projects_own_support_table_is_used(run: Run, project: Path) -> None:
    table = project / ".producthead" / "support.json"
    table.parent.mkdir()
    table.write_text("{}")
    result = run("check", "--json")
    assert result.exit_code == 3
    assert "not a support table" in json.loads(result.stdout)["findings"][0]["message"]


def test_what_will_differ_in_the_clients(run: Run) -> None:
    words = run("check", "--clients").stdout
    assert "Outlook, Windows" in words
    assert "more without effect or meant so; by tests of caniemail.com, as of 20" in words
    document = json.loads(run("check", "--clients", "--json").stdout)
    assert [one["client"] for one in document["clients"]][:2] == ["gmail", "gmail-app"]
    assert {"feature", "what", "impact", "clients", "places", "path"} <= set(document["differences"][0])
    assert run("check", "--clients", "--sarif").exit_code == 2


def test_a_style_sheet_that_nests_without_end_is_told_with_its_place(run: Run, project: Path) -> None:
    head = project / "layouts" / "shared" / "head.mjml.j2"
    text = head.read_text().replace("</mj-head>", f"<mj-style>\np{{width:{'(' * 2000}}}</mj-style></mj-head>")
    head.write_text(text)
    result = run("check", "--clients")
    assert result.exit_code == 3
    line = text[: text.index("\np{width:((")].count("\n") + 2
    assert result.stderr.startswith(f"layouts/shared/head.mjml.j2:{line}:68: CSS nested deeper than 60; ")
    assert "Traceback" not in result.stderr


def test_a_selector_of_thousands_of_steps_ends_no_check(run: Run, project: Path) -> None:
    head = project / "layouts" / "shared" / "head.mjml.j2"
    sheet = f"<mj-style>{'a > ' * 8000}a {{ color: red }}</mj-style></mj-head>"
    head.write_text(head.read_text().replace("</mj-head>", sheet))
    result = run("check", "--clients", "--json")
    assert result.exit_code == 1
    rules = {one["rule"] for one in json.loads(result.stdout)["findings"] if one["severity"] == "error"}
    assert rules == {"style-budget"}

"""What is odd in names, pictures or the folder: told, and nothing outside the site is touched."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from producthead_mail.archive.output import DRAFT, LIST
from producthead_mail.config import Project
from producthead_mail.errors import InputError
from tests.archive.project_of import PIXEL, built, page, project_in, snapshot, write


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """One edition."""
    made = project_in(tmp_path)
    write(made, "2024-01-01-e1")
    return made


@pytest.mark.parametrize("name", ["feed.xml", "index.html", "robots.txt"])
def test_an_edition_named_as_a_file_of_the_site_is_told(project: Project, name: str) -> None:
    (project.editions / f"{name}.md").write_text("---\ntitle: T\ndate: 2024-01-01\n---\n")
    with pytest.raises(InputError, match=f"{name}: would be a page and a folder of the archive"):
        built(project)
    assert not project.build.exists()


def test_two_spellings_that_some_file_systems_take_for_one_are_told(project: Project) -> None:
    for name in ("caf\u00e9", "Cafe\u0301"):
        (project.editions / f"{name}.md").write_text("---\ntitle: T\ndate: 2024-01-01\n---\n")
    with pytest.raises(InputError, match="two pages of the archive"):
        built(project)


def test_people_who_differ_in_a_letter_that_folds_share_a_page(project: Project) -> None:
    people = "".join(
        f"  - {{title: T, url: 'https://example.com/', author: {name}}}\n" for name in ("Strauß", "STRAUSS")
    )
    write(project, "2024-01-08-e2", f"curated:\n{people}")
    built(project)
    assert '<h1 class="title">Strauß <span class="count">2</span></h1>' in page(project, "authors/strauss")


def test_a_name_that_is_not_utf_8_is_told(project: Project) -> None:
    for day in (b"2024-01-08", b"2024-07-01"):
        path = project.editions / os.fsdecode(day + b"-\xff.md")
        path.write_text(f"---\ntitle: T\ndate: {day.decode()}\n---\n")
    with pytest.raises(InputError, match=r"\A2024-01-08-\\udcff.md: its name is not UTF-8; rename it\Z"):
        built(project)


def test_only_pictures_are_put_on_the_web(project: Project) -> None:
    (project.content / "audience").mkdir()
    (project.content / "audience" / "readers.csv").write_text("email\nana@example.org\n")
    write(project, "2024-06-10-draft", essay="![A](audience/readers.csv)\n")
    with pytest.raises(InputError, match=r"audience/readers\.csv: is no picture"):
        built(project)
    assert not project.build.exists()


def test_the_list_is_no_picture(project: Project) -> None:
    (project.content / LIST).write_bytes(PIXEL)
    write(project, "2024-01-08-e2", essay=f"![A]({LIST})\n")
    with pytest.raises(InputError, match="two pages of the archive"):
        built(project)


def test_what_was_kept_of_an_edition_names_no_other_place(project: Project, tmp_path: Path) -> None:
    built(project)
    shelf = project.state / "cache" / "archive.json"
    rows = json.loads(shelf.read_bytes())
    rows["2024-01-01-e1"]["entry"]["slug"] = "../../elsewhere"
    shelf.write_text(json.dumps(rows))
    assert built(project).counts.written == 0
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("path", ["../precious", "{}/precious", "a/../../precious", "", LIST])
def test_a_list_with_files_outside_the_folder_is_not_believed(project: Project, path: str) -> None:
    folder = built(project).folder
    precious = folder.parent / "precious"
    precious.write_text("mine")
    document = json.loads((folder / LIST).read_bytes())
    document["files"][path.format(folder.parent)] = ["key", 4, 1, 0]
    (folder / LIST).write_text(json.dumps(document))
    with pytest.raises(InputError, match="can't be read, so nobody knows"):
        built(project)
    assert precious.read_text() == "mine"


def test_a_list_that_nests_without_end_is_told(project: Project) -> None:
    folder = built(project).folder
    (folder / LIST).write_text("[" * 100_000)
    with pytest.raises(InputError, match="can't be read, so nobody knows"):
        built(project)


def test_a_folder_that_leads_elsewhere_is_told_and_nothing_is_written_there(
    project: Project, tmp_path: Path
) -> None:
    folder = built(project).folder
    elsewhere = tmp_path / "elsewhere"
    (folder / "search").rename(elsewhere)
    (folder / "search").symlink_to(elsewhere)
    before = snapshot(elsewhere)
    with pytest.raises(InputError, match=r"archive/search: is not the archive's"):
        built(project)
    assert snapshot(elsewhere) == before


def test_what_is_gone_is_not_removed_through_a_link(project: Project, tmp_path: Path) -> None:
    write(project, "2024-01-08-e2")
    folder = built(project).folder
    elsewhere = tmp_path / "elsewhere"
    (folder / "2024-01-08-e2").rename(elsewhere)
    (folder / "2024-01-08-e2").symlink_to(elsewhere)
    (project.editions / "2024-01-08-e2.md").unlink()
    built(project)
    assert sorted(path.name for path in elsewhere.iterdir()) == ["card.png", "index.html"]


def test_a_folder_in_the_place_of_a_page_is_told(project: Project) -> None:
    folder = built(project).folder
    (folder / "feed.xml").unlink()
    (folder / "feed.xml").mkdir()
    with pytest.raises(InputError, match=r"archive/feed\.xml: is not the archive's"):
        built(project)


def test_a_file_is_no_folder_to_write_into(project: Project) -> None:
    (project.build).mkdir()
    (project.build / "archive").write_text("mine")
    with pytest.raises(InputError, match="archive: is not a folder; name another"):
        built(project)


def test_what_a_killed_build_left_goes_with_the_next(project: Project) -> None:
    project.build.joinpath("archive").mkdir(parents=True)
    (project.build / "archive" / DRAFT).write_text("half a pa")
    folder = built(project).folder
    assert not (folder / DRAFT).exists()
    (folder / DRAFT).write_text("half a pa")
    assert built(project).counts.written == 0
    assert not (folder / DRAFT).exists()


def test_a_broken_edition_of_old_stops_the_build_even_of_a_new_folder(project: Project) -> None:
    write(project, "2024-02-05-e2", "approved: abc\n")
    (project.editions / "2024-01-08-broken.md").write_text("---\ntitel: T\n---\n")
    with pytest.raises(InputError, match=r"2024-01-08-broken\.md:2:1: unknown key"):
        built(project)
    assert not project.build.exists()


def test_a_broken_file_without_a_date_is_left_out(project: Project) -> None:
    (project.editions / "README.md").write_text("Nothing to see.\n")
    assert list(built(project).left_out) == ["README"]


def test_a_folder_that_is_as_it_should_be_need_not_be_writable(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    built(project)

    def refused(self: Path, *_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system", str(self))

    for name in ("unlink", "write_bytes", "replace", "rmdir"):
        monkeypatch.setattr(Path, name, refused)
    assert built(project).counts.written == 0


def test_an_archive_does_not_lose_every_edition_at_once(project: Project) -> None:
    before = snapshot(built(project).folder)
    for path in project.editions.iterdir():
        path.unlink()
    project.editions.rmdir()
    with pytest.raises(InputError, match=r"\Acontent/editions: holds no edition any more"):
        built(project)
    assert snapshot(project.build / "archive") == before


def test_a_template_that_fails_at_the_last_page_leaves_all_as_it_was(project: Project) -> None:
    before = snapshot(built(project).folder)
    own = project.layouts / "shared" / "archive"
    own.mkdir(parents=True)
    (own / "404.html.j2").write_text("{{ nothing.at.all }}")
    write(project, "2024-01-08-e2")
    with pytest.raises(InputError, match=r"404\.html\.j2:1"):
        built(project)
    assert snapshot(project.build / "archive") == before


def test_what_is_broken_in_own_templates_and_styles_is_told_with_its_place(project: Project) -> None:
    before = snapshot(built(project).folder)
    own = project.layouts / "shared" / "archive"
    own.mkdir(parents=True)
    frame = '{% extends "shared/archive/base.html.j2" %}\n'
    (own / "404.html.j2").write_text(f"{frame}{{% block mian %}}a{{% endblock %}}")
    (own / "style.css").write_text("a {\n  color: red\n  margin: 0;\n}\n")
    with pytest.raises(InputError) as raised:
        built(project)
    assert [(one.path.rpartition("/")[2], one.line, one.column) for one in raised.value.problems] == [
        ("404.html.j2", 2, 10),
        ("style.css", 3, 3),
    ]
    (own / "404.html.j2").write_text(f"{frame}{{% block main %}}\n<p>a\n<div>{{% endblock %}}")
    (own / "style.css").unlink()
    with pytest.raises(InputError, match=r"404\.html\.j2:4:1: <div> is not closed before </main>"):
        built(project)
    assert snapshot(project.build / "archive") == before

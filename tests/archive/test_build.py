"""The site in its folder: what is written, what is left alone, and what stays as it was."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from producthead_mail.archive.output import DRAFT, LIST
from producthead_mail.config import Project
from producthead_mail.content.approval import write_approval
from producthead_mail.content.loader import load_edition, load_publication
from producthead_mail.errors import InputError
from producthead_mail.rendering.layout import load_layout
from producthead_mail.rendering.pipeline import render
from tests.archive.project_of import NOW, PIXEL, PUBLICATION, built, page, project_in, snapshot, write

LAYOUTS = Path(__file__).parents[2] / "layouts"
CURATED = "curated:\n  - {{title: T{0}, url: 'https://example.com/{0}', author: {1}, publication: {2}}}\n"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Three editions, a week apart."""
    made = project_in(tmp_path)
    for number, day in enumerate(("2024-01-01", "2024-01-08", "2024-01-15"), 1):
        write(
            made,
            f"{day}-e{number}",
            CURATED.format(number, f"Ada {number}", "Review"),
            title=f"Edition {number}",
        )
    return made


def changed(project: Project, before: dict[str, tuple[bytes, int]]) -> set[str]:
    """The paths whose file was touched, is new or gone."""
    after = snapshot(project.build / "archive")
    return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}


def test_a_build_makes_every_kind_of_page(project: Project) -> None:
    report = built(project)
    files = snapshot(report.folder)
    assert report.editions == 3
    assert report.counts.written == len(files)
    assert {path for path in files if path.endswith(".html") and "e1" not in path and "e2" not in path} == {
        "index.html",
        "404.html",
        "2024/index.html",
        "2024-01-15-e3/index.html",
        "authors/index.html",
        "authors/ada-1/index.html",
        "authors/ada-2/index.html",
        "authors/ada-3/index.html",
        "publications/index.html",
        "publications/review/index.html",
        "search/index.html",
    }


def test_a_second_build_touches_nothing(project: Project) -> None:
    report = built(project)
    before = snapshot(report.folder)
    listed = (report.folder / LIST).stat().st_mtime_ns
    again = built(project)
    assert (again.counts.written, again.counts.removed) == (0, 0)
    assert changed(project, before) == set()
    assert (report.folder / LIST).stat().st_mtime_ns == listed


def test_without_what_was_kept_the_same_bytes_are_made_and_nothing_is_touched(project: Project) -> None:
    before = snapshot(built(project).folder)
    for path in (project.state / "cache").iterdir():
        path.unlink()
    assert built(project).counts.written == 0
    assert changed(project, before) == set()


def test_a_correction_changes_the_page_and_the_feeds_alone(project: Project) -> None:
    before = snapshot(built(project).folder)
    write(
        project, "2024-01-08-e2", CURATED.format(2, "Ada 2", "Review"), "Better words.\n", title="Edition 2"
    )
    built(project)
    # The essay's beginning is the description, which year, home and search show.
    assert changed(project, before) == {
        "2024-01-08-e2/index.html",
        "2024/index.html",
        "feed.xml",
        "index.html",
        "rss.xml",
        "search.json",
    }


def test_a_new_edition_changes_no_old_page_but_the_one_before_it(project: Project) -> None:
    before = snapshot(built(project).folder)
    write(project, "2024-01-22-e4", CURATED.format(4, "Ada 1", "Weekly"), title="Edition 4")
    built(project)
    assert {path for path in changed(project, before) if path.startswith("2024-")} == {
        "2024-01-15-e3/index.html",
        "2024-01-22-e4/index.html",
        "2024-01-22-e4/card.png",
    }
    assert "Next edition" in page(project, "2024-01-15-e3")


def test_pages_of_an_edition_that_is_gone_go_too(project: Project) -> None:
    folder = built(project).folder
    (project.editions / "2024-01-08-e2.md").unlink()
    report = built(project)
    assert report.counts.removed == 3
    assert not (folder / "2024-01-08-e2").exists()
    assert not (folder / "authors" / "ada-2").exists()
    assert "Edition 2" not in page(project, "2024-01-15-e3")


def test_an_edition_renamed_and_dated_anew_leaves_no_trace(project: Project) -> None:
    built(project)
    old = project.editions / "2024-01-08-e2.md"
    text = old.read_text("utf-8").replace("2024-01-08", "2023-12-25")
    old.unlink()
    (project.editions / "2023-12-25-new.md").write_text(text, "utf-8")
    folder = built(project).folder
    files = snapshot(folder)
    assert [path for path, (data, _) in files.items() if b"2024-01-08" in data or "2024-01-08" in path] == []
    assert "2023-12-25-new/card.png" in files
    assert "Edition 2" in page(project, "2023")
    assert "Edition 2" not in page(project, "2024")


def test_files_of_somebody_else_are_left_alone(project: Project) -> None:
    folder = built(project).folder
    (folder / "CNAME").write_text("newsletter.example.com")
    (folder / "2024-01-08-e2" / "mine.txt").write_text("mine")
    (project.editions / "2024-01-08-e2.md").unlink()
    built(project)
    assert (folder / "CNAME").read_text() == "newsletter.example.com"
    assert [path.name for path in (folder / "2024-01-08-e2").iterdir()] == ["mine.txt"]


def test_a_file_of_somebody_else_in_the_way_is_told_and_nothing_is_written(project: Project) -> None:
    folder = built(project).folder
    (folder / "2024-01-22-e4").mkdir()
    (folder / "2024-01-22-e4" / "index.html").write_text("mine")
    write(project, "2024-01-22-e4")
    before = snapshot(folder)
    with pytest.raises(InputError, match=r"2024-01-22-e4/index\.html: is not the archive's"):
        built(project)
    assert snapshot(folder) == before


def test_a_robots_txt_of_ones_own_stands(project: Project) -> None:
    folder = built(project).folder
    (folder / "robots.txt").unlink()
    rows = json.loads((folder / LIST).read_text())
    del rows["files"]["robots.txt"]
    (folder / LIST).write_text(json.dumps(rows))
    (folder / "robots.txt").write_text("User-agent: *\nDisallow: /\n")
    built(project)
    assert (folder / "robots.txt").read_text() == "User-agent: *\nDisallow: /\n"


def test_a_new_checkout_of_a_static_host_is_a_folder_to_build_into(project: Project) -> None:
    folder = project.build / "archive"
    (folder / ".git").mkdir(parents=True)
    for name in (".git/HEAD", ".nojekyll", "CNAME", "README.md", "robots.txt"):
        (folder / name).write_text("mine")
    before = snapshot(folder)
    assert built(project).counts.written > 0
    assert before.items() <= snapshot(folder).items()


def test_a_folder_with_something_else_in_it_is_refused(project: Project) -> None:
    (project.build / "archive").mkdir(parents=True)
    (project.build / "archive" / "thesis.doc").write_text("years of work")
    with pytest.raises(InputError, match="neither empty nor an archive"):
        built(project)
    assert [path.name for path in (project.build / "archive").iterdir()] == ["thesis.doc"]


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"files": {"a": []}}', '{"files": 3}', '{"files": {"a": 3}}']
)
def test_a_broken_list_is_refused(project: Project, text: str) -> None:
    folder = built(project).folder
    (folder / LIST).write_text(text)
    with pytest.raises(InputError, match="nobody knows which files"):
        built(project)


def test_a_page_that_somebody_edited_or_deleted_is_made_again(project: Project) -> None:
    folder = built(project).folder
    before = {path: data for path, (data, _) in snapshot(folder).items()}
    (folder / "2024" / "index.html").write_text("edited")
    (folder / "2024-01-08-e2" / "card.png").unlink()
    built(project)
    assert {path: data for path, (data, _) in snapshot(folder).items()} == before


def test_an_interrupted_build_is_gone_on_with(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, written = Path.replace, []

    def breaking(self: Path, target: Path) -> Path:
        if self.name == DRAFT:
            written.append(target)
        if len(written) == 7:
            raise KeyboardInterrupt
        return whole(self, target)

    monkeypatch.setattr(Path, "replace", breaking)
    with pytest.raises(KeyboardInterrupt):
        built(project)
    monkeypatch.undo()
    folder = project.build / "archive"
    assert (folder / "2024-01-15-e3" / "index.html").is_file()
    assert not (folder / "index.html").exists()
    assert [path for path in folder.rglob("*") if path.name.endswith(".new")] == []
    built(project)
    assert "Edition 1" in page(project, "2024")


def test_own_pictures_lie_where_mail_and_pages_load_them_and_stay(project: Project) -> None:
    (project.content / "images").mkdir()
    (project.content / "images" / "a b.png").write_bytes(PIXEL)
    path = write(project, "2024-01-08-e2", essay="![A](<images/a b.png>)\n")
    folder = built(project).folder
    publication = load_publication(project)
    (image,) = load_edition(path, publication, project).essay.images
    assert image.url.startswith("https://newsletter.example.com/images/a%20b.png?v=")
    assert (folder / "images" / "a b.png").read_bytes() == PIXEL
    shown = image.url.removeprefix(publication.url)
    assert f'<img src="..{shown}" alt="A" width="1" height="1" loading="lazy">' in page(project, path.stem)
    path.unlink()
    built(project)
    assert (folder / "images" / "a b.png").read_bytes() == PIXEL


def test_of_a_draft_the_pictures_are_there_for_the_test_mail_and_nothing_else(project: Project) -> None:
    (project.content / "draft.png").write_bytes(PIXEL)
    write(project, "2024-06-10-secret", essay="![A](draft.png)\n", title="Secret")
    report = built(project)
    assert list(report.left_out) == ["2024-06-10-secret"]
    assert (report.folder / "draft.png").read_bytes() == PIXEL
    assert [path for path, (data, _) in snapshot(report.folder).items() if b"ecret" in data] == []


def test_another_picture_of_the_same_name_is_taken(project: Project) -> None:
    (project.content / "images").mkdir()
    picture = project.content / "images" / "a.png"
    picture.write_bytes(PIXEL)
    write(project, "2024-01-08-e2", essay="![A](images/a.png)\n")
    folder = built(project).folder
    before = snapshot(folder)
    picture.write_bytes(PIXEL + b"\0")
    built(project)
    assert (folder / "images" / "a.png").read_bytes() == PIXEL + b"\0"
    assert {"2024-01-08-e2/index.html", "images/a.png", "feed.xml"} <= changed(project, before)


def test_two_pages_of_one_name_are_told(project: Project) -> None:
    (project.editions / "authors.md").write_text("---\ntitle: T\ndate: 2024-01-01\n---\n")
    with pytest.raises(InputError, match=r"authors/index\.html: two pages of the archive"):
        built(project)


def test_drafts_are_told_and_not_on_the_web(project: Project) -> None:
    write(project, "2024-01-08-e2", "approved: abc\n")
    write(project, "2024-06-10-next")
    (project.editions / "2024-07-01-broken.md").write_text("---\ntitel: T\n---\n")
    report = built(project)
    assert report.editions == 2
    assert list(report.left_out) == ["2024-01-15-e3", "2024-06-10-next", "2024-07-01-broken"]
    assert report.left_out["2024-06-10-next"] == "not approved"
    assert report.left_out["2024-07-01-broken"].startswith(
        "can't be read: content/editions/2024-07-01-broken.md:"
    )
    assert not (report.folder / "2024-06-10-next").exists()


def test_a_hidden_file_is_no_page_and_writes_nothing_outside(project: Project) -> None:
    for name in ("..md", "...md", ".draft.md"):
        (project.editions / name).write_text("---\ntitle: T\ndate: 2024-01-01\n---\n")
    report = built(project)
    assert report.editions == 3
    assert {".", "..", ".draft"} == report.left_out.keys()
    assert [path.name for path in project.build.iterdir()] == ["archive"]


def test_an_edition_on_the_web_that_breaks_stops_the_build(project: Project) -> None:
    before = snapshot(built(project).folder)
    (project.editions / "2024-01-08-e2.md").write_text("---\ntitel: T\n---\n")
    with pytest.raises(InputError, match=r"2024-01-08-e2\.md:2:1: unknown key"):
        built(project)
    assert changed(project, before) == set()


def test_an_approved_edition_that_cannot_be_read_stops_the_build(project: Project) -> None:
    (project.editions / "2024-06-10-next.md").write_text("---\ntitel: T\napproved: abc\n---\n")
    with pytest.raises(InputError, match="2024-06-10-next"):
        built(project)


def test_before_its_hour_an_edition_is_there_as_it_was_approved(project: Project) -> None:
    (project.root / "layouts").symlink_to(LAYOUTS)
    path = write(project, "2024-06-10-next", "send_at: 2024-06-10 07:00\n")
    publication = load_publication(project)
    edition = load_edition(path, publication, project)
    write_approval(path, render(edition, publication, load_layout(project, "producthead")).digest)
    write(project, "2024-01-15-e3", "approved: any\n")
    assert "2024-06-10-next" not in built(project).left_out
    path.write_text(path.read_text().replace("Words.", "Other words."))
    assert built(project).left_out["2024-06-10-next"] == "changed since it was approved, and not out yet"
    assert "2024-06-10-next" not in built(project, NOW + timedelta(days=7)).left_out


def test_nothing_is_kept_where_that_cannot_be(project: Project) -> None:
    project.state.write_text("a file where the folder belongs")
    assert built(project).counts.written > 0
    assert replace(built(project).counts, unchanged=0).written == 0


def test_the_way_to_an_index_is_there_once_it_has_a_name(project: Project) -> None:
    for path in project.editions.iterdir():
        path.unlink()
    first = write(project, "2024-01-01-e1")
    built(project)
    assert "authors/" not in page(project, "") + page(project, "2024-01-01-e1")
    assert not (project.build / "archive" / "authors").exists()
    write(project, first.stem, CURATED.format(1, "Ada", "''"))
    built(project)
    for path in ("", "2024", "2024-01-01-e1", "search"):
        assert "authors/" in page(project, path)
        assert "publications/" not in page(project, path)
    assert '<a href="../authors/" aria-current="true">' in page(project, "authors")


def test_an_archive_without_an_edition_has_a_home(tmp_path: Path) -> None:
    project = project_in(tmp_path, PUBLICATION)
    assert built(project).editions == 0
    assert '<h1 class="name">PRODUCTHEAD</h1>' in page(project, ".")

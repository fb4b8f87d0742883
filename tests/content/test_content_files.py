"""Names of editions, approvals, URLs and pictures."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from producthead_mail.config import Project
from producthead_mail.content.approval import write_approval
from producthead_mail.content.images import dimensions
from producthead_mail.content.library import all_editions, due_editions, edition_paths, resolve_edition
from producthead_mail.content.urls import mail_url
from producthead_mail.errors import InputError

NOW = datetime(2024, 2, 10, tzinfo=UTC)


@pytest.fixture
def three(project: Project) -> Project:
    for name, due in (
        ("2024-02-05-a", "2024-02-05"),
        ("2024-02-12-b", "2024-02-12"),
        ("2024-02-19-c", "2024-02-19"),
    ):
        text = f"---\ntitle: T\ndate: {due}\nsend_at: {due} 07:00\n---\n"
        (project.editions / f"{name}.md").write_text(text, "utf-8")
    return project


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        (None, "2024-02-12-b"),
        ("latest", "2024-02-19-c"),
        ("a", "2024-02-05-a"),
        ("2024-02-05-a", "2024-02-05-a"),
        ("content/editions/2024-02-05-a.md", "2024-02-05-a"),
    ],
)
def test_resolve(three: Project, name: str | None, stem: str) -> None:
    assert resolve_edition(three, name, NOW).stem == stem


def test_resolve_none_after_the_last_is_the_newest(three: Project) -> None:
    assert resolve_edition(three, None, datetime(2025, 1, 1, tzinfo=UTC)) == edition_paths(three)[-1]


def test_unknown_edition(three: Project) -> None:
    with pytest.raises(InputError, match="did you mean '2024-02-12-b'"):
        resolve_edition(three, "2024-02-13-b", NOW)


def test_of_editions_with_one_title_none_is_guessed(three: Project) -> None:
    (three.editions / "2025-02-05-a.md").write_text("---\ntitle: T\ndate: 2025-02-05\n---\n", "utf-8")
    with pytest.raises(InputError, match="2 editions are named 'a'; write the date too: 2024-02-05-a, 2025-"):
        resolve_edition(three, "a", NOW)
    assert resolve_edition(three, "2025-02-05-a", NOW).stem == "2025-02-05-a"


def test_a_whole_name_comes_before_one_without_its_date(three: Project) -> None:
    for name in ("b", "2023-02-05-b"):
        (three.editions / f"{name}.md").write_text("---\ntitle: T\ndate: 2023-02-05\n---\n", "utf-8")
    assert resolve_edition(three, "b", NOW).stem == "b"


def test_no_edition_at_all(project: Project) -> None:
    with pytest.raises(InputError, match="no edition yet"):
        resolve_edition(project, None, NOW)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"---\ntitle: T # why\n---\nBody", b"---\ntitle: T # why\napproved: d1\n---\nBody"),
        (b"---\r\ntitle: T\r\n---\r\n", b"---\r\ntitle: T\r\napproved: d1\r\n---\r\n"),
        (b"---\napproved: old\ntitle: T\n---\n", b"---\napproved: d1\ntitle: T\n---\n"),
        (b"---\ntitle: T\n---\napproved: no\n", b"---\ntitle: T\napproved: d1\n---\napproved: no\n"),
    ],
)
def test_approval_changes_one_line(tmp_path: Path, before: bytes, after: bytes) -> None:
    path = tmp_path / "x.md"
    path.write_bytes(before)
    write_approval(path, "d1")
    assert path.read_bytes() == after
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.md"]


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("https://example.com", "https://example.com"),
        ("HTTP://example.com/ä b?q=ü#f ü", "http://example.com/%C3%A4%20b?q=%C3%BC#f%20%C3%BC"),
        ("https://bücher.example/x", "https://xn--bcher-kva.example/x"),
        ("https://example.com/100%", "https://example.com/100%25"),
        ("https://example.com/%20?a=b&c=[[ d ]]", "https://example.com/%20?a=b&c=[[ d ]]"),
        ("mailto:a@example.com?subject=Hi there", "mailto:a@example.com?subject=Hi%20there"),
        ("https://[::1]:80/", "https://[::1]:80/"),
    ],
)
def test_urls(written: str, url: str) -> None:
    assert mail_url(written) == url


@pytest.mark.parametrize(
    "written",
    [
        "",
        "x",
        "/x",
        "//example.com",
        "javascript:x",
        "ftp://example.com",
        "https://",
        "https://[[ h ]]/",
        "[[ u ]]",
        "https://a b/",
        "https://example.com:x/",
        "https://[::1",
        "https://example.com/[[",
        "mailto:x",
    ],
)
def test_no_urls(written: str) -> None:
    with pytest.raises(ValueError):
        mail_url(written)


def test_dimensions() -> None:
    assert dimensions(b"GIF89a\x05\x00\x06\x00") == (5, 6)
    assert dimensions(b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08\x00\x07\x00\x09") == (9, 7)
    assert dimensions(b"\xff\xd8\xff") is None
    assert dimensions(b"<svg/>") is None


def test_a_folder_that_can_not_be_read_is_not_one_without_editions(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.editions.parent.mkdir(parents=True)
    assert all_editions(project) == []
    project.editions.write_text("a file in its place")
    for ask in (
        lambda: all_editions(project),
        lambda: resolve_edition(project, None, NOW),
        lambda: due_editions(project, ZoneInfo("UTC")),
    ):
        with pytest.raises(InputError, match=r"^content/editions: can't be read: Not a directory$"):
            ask()

"""Which pictures there are, what they are called, and which files a message may show."""

from __future__ import annotations

from pathlib import Path

import pytest

from producthead_mail.preview.choice import Mode
from producthead_mail.preview.shots import Asked, Subject

BASE = "https://newsletter.example.com"


def names(asked: Asked) -> list[str]:
    return [shot.name for shot in asked.shots()]


def test_a_picture_is_named_by_client_mode_and_width() -> None:
    assert names(Asked(clients=("original",))) == [
        "original-light-375.png",
        "original-light-600.png",
        "original-dark-375.png",
        "original-dark-600.png",
    ]


def test_named_widths_take_the_place_of_the_usual_ones_each_once() -> None:
    asked = Asked(("original",), (Mode.LIGHT,), (700, 320, 700))
    assert names(asked) == ["original-light-320.png", "original-light-700.png"]


@pytest.mark.parametrize(
    ("asked", "included"),
    [
        (Asked(), True),
        (Asked(clients=("gmail-app",), modes=(Mode.FORCED,), widths=(375,)), True),
        (Asked(clients=("gmail",)), False),
        (Asked(modes=(Mode.LIGHT, Mode.DARK)), False),
        (Asked(widths=(600,)), False),
    ],
)
def test_an_earlier_picture_is_compared_only_where_it_is_asked_for(asked: Asked, included: bool) -> None:
    assert asked.includes("gmail-app-forced-375.png") is included


@pytest.mark.parametrize(
    "name", ["contact-sheet.png", "gmail-375.png", "gmail-light-375.jpg", "GMAIL-light-375.png"]
)
def test_other_files_are_no_pictures_of_ours(name: str) -> None:
    assert not Asked().includes(name)


@pytest.fixture
def subject(tmp_path: Path) -> Subject:
    for name in ("content/images/a b.png", "content/publication.yaml", "outside.png", "content2/x.png"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (tmp_path / "content/images/link.png").symlink_to(tmp_path / "outside.png")
    return Subject("slug", "Title", "digest", "<p>", BASE, tmp_path / "content")


def test_the_projects_own_picture_is_a_file_whatever_its_version(subject: Subject) -> None:
    picture = subject.content / "images" / "a b.png"
    assert subject.picture(f"{BASE}/images/a%20b.png?v=1a2b3c4d") == picture
    assert subject.picture(f"{BASE}/images/a%20b.png") == picture


@pytest.mark.parametrize(
    "url",
    [
        f"{BASE}/images/none.png",
        f"{BASE}/publication.yaml",
        f"{BASE}/images",
        f"{BASE}/../outside.png",
        f"{BASE}/%2e%2e/outside.png",
        f"{BASE}/images/..%2f..%2foutside.png",
        f"{BASE}/images/link.png",
        f"{BASE}/images/%00.png",
        f"{BASE}//etc/hosts",
        f"{BASE}2/x.png",
        "https://newsletter.example.com.example.org/images/a%20b.png",
        "https://pictures.example.org/images/a%20b.png",
        "file:///images/a%20b.png",
        "about:blank",
    ],
)
def test_nothing_else_is_a_file(subject: Subject, url: str) -> None:
    assert subject.picture(url) is None

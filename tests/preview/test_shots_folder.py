"""The folder of pictures is replaced whole, and only where nothing else lies in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from producthead_mail.errors import InputError, UsageError
from producthead_mail.preview.shot_folder import pictures_in, replaced


def listed(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_new_folder_takes_the_place_of_the_old(tmp_path: Path) -> None:
    out = tmp_path / "a" / "shots"
    with replaced(out) as folder:
        (folder / "gmail-light-375.png").touch()
        (folder / "changes").mkdir()
        assert not out.exists()
    with replaced(out) as folder:
        (folder / "gmail-light-600.png").touch()
        assert listed(out) == ["changes", "gmail-light-375.png"]

    assert listed(out) == ["gmail-light-600.png"]
    assert listed(out.parent) == ["shots"]
    assert out.stat().st_mode & 0o777 == 0o755


def test_the_old_folder_stays_where_something_fails(tmp_path: Path) -> None:
    out = tmp_path / "shots"
    with replaced(out) as folder:
        (folder / "index.html").touch()
    with pytest.raises(FileNotFoundError), replaced(out) as folder:
        (folder / "none" / "gmail-light-600.png").touch()

    assert listed(out) == ["index.html"]
    assert listed(tmp_path) == ["shots"]


@pytest.mark.parametrize("name", ["letter.txt", "holiday.png", ".git"])
def test_a_folder_with_other_things_in_it_is_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / "gmail-light-375.png").touch()
    (tmp_path / name).touch()

    with pytest.raises(UsageError, match=name), replaced(tmp_path):
        pass
    assert listed(tmp_path) == sorted(["gmail-light-375.png", name])


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    out = tmp_path / "shots"
    out.write_text("mine")

    with pytest.raises(UsageError, match="not a folder"), replaced(out):
        pass
    assert out.read_text() == "mine"


def test_a_link_stays_a_link_to_the_new_pictures(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    out = tmp_path / "shots"
    out.symlink_to(tmp_path / "there")
    with replaced(out) as folder:
        (folder / "index.html").touch()

    assert out.is_symlink()
    assert listed(out) == ["index.html"]


def test_a_baseline_is_pictures_of_ours_only(tmp_path: Path) -> None:
    for name in ("yahoo-light-375.png", "contact-sheet.png", "index.html", "apple-dark-600.png"):
        (tmp_path / name).touch()

    assert list(pictures_in(tmp_path)) == ["apple-dark-600.png", "yahoo-light-375.png"]


@pytest.mark.parametrize("name", ["", "none"])
def test_a_baseline_without_pictures_is_an_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="no pictures to compare with"):
        pictures_in(tmp_path / name)

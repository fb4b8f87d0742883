"""What changed between two sets of pictures: how many pixels, where, and marked so that one sees it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from producthead_mail.errors import InputError
from producthead_mail.preview.compare import Change, Comparison, compare

NAME = "original-light-375.png"
GREY, DARKER = (200, 200, 200), (175, 200, 200)


def saved(
    path: Path, size: tuple[int, int], *dots: tuple[int, int], colour: tuple[int, int, int] = GREY
) -> Path:
    path.parent.mkdir(exist_ok=True)
    picture = Image.new("RGB", size, "white")
    for dot in dots:
        picture.putpixel(dot, colour)
    picture.save(path)
    return path


def compared(tmp_path: Path, old: Path, new: Path) -> Comparison:
    return compare({NAME: old}, {NAME: new}, tmp_path / "changes")


def test_the_same_pixels_are_the_same_whatever_the_file(tmp_path: Path) -> None:
    old = saved(tmp_path / "old.png", (20, 10))
    new = tmp_path / "new.png"
    Image.open(old).save(new, compress_level=0)

    assert old.read_bytes() != new.read_bytes()
    assert compared(tmp_path, old, new) == Comparison(1, (), (), ())
    assert not (tmp_path / "changes").exists()


def test_changed_pixels_are_counted_and_framed(tmp_path: Path) -> None:
    old = saved(tmp_path / "old.png", (20, 10))
    new = saved(tmp_path / "new.png", (20, 10), (3, 2), (7, 5), colour=(0, 0, 0))

    assert compared(tmp_path, old, new).changed == (Change(NAME, 2, (3, 2, 8, 6), (20, 10), (20, 10)),)


@pytest.mark.parametrize(("level", "changed"), [(230, 0), (229, 1)])
def test_up_to_25_of_255_is_antialiasing(tmp_path: Path, level: int, changed: int) -> None:
    old = saved(tmp_path / "old.png", (20, 10))
    new = saved(tmp_path / "new.png", (20, 10), (3, 2), colour=(255, level, 255))

    assert len(compared(tmp_path, old, new).changed) == changed


def test_what_only_the_longer_picture_has_has_changed(tmp_path: Path) -> None:
    old = saved(tmp_path / "old.png", (20, 10))
    new = saved(tmp_path / "new.png", (20, 13))

    assert compared(tmp_path, old, new).changed == (Change(NAME, 60, (0, 10, 20, 13), (20, 10), (20, 13)),)


def test_the_marked_picture_shows_before_after_and_difference(tmp_path: Path) -> None:
    old = saved(tmp_path / "old.png", (40, 30))
    new = saved(tmp_path / "new.png", (40, 30), (20, 15), colour=(0, 0, 0))
    compared(tmp_path, old, new)

    marked = Image.open(tmp_path / "changes" / NAME).convert("RGB")
    assert marked.size == (3 * 40 + 2 * 16, 30)
    assert marked.getpixel((20, 15)) == (255, 255, 255)
    assert marked.getpixel((56 + 20, 15)) == (0, 0, 0)
    assert marked.getpixel((112 + 20, 15)) == (200, 0, 60)
    assert marked.getpixel((112 + 16, 11)) == (200, 0, 60)
    assert marked.getpixel((112 + 18, 13)) == (255, 255, 255)


def test_new_and_missing_pictures_are_named(tmp_path: Path) -> None:
    picture = saved(tmp_path / "one.png", (20, 10))
    found = compare(
        {"a.png": picture, "b.png": picture}, {"b.png": picture, "c.png": picture}, tmp_path / "changes"
    )

    assert found == Comparison(1, (), ("c.png",), ("a.png",))
    assert not found.is_same


def test_every_picture_that_cant_be_read_is_told(tmp_path: Path) -> None:
    good = saved(tmp_path / "good.png", (20, 10))
    cut = tmp_path / "cut.png"
    cut.write_bytes(good.read_bytes()[:45])
    text = tmp_path / "text.png"
    text.write_text("no picture")

    with pytest.raises(InputError) as caught:
        compare({"a.png": cut, "b.png": text}, {"a.png": good, "b.png": good}, tmp_path / "changes")
    assert [problem.path for problem in caught.value.problems] == [str(cut), str(text)]

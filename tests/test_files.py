"""One way to put a file or a folder in place."""

import errno
from pathlib import Path
from typing import BinaryIO

import pytest

from producthead_mail.files import alone_at, put, put_folder, put_with


def test_a_file_is_made_with_its_folders(tmp_path: Path) -> None:
    path = put(tmp_path / "a" / "b.txt", b"words")
    assert (path.read_bytes(), path.stat().st_mode & 0o7777) == (b"words", 0o644)


def test_a_file_that_was_there_keeps_its_rights(tmp_path: Path) -> None:
    path = tmp_path / "b.txt"
    path.write_bytes(b"old")
    path.chmod(0o600)
    put(path, b"new")
    assert (path.read_bytes(), path.stat().st_mode & 0o7777) == (b"new", 0o600)


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    put(tmp_path / "link", b"new")
    assert ((tmp_path / "link").is_symlink(), (tmp_path / "real").read_bytes()) == (True, b"new")


def test_a_link_to_itself_is_an_error_that_names_it(tmp_path: Path) -> None:
    path = tmp_path / "x.md"
    path.symlink_to("x.md")
    with pytest.raises(OSError, match=r"Too many levels of symbolic links: '.*x\.md'"):
        put(path, b"new")
    with pytest.raises(OSError, match=r"x\.md'"), alone_at(path):
        pass


def test_an_error_of_a_write_names_the_file(tmp_path: Path) -> None:
    def write(_: BinaryIO) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with pytest.raises(OSError, match=r"Input/output error: '.*b\.txt'"):
        put_with(tmp_path / "b.txt", write)
    assert list(tmp_path.iterdir()) == []


def test_an_error_at_a_draft_names_what_it_is_a_draft_of(tmp_path: Path) -> None:
    (tmp_path / "b.txt").mkdir()
    with pytest.raises(OSError, match="Is a directory") as caught:
        put(tmp_path / "b.txt", b"x")
    assert caught.value.filename == str(tmp_path / "b.txt")
    with pytest.raises(FileNotFoundError) as missing, put_folder(tmp_path / "out") as new:
        (new / "none" / "third").write_bytes(b"x")
    assert missing.value.filename == str(tmp_path / "out")


def test_a_folder_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    out = tmp_path / "above" / "out"
    for name in ("first", "second"):
        with put_folder(out) as new:
            (new / name).write_bytes(b"x")
    with pytest.raises(FileNotFoundError), put_folder(out) as new:
        (new / "none" / "third").write_bytes(b"x")
    with pytest.raises(FileNotFoundError), put_folder(out) as new:
        new.rmdir()

    assert [path.name for path in out.iterdir()] == ["second"]
    assert [path.name for path in out.parent.iterdir()] == ["out"]


def test_what_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError):
        put(tmp_path / "folder", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]

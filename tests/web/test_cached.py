"""What has not changed is not sent again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from producthead_mail.errors import OutsideError
from producthead_mail.web.cached import download_changed
from producthead_mail.web.download import Download
from tests.loopback import Site, loopback


@pytest.fixture
def site() -> Iterator[Site]:
    with loopback() as site:
        yield site


def fetch(url: str, folder: Path) -> Download:
    return download_changed(url, folder, allow_private=True)


def test_the_second_time_it_comes_from_the_folder(site: Site, tmp_path: Path) -> None:
    url = site.put("/feed", "é", kind="application/rss+xml; charset=utf-8", etag='"1"')
    first, second = fetch(url, tmp_path), fetch(url, tmp_path)
    assert (first.status, first.body) == (200, "é".encode())
    assert (second.status, second.body, second.url) == (304, "é".encode(), url)
    assert (second.kind, second.charset) == ("application/rss+xml", "utf-8")

    site.put("/feed", "new", etag='"2"')

    assert (fetch(url, tmp_path).status, fetch(url, tmp_path).body) == (200, b"new")


def test_a_mark_that_no_request_can_say_is_not_said(site: Site, tmp_path: Path) -> None:
    url = site.put("/feed", "words", etag='"\xe9"')
    assert [fetch(url, tmp_path).body for _ in range(2)] == [b"words"] * 2


def test_where_nothing_can_be_kept_it_is_asked_for_anew(site: Site, tmp_path: Path) -> None:
    url = site.put("/feed", "words", etag='"1"')
    (tmp_path / "file").write_bytes(b"")
    assert [fetch(url, tmp_path / "file" / "feeds").status for _ in range(2)] == [200, 200]


def test_a_server_that_gives_no_mark_is_asked_each_time(site: Site, tmp_path: Path) -> None:
    url = site.put("/feed", "words")
    assert [fetch(url, tmp_path).status for _ in range(2)] == [200, 200]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kept", [b"", b"[]", b"{}", b'{"headers": {"etag": "x"}, "body": "?"}', b"\xff"])
def test_what_is_kept_and_broken_is_asked_for_anew(site: Site, tmp_path: Path, kept: bytes) -> None:
    url = site.put("/feed", "words", etag='"1"')
    fetch(url, tmp_path)
    (file,) = tmp_path.iterdir()
    file.write_bytes(kept)
    assert (fetch(url, tmp_path).status, fetch(url, tmp_path).status) == (200, 304)


def test_what_is_kept_is_no_answer_where_there_is_none(site: Site, tmp_path: Path) -> None:
    url = site.put("/feed", "words", etag='"1"')
    fetch(url, tmp_path)
    site.pages.clear()
    with pytest.raises(OutsideError, match="answers 404"):
        fetch(url, tmp_path)

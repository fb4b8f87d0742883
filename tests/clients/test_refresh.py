"""A refresh makes the very table of the release from caniemail's data, and refuses what isn't that."""

from __future__ import annotations

import json
import os
import resource
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producthead_mail.clients import refresh as module
from producthead_mail.clients.caniemail import compact
from producthead_mail.clients.refresh import refresh
from producthead_mail.clients.removal import Mark
from producthead_mail.clients.support import PACKAGED, Cell
from producthead_mail.errors import InputError, OutsideError

REFERENCE = Path(os.environ.get("PRODUCTHEAD_REFERENCE_DATA", "")) / "caniemail" / "data.json"
FEATURE: dict[str, Any] = {
    "slug": "css-gap",
    "title": "gap",
    "category": "css",
    # A string in some features of caniemail, a list in others.
    "tags": "box",
    "last_test_date": "2022-2-8",
    "stats": {
        "outlook": {"macos": {"2019-10": "y", "16.80": "n #1  #12"}, "ios": {}},
        "gmail": {"android": {"2022-01": "u"}},
    },
    "notes_by_num": {"1": "A sentence."},
}


def document(**changes: Any) -> str:
    return json.dumps({"last_update_date": "2026-06-29T17:41:31+01:00", "data": [{**FEATURE, **changes}]})


@pytest.mark.skipif(not REFERENCE.is_file(), reason="PRODUCTHEAD_REFERENCE_DATA is not set")
def test_caniemails_data_gives_the_table_of_the_release_byte_for_byte(tmp_path: Path) -> None:
    refresh(str(REFERENCE), tmp_path / "support.json")

    assert (tmp_path / "support.json").read_bytes() == PACKAGED.read_bytes()


def test_the_last_key_counts_spaces_go_and_dates_are_iso(tmp_path: Path) -> None:
    source = tmp_path / "data.json"
    source.write_text(document())

    support = refresh(str(source), tmp_path / "state" / "support.json")

    assert support.cell("css-gap", "outlook.macos") == Cell(Mark.NO, (1, 12), "16.80", "2022-02-08")
    assert support.cell("css-gap", "gmail.android") == Cell(Mark.UNKNOWN, (), "2022-01", "2022-02-08")
    assert support.cell("css-gap", "outlook.ios") is None
    assert [path.name for path in (tmp_path / "state").iterdir()] == ["support.json"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("<html>", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "no list of features under `data`"),
        ('{"data": []}', "no list of features under `data`"),
        ('{"data": [1]}', "`last_update_date` is not a date"),
        (document(slug="CSS gap"), "feature 1: `slug` is 'CSS gap'"),
        (document(last_test_date=None), "feature 1: `last_test_date` is None"),
        (document(stats=None), "feature 1: no `stats`"),
        (document(stats={"gmail": {"ios": {"1": "maybe"}}}), "feature 1: gmail.ios '1' is marked 'maybe'"),
        (document(stats={"gmail": {"ios": {"1 @": "y"}}}), "feature 1: gmail.ios '1 @' is marked 'y'"),
        (document(stats={"gmail": ["ios"]}), "feature 1: gmail. has no versions"),
    ],
)
def test_other_data_is_refused_and_the_old_table_stays(text: str, fault: str, tmp_path: Path) -> None:
    source, out = tmp_path / "data.json", tmp_path / "support.json"
    source.write_text(text)
    out.write_text("old")

    with pytest.raises(InputError) as raised:
        refresh(str(source), out)

    assert fault in str(raised.value)
    assert out.read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 2


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["data", "slug", "stats", "gmail", "title"]), inner, max_size=4)
    ),
)


def test_a_table_that_can_not_be_written_leaves_no_half_of_it(tmp_path: Path) -> None:
    source, folder = tmp_path / "data.json", tmp_path / "state"
    source.write_text(document())
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        with pytest.raises(OSError, match="too large"):
            refresh(str(source), folder / "support.json")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(folder.iterdir()) == []


@given(JSON)
def test_no_json_at_all_is_a_traceback(value: Any) -> None:
    for text in (
        json.dumps(value),
        json.dumps({"data": value}),
        json.dumps({"data": [{**FEATURE, "stats": value}]}),
    ):
        try:
            compact(text, "data.json")
        except InputError:
            continue


class Site(BaseHTTPRequestHandler):
    """`/data.json`, a redirect to plain http elsewhere, and something endless."""

    def do_GET(self) -> None:
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", "http://newsletter.example.com/data.json")
            self.end_headers()
            return
        self.send_response(200 if self.path in {"/data.json", "/endless"} else 404)
        self.end_headers()
        if self.path == "/data.json":
            self.wfile.write(document().encode())
        if self.path == "/endless":
            self.wfile.write(b" " * 4_000)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_address_is_read(site: str, tmp_path: Path) -> None:
    assert refresh(f"{site}/data.json", tmp_path / "support.json").slugs == ("css-gap",)


def test_what_an_address_cannot_give(site: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "support.json"
    monkeypatch.setattr(module, "BYTES", 1_000)

    with pytest.raises(InputError, match="over 1,000 bytes"):
        refresh(f"{site}/endless", out)
    with pytest.raises(OutsideError, match="answered 404"):
        refresh(f"{site}/none", out)
    with pytest.raises(OutsideError, match="answered 302"):
        refresh(f"{site}/away", out)
    with pytest.raises(InputError, match=r"plain http to newsletter[.]example[.]com"):
        refresh("http://newsletter.example.com/data.json", out)
    with pytest.raises(InputError, match="not an http or https URL"):
        refresh("file:///etc/passwd", out)
    with pytest.raises(OutsideError, match="refused"):
        refresh("http://127.0.0.1:9/data.json", out)
    with pytest.raises(InputError, match="No such file"):
        refresh(str(tmp_path / "none.json"), out)
    assert not list(tmp_path.iterdir())

"""Pictures taken by a real Chromium: what they show, what they never fetch, and how they are compared."""

from __future__ import annotations

import io
import json
import os
import shutil
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from producthead_mail.clients.chromium import ON_PATH, chromium, quiet_page
from producthead_mail.errors import OutsideError, UsageError
from producthead_mail.preview.choice import Mode
from producthead_mail.preview.gallery import Gallery, make
from producthead_mail.preview.shots import Asked, Subject

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not any(map(shutil.which, ON_PATH)), reason="no Chromium"),
]

BASE = "https://newsletter.example.com"
RED, GREEN, BLUE = (255, 0, 0), (0, 128, 0), (0, 0, 255)
ONE = Asked(("original",), (Mode.LIGHT,), (375,))
NAME = "original-light-375.png"


@pytest.fixture
def subject(tmp_path: Path) -> Subject:
    (tmp_path / "content").mkdir()
    return Subject("slug", "Title", "digest", "", BASE, tmp_path / "content")


def page(body: str, style: str = "") -> str:
    head = f"<style>body {{ margin: 0 }} {style}</style>"
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>"


def pixel(path: Path, x: int, y: int) -> object:
    with Image.open(path) as picture:
        return picture.convert("RGB").getpixel((x, y))


def made(subject: Subject, body: str, out: Path, asked: Asked = ONE, baseline: Path | None = None) -> Gallery:
    return make(replace(subject, html=body), asked, out, baseline)


@contextmanager
def watched() -> Iterator[tuple[str, list[bytes]]]:
    """A server's address, and one entry for whoever came to it."""
    came: list[bytes] = []

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            came.append(b"came")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}", came
        server.shutdown()


def test_each_client_mode_and_width_has_its_picture(subject: Subject, tmp_path: Path) -> None:
    colours = (
        "div { background: red; height: 900px }"
        "@media (prefers-color-scheme: dark) { div { background: green } }"
        "@media (min-width: 500px) { div { height: 400px } }"
    )
    gallery = made(
        subject, page("<div></div>", colours), tmp_path / "out", Asked(("original", "gmail", "apple"))
    )

    assert [(one.shot.name, one.width, one.height) for one in gallery.taken] == [
        ("original-light-375.png", 375, 900),
        ("original-light-600.png", 600, 800),
        ("original-dark-375.png", 375, 900),
        ("original-dark-600.png", 600, 800),
        ("gmail-light-375.png", 375, 900),
        ("gmail-light-600.png", 600, 800),
        ("apple-light-375.png", 375, 900),
        ("apple-light-600.png", 600, 800),
        ("apple-dark-375.png", 375, 900),
        ("apple-dark-600.png", 600, 800),
    ]
    assert {
        name: pixel(gallery.folder / f"{name}-375.png", 5, 5) for name in ("original-light", "apple-dark")
    } == {
        "original-light": RED,
        "apple-dark": GREEN,
    }
    assert pixel(gallery.folder / "gmail-light-375.png", 5, 890) == RED


def test_forced_dark_turns_the_colours(subject: Subject, tmp_path: Path) -> None:
    body = page('<div style="background-color:#ffffff;height:90px"></div>')
    gallery = made(subject, body, tmp_path / "out", Asked(("outlook",), (Mode.FORCED,), (600,)))

    assert pixel(gallery.folder / "outlook-forced-600.png", 5, 5) == (0x33, 0x33, 0x33)


def test_nothing_is_fetched_and_only_the_projects_own_pictures_show(subject: Subject, tmp_path: Path) -> None:
    Image.new("RGB", (50, 50), BLUE).save(subject.content / "own.png")
    with watched() as (url, came):
        body = page(
            f'<img src="{BASE}/own.png?v=1" width="50" height="50"><img src="{url}/a.png">'
            f'<div style="background:url({url}/b.png)">x</div><iframe src="{url}/c"></iframe>'
            f'<script src="{url}/d.js"></script><script>fetch("{url}/e"); document.body.remove()</script>'
            f'<video src="{url}/f.mp4" autoplay></video><object data="{url}/g"></object>'
            f'<link rel="preconnect" href="{url}"><link rel="stylesheet" href="{url}/h.css">'
            f'<link rel="prefetch" href="{url}/i">',
            f"@import '{url}/j.css'; @font-face {{ font-family: F; src: url({url}/k.woff2) }}"
            "div { font-family: F }",
        )
        gallery = made(subject, body, tmp_path / "out")

    assert came == []
    assert gallery.not_fetched >= 5
    assert gallery.facts.endswith(f", {gallery.not_fetched} files not fetched")
    assert pixel(gallery.folder / NAME, 25, 25) == BLUE


def test_a_message_may_not_read_files(subject: Subject, tmp_path: Path) -> None:
    Image.new("RGB", (50, 50), BLUE).save(tmp_path / "secret.png")
    source = (tmp_path / "secret.png").as_uri()
    gallery = made(subject, page(f'<img src="{source}" width="50" height="50">'), tmp_path / "out")

    assert pixel(gallery.folder / NAME, 25, 40) == (255, 255, 255)


def test_two_runs_draw_the_same_bytes(subject: Subject, tmp_path: Path) -> None:
    frames = [Image.new("RGB", (50, 50), colour) for colour in (RED, GREEN, BLUE)]
    frames[0].save(
        subject.content / "moving.gif", save_all=True, append_images=frames[1:], duration=20, loop=0
    )
    style = "p { animation: fade 50ms infinite alternate } @keyframes fade { to { opacity: 0 } }"
    body = page(f'<img src="{BASE}/moving.gif"><p>Words</p><input autofocus>', style)
    one, other = (made(subject, body, tmp_path / name) for name in ("one", "other"))

    assert pixel(one.folder / NAME, 25, 25) == RED
    assert (one.folder / NAME).read_bytes() == (other.folder / NAME).read_bytes()


def test_a_message_wider_than_the_window_is_pictured_whole(subject: Subject, tmp_path: Path) -> None:
    gallery = made(subject, page('<div style="width:640px;height:20px"></div>'), tmp_path / "out")

    assert [(one.width, one.height) for one in gallery.taken] == [(640, 800)]
    assert "needs 640" in (gallery.folder / "index.html").read_text(encoding="utf-8")


def test_the_sheet_shows_every_picture_with_its_badge(subject: Subject, tmp_path: Path) -> None:
    body = page(
        '<table width="300" height="900" bgcolor="#ff0000" cellspacing="0"><tr><td></td></tr></table>'
    )
    hostile = replace(subject, title="<script>alert(1)</script>")
    gallery = made(hostile, body, tmp_path / "out", Asked(("original", "outlook"), (Mode.LIGHT,), (375,)))
    with chromium() as browser:
        opened = browser.new_page()
        opened.goto((gallery.folder / "index.html").as_uri())
        pictures = opened.evaluate("[...document.images].map(one => [one.alt, one.naturalWidth, one.width])")
        badges = opened.locator(".badge").all_inner_texts()
        title = opened.locator("h1").inner_text()

    assert pictures == [["Original, light, 375 px", 375, 112], ["Outlook, Windows, light, 375 px", 375, 112]]
    assert badges == ["as compiled", "approximated"]
    assert title == "<script>alert(1)</script>"
    with Image.open(gallery.folder / "contact-sheet.png") as sheet:
        reds = [count for count, colour in sheet.convert("RGB").getcolors(1_000_000) if colour == RED]
    assert reds[0] > 2 * 88 * 250


def test_a_change_is_told_marked_and_listed(subject: Subject, tmp_path: Path) -> None:
    before = made(subject, page('<div style="height:40px"></div>'), tmp_path / "before")
    body = page('<div style="height:40px"><div style="width:30px;height:10px;background:red"></div></div>')
    after = made(subject, body, tmp_path / "after", baseline=before.folder)

    assert after.changes == ((f"{NAME}: 300 pixels changed, from 0, 0 to 30, 10", f"changes/{NAME}"),)
    assert (after.folder / "changes" / NAME).is_file()
    listed = (after.folder / "index.html").read_text(encoding="utf-8")
    assert listed.count(f'href="changes/{NAME}"') == 2
    assert "Not as in the baseline: 1 of 1 picture<" in listed
    assert json.loads((after.folder / "shots.json").read_text(encoding="utf-8"))["comparison"] == {
        "tolerance": 25,
        "same": 0,
        "changed": [
            {
                "file": NAME,
                "pixels": 300,
                "box": [0, 0, 30, 10],
                "old": [375, 800],
                "new": [375, 800],
                "marked": f"changes/{NAME}",
            }
        ],
        "new": [],
        "missing": [],
    }


def test_new_and_missing_pictures_are_those_that_were_asked_for(subject: Subject, tmp_path: Path) -> None:
    body = page("<p>Words</p>")
    before = made(subject, body, tmp_path / "before", Asked(("original",), (), (375,)))
    (before.folder / "gone-light-375.png").write_bytes((before.folder / NAME).read_bytes())
    narrowed = made(subject, body, tmp_path / "narrowed", ONE, before.folder)
    wider = made(
        subject, body, tmp_path / "wider", Asked(("original", "gmail"), (Mode.LIGHT,), (375,)), before.folder
    )

    assert narrowed.comparison
    assert narrowed.comparison.is_same
    assert wider.comparison
    assert (wider.comparison.new, wider.comparison.missing) == (("gmail-light-375.png",), ())


def test_the_baseline_is_never_what_is_replaced(subject: Subject, tmp_path: Path) -> None:
    out = made(subject, page("<p>Words</p>"), tmp_path / "out").folder
    with pytest.raises(UsageError, match="would be replaced"):
        made(subject, page("<p>Other</p>"), out, baseline=tmp_path / "content" / ".." / "out")


def test_a_page_takes_only_the_files_it_is_given(tmp_path: Path) -> None:
    Image.new("RGB", (5, 5), BLUE).save(tmp_path / "blue.png")
    refused: set[str] = set()
    with (
        chromium() as browser,
        quiet_page(
            browser, lambda url: tmp_path / "blue.png" if url.endswith("/blue") else None, refused
        ) as tab,
    ):
        tab.set_content(page("<img src='https://a.example/blue'><img src='https://a.example/green'>"))
        shot = Image.open(io.BytesIO(tab.screenshot())).convert("RGB")

    assert shot.getpixel((2, 14)) == BLUE
    assert refused == {"https://a.example/green"}


def test_a_sandbox_that_cant_be_had_is_told_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    """As root Chromium refuses its sandbox, as it does for others where user namespaces are forbidden."""
    if os.geteuid() != 0:
        pytest.skip("the sandbox may be allowed here")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    with pytest.raises(OutsideError, match="can't use its sandbox here; allow user namespaces"), chromium():
        pass

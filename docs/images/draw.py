"""Draws the pictures of this folder from what the program makes now: `make pictures`. Needs Chromium."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from producthead_mail.clients.chromium import ON_PATH

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
EDITION = "2024-02-12-in-search-of-deeper-alignment"


def producthead(project: Path, *words: str) -> None:
    """Runs a command in a project."""
    subprocess.run(
        [sys.executable, "-m", "producthead_mail", *words], cwd=project, check=True, capture_output=True
    )


def draw(project: Path, page: Page) -> None:
    """Every picture, into this folder."""
    sheet(project)
    mail(project, page)
    studio(project, page)
    archive(project, page)


def sheet(project: Path) -> None:
    """shots.png: every client, light and dark."""
    out = project / "build" / "sheet"
    producthead(project, "shots", EDITION, "--width", "600", "--out", str(out))
    with Image.open(out / "contact-sheet.png") as image:
        small = image.resize((2000, round(image.height * 2000 / image.width)), Image.Resampling.LANCZOS)
        small.convert("RGB").quantize(256, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(
            HERE / "shots.png", optimize=True
        )


def mail(project: Path, page: Page) -> None:
    """edition.png: the message on a desktop, on a phone in the dark, and as Outlook shows it."""
    out = project / "build" / "mail"
    clients = [word for client in ("original", "apple", "outlook") for word in ("--client", client)]
    producthead(project, "shots", EDITION, *clients, "--width", "375", "--width", "700", "--out", str(out))
    shown = [("original-light-700", 560), ("apple-dark-375", 300), ("outlook-forced-700", 560)]
    frames = "".join(
        f'<div style="width:{width}px"><img src="{out}/{name}.png"></div>' for name, width in shown
    )
    beside(page, out / "frames.html", frames, width=1476, height=608)
    page.screenshot(path=HERE / "edition.png")


def studio(project: Path, page: Page) -> None:
    """studio.png: Outlook in the dark, with one reason open."""
    with running(project, "preview", EDITION, "--no-open", "--port", "0") as address:
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(f"{address}?client=outlook&mode=forced&width=600")
        page.locator("details summary").filter(has_text="display").first.click()
        page.wait_for_timeout(1000)  # the message's frame has no event of having been drawn
        page.screenshot(path=HERE / "studio.png")


def archive(project: Path, page: Page) -> None:
    """archive.png: pages of the archive on desktop and phone, light and dark."""
    producthead(project, "approve", EDITION, "--untested", "a picture")
    with running(project, "archive", "serve", "--no-open", "--port", "0") as address:
        page.goto(address)
        edition = page.locator(f'a[href*="{EDITION}"]').first.evaluate("one => one.href")
        views = [
            (edition, 900, "light", 0),
            (edition, 390, "dark", 0),
            (address, 390, "light", 0),
            (edition, 900, "dark", 2600),
        ]
        frames = ""
        for number, (where, width, colours, top) in enumerate(views):
            page.emulate_media(color_scheme=colours)
            page.set_viewport_size({"width": width, "height": 1000})
            page.goto(where)
            page.evaluate(f"scrollTo(0, {top})")
            shot = project / "build" / f"archive-{number}.png"
            page.screenshot(path=shot)
            frames += f'<div style="width:{round(width * 0.58)}px"><img src="{shot}"></div>'
    page.emulate_media(color_scheme="light")
    beside(page, project / "build" / "archive.html", frames, width=790, height=1202)
    page.screenshot(path=HERE / "archive.png")


def beside(page: Page, file: Path, frames: str, *, width: int, height: int) -> None:
    """Shows pictures side by side, each cut off where its row ends."""
    style = (
        "body{margin:0;padding:14px;display:flex;flex-wrap:wrap;gap:14px;background:#8b8478;box-sizing:border-box}"
        "div{height:580px;overflow:hidden}img{width:100%;display:block}"
    )
    file.write_text(f"<!doctype html><style>{style}</style>{frames}")
    page.set_viewport_size({"width": width, "height": height})
    page.goto(file.as_uri())


@contextmanager
def running(project: Path, *words: str) -> Iterator[str]:
    """The address of a server of the program's."""
    command = [sys.executable, "-m", "producthead_mail", *words]
    process = subprocess.Popen(
        command, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout
    try:
        for line in process.stdout:
            if found := re.search(r"http://127\.0\.0\.1:\d+/\S*", line):
                yield found[0]
                return
        raise SystemExit(f"{' '.join(words)}: said no address")
    finally:
        process.terminate()
        process.wait()


def main() -> None:
    """A copy of the project, a browser, and the pictures."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        project = Path(folder)
        for name in ("content", "layouts"):
            shutil.copytree(ROOT / name, project / name)
        browser = playwright.chromium.launch(
            executable_path=next(filter(None, map(shutil.which, ON_PATH)), None)
        )
        draw(project, browser.new_page())
        browser.close()


if __name__ == "__main__":
    main()

"""How long a save takes until the open page of the studio shows it, in Chromium; Maizzle's beside it."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import maizzle
from playwright.sync_api import Page, sync_playwright

from producthead_mail.config import Project, find_project
from producthead_mail.content.library import edition_paths
from producthead_mail.content.loader import load_edition, load_publication
from producthead_mail.rendering.layout import load_layout
from producthead_mail.rendering.pipeline import render

SAVES = 20
WARM_UP = 2
# Two frames after the words stand in the visible document they have been painted.
SEEN = """words => new Promise(seen => {
  const look = () => {
    const shown = [...document.querySelectorAll("iframe:not(.coming)")];
    if (!shown.some(one => one.contentDocument?.documentElement?.outerHTML.includes(words)))
      return requestAnimationFrame(look);
    requestAnimationFrame(() => setTimeout(() => seen(performance.timeOrigin + performance.now())));
  };
  look();
})"""


def main() -> None:
    """Print median, p95 and slowest, in milliseconds, for a saved edition and a saved shared partial."""
    with tempfile.TemporaryDirectory() as folder:
        project = Project(Path(folder))
        for name in ("content", "layouts"):
            shutil.copytree(find_project(Path(__file__).parent).root / name, project.root / name)
        with _page() as page:
            if page is None:
                print("no Chromium: the studio is not measured")
                return
            _measure_studio(page, project)
            _measure_maizzle(page, project)


@contextmanager
def _page() -> Iterator[Page | None]:
    names = ("chromium", "chromium-browser", "google-chrome")
    chromium = next(filter(None, map(shutil.which, names)), None)
    if chromium is None:
        yield None
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield browser.new_page()
        browser.close()


def _measure_studio(page: Page, project: Project) -> None:
    own = [sys.executable, "-m", "producthead_mail", "--project", str(project.root)]
    command = [*own, "preview", "--no-open", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as studio:
        try:
            page.goto(studio.stderr.readline().split()[2] if studio.stderr else "")
            page.wait_for_timeout(1000)
            newest, sheet = edition_paths(project)[-1], project.layouts / "shared/type.mjml.j2"
            _report("the edition", _times(page, newest, "\n\n## ", "\n\n## {}: "))
            _report("a shared partial", _times(page, sheet, ".tag {{", ".tag {{ --seen: {};"))
        finally:
            page.goto("about:blank")
            studio.terminate()


def _measure_maizzle(page: Page, project: Project) -> None:
    publication = load_publication(project)
    edition = load_edition(edition_paths(project)[-1], publication, project)
    html = render(edition, publication, load_layout(project, edition.layout)).html
    try:
        with maizzle.served(html) as (url, template):
            page.goto(url)
            page.wait_for_timeout(5000)
            _report(f"a template in {maizzle.PACKAGE}", _times(page, template, maizzle.PLACE, "{}"))
    except RuntimeError as error:
        print(f"Maizzle is not measured: {error}")


def _times(page: Page, path: Path, old: str, new: str) -> list[float]:
    old, source, times = old.format(), path.read_text(encoding="utf-8"), []
    for number in range(WARM_UP + SAVES):
        words = f"save{number}x"
        page.evaluate(f"words => {{ window.seen = ({SEEN})(words); }}", words)
        start = time.time() * 1000
        path.write_text(source.replace(old, new.format(words), 1), encoding="utf-8")
        times.append(page.evaluate("window.seen") - start)
        page.wait_for_timeout(200)
    path.write_text(source, encoding="utf-8")
    page.wait_for_timeout(400)
    return times[WARM_UP:]


def _report(what: str, times: list[float]) -> None:
    median, p95 = statistics.median(times), statistics.quantiles(times, n=20)[-1]
    print(f"save of {what} to visible: median {median:.0f}, p95 {p95:.0f}, slowest {max(times):.0f} ms")


if __name__ == "__main__":
    main()

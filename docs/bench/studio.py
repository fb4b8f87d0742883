"""How long a save takes until the open page of the studio shows it, in Chromium."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from producthead_mail.config import Project, find_project
from producthead_mail.content.library import edition_paths

SAVES = 20
WARM_UP = 2
# Two frames after the words stand in the visible document they have been painted.
SEEN = """words => new Promise(seen => {
  const look = () => {
    const page = document.querySelector("#device iframe:not(.coming)")?.contentDocument;
    if (!page?.documentElement?.outerHTML.includes(words)) return requestAnimationFrame(look);
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
        with subprocess.Popen(_command(project), stderr=subprocess.PIPE, text=True) as studio:
            try:
                _measure(project, studio.stderr.readline().split()[2] if studio.stderr else "")
            finally:
                studio.terminate()


def _command(project: Project) -> list[str]:
    own = [sys.executable, "-m", "producthead_mail", "--project", str(project.root)]
    return [*own, "preview", "--no-open", "--port", "0"]


def _measure(project: Project, url: str) -> None:
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        print("no Chromium: the studio is not measured")
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.goto(url)
        page.wait_for_timeout(1000)
        newest, sheet = edition_paths(project)[-1], project.layouts / "shared/type.mjml.j2"
        _report("edition", _times(page, newest, "\n\n## ", "\n\n## {}: "))
        _report("shared partial", _times(page, sheet, ".tag {{", ".tag {{ --seen: {};"))
        browser.close()


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
    print(f"save of the {what} to visible: median {median:.0f}, p95 {p95:.0f}, slowest {max(times):.0f} ms")


if __name__ == "__main__":
    main()

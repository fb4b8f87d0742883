"""How many pixels of our HTML differ from official MJML's, on every edition and layout: none should.

Needs Node, npm, Chromium and the extra `dev`.
"""

from __future__ import annotations

import io
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from official import ROOT, Official
from PIL import Image, ImageChops
from playwright.sync_api import Page, Route, sync_playwright

from producthead_mail.config import Project
from producthead_mail.content.library import edition_paths
from producthead_mail.content.loader import load_edition, load_publication
from producthead_mail.rendering.layout import load_layout
from producthead_mail.rendering.pipeline import mjml_source, render
from producthead_mail.rendering.slots import fill, placeholder_fields

WIDTHS = (375, 700)
SCHEMES = ("light", "dark")


def pages() -> Iterator[tuple[str, str, str]]:
    """(name, our HTML, MJML source) of every edition."""
    project = Project(ROOT)
    publication = load_publication(project)
    for path in (*edition_paths(project), ROOT / "tests" / "layouts" / "announcement.md"):
        edition = load_edition(path, publication, project)
        layout = load_layout(project, edition.layout)
        message = render(edition, publication, layout)
        html = fill(message, placeholder_fields(message)).html
        yield path.stem, html, mjml_source(edition, publication, layout)


def picture(colour: str = "#88aacc") -> bytes:
    """A picture for every address: the network stays out."""
    data = io.BytesIO()
    Image.new("RGB", (560, 840), colour).save(data, "PNG")
    return data.getvalue()


def shot(page: Page, html: str, width: int, scheme: str) -> Image.Image:
    """The whole page as Chromium draws it."""
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    page.set_content(html, wait_until="load")
    return Image.open(io.BytesIO(page.screenshot(full_page=True, animations="disabled"))).convert("RGB")


def differing(one: Image.Image, other: Image.Image) -> int:
    """The number of pixels that are not the same; all of them where the sizes differ."""
    if one.size != other.size:
        return max(one.width * one.height, other.width * other.height)
    red, green, blue = ImageChops.difference(one, other).split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return one.width * one.height - most.histogram()[0]


def serve(route: Route) -> None:
    """Answer a request without the network."""
    if route.request.resource_type == "image":
        route.fulfill(body=picture(), content_type="image/png")
    else:
        route.abort()


def main() -> None:
    """Print the differences; exit 1 where there are any."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None or not shutil.which("node"):
        print("pixels: needs Chromium and Node")
        return
    total = 0
    with Official() as official, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(java_script_enabled=False)
        page.route("**/*", serve)
        for name, ours, source in pages():
            theirs, _ = official.compile(source)
            for width in WIDTHS:
                for scheme in SCHEMES:
                    images = [shot(page, html, width, scheme) for html in (ours, theirs)]
                    count = differing(*images)
                    total += count
                    size = f"{images[0].width} x {images[0].height}"
                    print(f"{name} {scheme} {width} px: {count} of {size} pixels differ")
                    if count:
                        keep(images, f"{name}-{scheme}-{width}")
        browser.close()
    sys.exit(1 if total else 0)


def keep(images: list[Image.Image], name: str) -> None:
    """Put both pictures into build/bench/pixels to look at."""
    folder = ROOT / "build" / "bench" / "pixels"
    folder.mkdir(parents=True, exist_ok=True)
    for image, side in zip(images, ("ours", "official"), strict=True):
        image.save(Path(folder) / f"{name}-{side}.png")


if __name__ == "__main__":
    main()

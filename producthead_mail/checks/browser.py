"""What a real Chromium measures of the mail: axe-core's findings, and the size of links on a phone.

The mail's own scripts don't run, and nothing is loaded from the network: the project's pictures come from
its folder.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from producthead_mail.checks import limits
from producthead_mail.clients.chromium import chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route, ViewportSize

ADDRESS = "http://mail.invalid/"
POLICY = "default-src 'none'; img-src *; style-src 'unsafe-inline'"
PAGE_RULES = ("region", "landmark-one-main", "page-has-heading-one", "bypass")
"""What axe asks of a web page and no mail can give: its reader has the landmarks."""
OPTIONS = {"resultTypes": ["violations"], "rules": {rule: {"enabled": False} for rule in PAGE_RULES}}
TARGETS = """() => {
  const inline = (node) => getComputedStyle(node).display === "inline";
  const words = (node) => node.textContent.replace(/[\\s\\u00a0]+/g, "");
  return [...document.querySelectorAll("a[href]")].map((link) => {
    const images = [...link.querySelectorAll("img")];
    const rects = [...link.getClientRects(), ...images.map((one) => one.getBoundingClientRect())]
      .filter((rect) => rect.width && rect.height);
    if (!rects.length) return null;
    let block = link.parentElement;
    while (block !== document.body && inline(block)) block = block.parentElement;
    const others = [...block.querySelectorAll("a")].reduce((sum, one) => sum + words(one).length, 0);
    const edge = (least, name) => least(...rects.map((rect) => rect[name]));
    return {
      words: link.innerText.trim() || images.map((one) => one.alt).join(" "),
      box: !inline(link) || images.length > 0,
      within: words(block).length > others,
      left: edge(Math.min, "left"), right: edge(Math.max, "right"),
      top: edge(Math.min, "top"), bottom: edge(Math.max, "bottom"),
    };
  }).filter((one) => one);
}"""


@dataclass(frozen=True, slots=True)
class Target:
    """A link as it lies on a phone's screen, in CSS pixels."""

    words: str
    box: bool
    """It is a box of its own, or a picture."""
    within: bool
    """It stands within a sentence."""
    left: float
    right: float
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule of axe-core with the places that break it."""

    rule: str
    impact: str
    help: str
    places: tuple[str, ...]
    """Markup of each element."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What the browser says."""

    targets: tuple[Target, ...]
    violations: tuple[Violation, ...] | None
    """None where axe-core isn't installed."""


def measure(html: str, pictures: Mapping[str, Path]) -> Measured:
    """What Chromium says of the HTML in light, on a phone.

    InputError where there is none, OutsideError where it fails.
    """
    with chromium() as browser:
        return _measured(browser, html, pictures)


def _measured(browser: Browser, html: str, pictures: Mapping[str, Path]) -> Measured:
    size: ViewportSize = {"width": limits.PHONE_WIDTH, "height": 812}
    page = browser.new_page(viewport=size, color_scheme="light")
    page.route("**/*", lambda route: _serve(route, html, pictures))
    page.goto(ADDRESS, wait_until="load")
    targets = tuple(Target(**one) for one in page.evaluate(TARGETS))
    script = _axe()
    if script is None:
        return Measured(targets, None)
    page.evaluate(script)
    found = page.evaluate("options => axe.run(options)", OPTIONS)["violations"]
    return Measured(targets, tuple(map(_violation, found)))


def _serve(route: Route, html: str, pictures: Mapping[str, Path]) -> None:
    url = route.request.url
    if url == ADDRESS:
        route.fulfill(
            body=html,
            content_type="text/html; charset=utf-8",
            headers={"Content-Security-Policy": POLICY},
        )
    elif url in pictures and pictures[url].is_file():
        route.fulfill(path=pictures[url])
    else:
        route.abort()


def _axe() -> str | None:
    try:
        from axe_playwright_python.base import AXE_SCRIPT
    except ImportError:
        return None
    return str(AXE_SCRIPT)


def _violation(found: dict[str, Any]) -> Violation:
    places = tuple(str(node["html"]) for node in found["nodes"])
    return Violation(str(found["id"]), str(found["impact"] or "minor"), str(found["help"]), places)

"""The studio reads well: AA contrast in light and dark, and nothing out of reach on a small screen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import CHROMIUM, QUIET, open_edition, watched
from playwright.sync_api import Browser, Page, expect, sync_playwright
from running_studio import NEWS, SEED, Running

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")]
LIGHT, DARK = "1", "0"
VIEWS = (
    "?client=outlook&mode=forced&width=600",
    "?client=gmail-app",
    "?tab=differences",
    "?tab=source&at=layouts%2Fshared%2Fdark.mjml.j2%3A9",
    "?tab=headers",
    "?tab=request&reader=emoji",
    "?tab=text",
)

FAINT = """() => {
  const parts = (colour) => {
    const found = colour.match(/[\\d.]+/g).map(Number);
    return [found[0], found[1], found[2], found[3] ?? 1];
  };
  const over = (top, under) => [0, 1, 2].map((at) => top[at] * top[3] + under[at] * (1 - top[3]));
  const light = (colour) => {
    const [r, g, b] = colour.map((one) => one / 255)
      .map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    const grounds = [];
    for (let at = element; at; at = at.parentElement) {
      grounds.push(parts(getComputedStyle(at).backgroundColor));
      if (at.tagName === "DIALOG") break;
    }
    return grounds.reduceRight((under, one) => over(one, under), [255, 255, 255]);
  };
  const solid = (element) => {
    let rest = 1;
    for (let at = element; at; at = at.parentElement) rest *= Number(getComputedStyle(at).opacity);
    return rest;
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const faint = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    const words = node.data.trim();
    if (!words || !element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    const style = getComputedStyle(element), under = ground(element);
    const [r, g, b, alpha] = parts(style.color);
    const colour = over([r, g, b, alpha * solid(element)], under);
    const [high, low] = [light(colour), light(under)].sort((one, other) => other - one);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const ratio = (high + 0.05) / (low + 0.05);
    if (ratio < (large ? 3 : 4.5)) faint.push(`${ratio.toFixed(2)} ${style.color} ${words}`);
  }
  return faint;
}"""

OUTSIDE = """() => [...document.querySelectorAll("button, select, input, a, summary, [tabindex='0']")]
  .filter((one) => one.checkVisibility() && !one.closest("dialog, .editions ul, .file"))
  .filter((one) => {
    const box = (one.matches(".choice input") ? one.parentElement : one).getBoundingClientRect();
    return box.left < 0 || box.right > innerWidth + 1;
  }).map((one) => one.id || one.name || one.textContent.trim())"""

SMALL = """() => [...document.querySelectorAll("button:not(.place), select, .choice label, summary")]
  .filter((one) => one.checkVisibility())
  .map((one) => [one.textContent.trim().slice(0, 20), one.getBoundingClientRect()])
  .filter(([, box]) => box.height < 36 || box.width < 36)
  .map(([name, box]) => `${name} ${box.width} x ${box.height}`)"""


@pytest.fixture(scope="module", params=[LIGHT, DARK], ids=["light", "dark"])
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        scheme = f"--blink-settings=preferredColorScheme={request.param}"
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, scheme])
        yield opened
        opened.close()


def show_everything(page: Page, query: str = "") -> None:
    open_edition(page, SEED, query)
    expect(page.locator("#checking")).to_have_count(0)
    page.evaluate("() => document.querySelectorAll('details').forEach((one) => (one.open = true))")
    page.wait_for_timeout(200)


def test_all_text_has_the_contrast_of_aa(page: Page) -> None:
    faint = {}
    for query in VIEWS:
        show_everything(page, query)
        faint[query] = page.evaluate(FAINT)
    assert [*faint.values()] == [[]] * len(VIEWS)


def test_axe_finds_nothing(page: Page) -> None:
    found = {}
    for query in ("?client=outlook", "?tab=differences", "?tab=source", "?tab=request"):
        show_everything(page, query)
        violations = Axe().run(page, options={"iframes": False}).response["violations"]
        found[query] = [(one["id"], [node["html"] for node in one["nodes"]]) for one in violations]
    assert [*found.values()] == [[], [], [], []]


def test_so_it_has_in_dialogs_and_on_faults(page: Page, studio: Running) -> None:
    studio.replace(NEWS, "preheader: Every", "preheader: Short #")
    open_edition(page, NEWS)
    page.keyboard.press("?")
    assert page.evaluate(FAINT) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Test send…").click()
    page.get_by_role("button", name="Send test").click()
    expect(page.locator("#test-said")).to_contain_text("outbox")
    assert page.evaluate(FAINT) == []
    page.keyboard.press("Escape")
    studio.replace(NEWS, "layout: announcement", "layuot: announcement")
    expect(page.get_by_role("alert")).to_contain_text("did you mean")
    assert page.evaluate(FAINT) == []


@pytest.mark.parametrize(
    ("width", "height"), [(1280, 800), (1440, 900), (1024, 768), (768, 1024), (390, 844)]
)
def test_every_control_is_within_the_screen(
    browser: Browser, studio: Running, width: int, height: int
) -> None:
    with watched(browser, studio.url, width, height) as page:
        show_everything(page, "?client=outlook")
        assert page.evaluate(OUTSIDE) == []
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
        frame = page.locator("#device iframe").bounding_box()
        assert frame is not None
        assert frame["height"] > 300


def test_fingers_find_the_controls_of_a_tablet(browser: Browser, studio: Running) -> None:
    with browser.new_context(
        base_url=studio.url, viewport={"width": 768, "height": 1024}, has_touch=True, color_scheme="null"
    ) as context:
        page = context.new_page()
        show_everything(page, "?client=outlook")
        assert page.evaluate(SMALL) == []
        page.locator("#modes label", has_text="Forced").tap()
        page.wait_for_url("**mode=forced**")
        page.get_by_role("tab", name="HTML").tap()
        expect(page.locator("#html")).to_contain_text("<!doctype html>", ignore_case=True)

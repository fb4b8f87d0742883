"""A page with its rules inlined looks to Chromium as it does with the rules in its head."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, sync_playwright

from producthead_mail.rendering.inline_styles import inline_styles
from producthead_mail.rendering.style_rules import read_rules

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium"),
]

SELECTORS = ["p", "div", "b", ".a", ".b", ".c", "#i", "#j", "*", "[title]", '[title="x.y"]', "p.a", ".a.b"]
SELECTORS += ["div .a", "div > p", ".a > b", "p + p", ".b ~ .a", "p:first-child", ".a:last-child", "P"]
SELECTORS += ["b:nth-child(2)", '[class*="a"]', "div p b", ".a .b", '[title^="x:"]']
DECLARATIONS = ["color: red", "color: blue", "color: rgb(1 2 3 / 50%)", "color: nonsense", "margin: 1px 2px"]
DECLARATIONS += ["margin-top: 7px", "padding: 3px", "padding-left: 9px", "padding: 0", "letter-spacing: 1px"]
DECLARATIONS += ["font: italic 12px/2 serif", "font-size: 20px", "line-height: 3", "border: 1px solid red"]
DECLARATIONS += ["border-left-color: green", "background: #eee", "background-color: #abc", "WIDTH: 30px"]
DECLARATIONS += ["width: 10px", "border-color: #123456", "text-indent: 5px"]
# Sizes that follow from others differ where the tree does not.
LOOK = """() => [...document.body.querySelectorAll("*")].map(element => {
  const style = getComputedStyle(element);
  return element.tagName + [...style].map(name => name + ":" + style.getPropertyValue(name)).join(";");
})"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser.new_page()
        browser.close()


def rule(choose: random.Random) -> str:
    words = [choose.choice(DECLARATIONS) for _ in range(choose.randint(1, 4))]
    marked = [word + " !important" * (choose.random() < 0.2) for word in words]
    return f"{', '.join(choose.sample(SELECTORS, choose.randint(1, 2)))} {{ {'; '.join(marked)} }}"


def element(choose: random.Random, depth: int = 0) -> str:
    tag = choose.choice(["p", "div", "b"]) if depth else "div"
    given = [f'class="{choose.choice(["a", "b", "c", "a b", "b c", "a c"])}"'] * (choose.random() < 0.7)
    given += [f'id="{choose.choice("ij")}"'] * (choose.random() < 0.2)
    given += [f'title="{choose.choice(["x.y", "x:1"])}"'] * (choose.random() < 0.3)
    given += [f'style="{choose.choice(DECLARATIONS)}; {choose.choice(DECLARATIONS)}"'] * (
        choose.random() < 0.3
    )
    count = choose.randint(0, 3) if depth < 4 else 0
    if tag == "div":
        inner = "".join(element(choose, depth + 1) for _ in range(count))
    else:
        inner = "".join(f'<b class="{choose.choice("abc")}">x</b>' for _ in range(count))
    return f"<{' '.join([tag, *given])}>x{inner}</{tag}>"


@pytest.mark.parametrize("seed", range(12))
def test_the_look_is_the_same(page: Page, seed: int) -> None:
    choose = random.Random(seed)
    for _ in range(4):
        rules = "\n".join(rule(choose) for _ in range(choose.randint(1, 9)))
        html = "".join(element(choose) for _ in range(3))
        assert read_rules(rules).faults == ()
        source = f"<!DOCTYPE html><html><head></head><body>{html}</body></html>"
        page.set_content(source.replace("</head>", f"<style>{rules}</style></head>"))
        expected = page.evaluate(LOOK)
        page.set_content(inline_styles(source, rules))
        assert page.evaluate(LOOK) == expected, rules

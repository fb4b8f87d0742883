"""Rules about what no mail client keeps, and about Outlook's own markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import tinycss2

from producthead_mail.checks.cascade import has_dark
from producthead_mail.checks.page import Hit, Page, short

FORM_TAGS = ("form", "input", "select", "textarea", "button")
FRAME_TAGS = ("iframe", "frame", "object", "embed", "applet")
SHAPE = re.compile(r"<v:(?:rect|oval|shape|image)\b|</v:(?:rect|oval|shape|image)>", re.I)
OUTLOOK_PART = re.compile(r"<!--\[if [^\]]*\bmso\b[^\]]*\]>(?!<!--)(.*?)<!\[endif\]-->", re.S | re.I)
CELL = re.compile(r"<t[dh]\b[^>]*\bstyle\s*=\s*[\"']([^\"']*)", re.I)
PADDING = re.compile(r"(?<![\w-])padding(-left|-right)?\s*:\s*([^;]+)", re.I)


def link_stylesheet(page: Page) -> Iterator[Hit]:
    """A hit for each style sheet that would have to be loaded."""
    remedy = "write the styles into <mj-style>"
    for link in page.tagged("link"):
        if "stylesheet" in (link.get("rel") or "").lower().split():
            href = link.get("href") or ""
            message = f"the style sheet {short(href)} is loaded from outside; most clients don't"
            yield Hit(message, remedy, layout=(href, "<link"))
    for rule in (rule for rules in page.sheets for rule in rules):
        if rule.type == "at-rule" and rule.lower_at_keyword == "import":
            prelude = tinycss2.serialize(rule.prelude).strip()
            yield Hit(
                f"@import {short(prelude)} loads a style sheet; most clients don't",
                remedy,
                layout=("@import",),
            )


def script(page: Page) -> Iterator[Hit]:
    """A hit for each script, and for the first attribute that would run one."""
    for node in page.tagged("script"):
        if (node.get("type") or "").lower() != "application/ld+json":  # data, which Gmail reads
            yield Hit(
                "a <script>: no client runs it, and filters stop it", "take it out", layout=("<script",)
            )
    for node in page.elements:
        if name := next((name for name in node.attrib if name.lower().startswith("on")), ""):
            yield Hit(
                f"<{node.tag} {name}=…> is a script: no client runs it", "take it out", layout=(f"{name}=",)
            )
            return


def form(page: Page) -> Iterator[Hit]:
    """A hit for the first field or form; several clients drop or warn of them."""
    for node in page.tagged(*FORM_TAGS)[:1]:
        yield Hit(
            f"a <{node.tag}>: several clients drop forms or warn of them",
            "link to a page with the form",
            layout=(f"<{node.tag}", "<form"),
        )


def iframe(page: Page) -> Iterator[Hit]:
    """A hit for each thing framed or embedded, which no client shows."""
    for node in page.tagged(*FRAME_TAGS):
        yield Hit(
            f"an <{node.tag}>: no client shows it",
            "show a picture that links to it",
            needle=node.get("src") or "",
            layout=(f"<{node.tag}",),
        )


def video(page: Page) -> Iterator[Hit]:
    """A hit for each video or sound with nothing to show where it can't be played."""
    for node in page.tagged("video", "audio"):
        if node.find(".//a") is None and node.find(".//img") is None:
            message = f"a <{node.tag}> with nothing inside for the many clients that don't play it"
            yield Hit(message, "put a linked picture inside", layout=(f"<{node.tag}",))


def vml_padding(page: Page) -> Iterator[Hit]:
    """A hit where a VML background lies round cells with padding at their sides (email-bugs#32)."""
    depth, cursor = 0, 0
    for part in OUTLOOK_PART.finditer(page.message.html):
        if depth and _is_padded(page.message.html[cursor : part.start()]):
            yield Hit(
                "a VML background lies round cells with padding left or right; Outlook doubles and drops it",
                "put the padding on the outermost section, or use a plain background colour",
                layout=("background-url", "<v:rect", "<v:"),
            )
            return
        depth += sum(-1 if shape.startswith("</") else 1 for shape in SHAPE.findall(part[1]))
        cursor = part.end()


def _is_padded(markup: str) -> bool:
    styles: Any = (cell for cell in CELL.findall(markup))
    return any(_has_sides(side, value) for style in styles for side, value in PADDING.findall(style))


def _has_sides(side: str, value: str) -> bool:
    parts = value.replace("!important", "").split()
    sides = parts[:1] if side or len(parts) == 1 else parts[1:2] + parts[3:4]
    return any(part.strip("0.") not in {"", "px", "em", "%"} for part in sides)


def dark_support(page: Page) -> Iterator[Hit]:
    """A hit where the mail leaves its dark mode to guesses."""
    declared = any((meta.get("name") or "").lower() == "color-scheme" for meta in page.tagged("meta"))
    if not declared:
        yield Hit(
            "no color-scheme is declared: clients that could show your own dark mode make one up",
            'add <meta name="color-scheme" content="light dark"> to the layout',
            layout=("<mj-head",),
        )
    elif not has_dark(page):
        yield Hit(
            "no styles for prefers-color-scheme: dark",
            "give the layout a dark palette, or declare color-scheme light only",
            layout=("color-scheme", "<mj-head"),
        )

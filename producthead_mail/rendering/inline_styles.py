"""Inline styles: Premailer finds the elements of each marked rule; the cascade is CSS's; no network."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib import import_module
from itertools import chain
from threading import Lock
from types import ModuleType
from typing import Any

from lxml import etree

from producthead_mail.rendering.fault import Fault
from producthead_mail.rendering.finder import Finder
from producthead_mail.rendering.style_rules import Declarations, Rule, Sheet, read_rules

INLINE = re.compile(r"<mj-style\b[^>]*\binline=[\"']inline[\"'][^>]*>(.*?)</mj-style>", re.DOTALL)
_finder = Finder()
_one_at_a_time = Lock()
"""Premailer and cssutils do not say that they stand threads; their issues say that they do not."""


def cut_inline(source: str) -> tuple[str, str]:
    """The MJML without its `mj-style inline`, and their rules in order."""
    parts = INLINE.split(source)
    return "".join(parts[::2]), "\n".join(parts[1::2])


def check_styles(source: str) -> list[Fault]:
    """What in the `mj-style inline` of the MJML would be lost."""
    blocks = [(found.start(1), found[1]) for found in INLINE.finditer(source)]
    faults = read_rules("\n".join(css for _, css in blocks)).faults
    return [Fault(_in_source(fault.at, blocks), fault.message, fault.remedy) for fault in faults]


def _in_source(at: int, blocks: list[tuple[int, str]]) -> int:
    for start, css in blocks:
        if at <= len(css):
            return start + at
        at -= len(css) + 1
    return 0


def inline_styles(page: str, rules: str) -> str:
    """The page with the rules joined to each element's own style, which stays as it is."""
    tree = etree.fromstring(page, etree.HTMLParser())
    sheet = read_rules(rules)
    if sheet.rules:
        _apply(tree, sheet)
    markup: str = etree.tostring(tree, method="html", encoding="unicode")
    # libxml2 does not know it as an element without content.
    return "<!DOCTYPE html>\n" + markup.replace("</wbr>", "")


def _apply(tree: etree._Element, sheet: Sheet) -> None:
    nodes = list(tree.iter("*"))
    own = _set_aside(nodes)
    with _one_at_a_time:
        _finder.index(nodes)
        _premailer(sheet, tree).transform(pretty_print=False)
        _finder.forget()
    for node in nodes:
        marks = node.get("style")
        if marks:
            normal, important = _joined(sheet, marks)
            parts = (normal, own.pop(node, "").strip(" ;"), important)
            node.set("style", ";".join(part for part in parts if part))
    for node, text in own.items():
        node.set("style", text)
    for node in tree.iter("style"):
        node.attrib.pop("data-premailer", None)


def _set_aside(nodes: list[etree._Element]) -> dict[etree._Element, str]:
    """Each element's own style, taken off it; style sheets are marked as none of Premailer's business."""
    own: dict[etree._Element, str] = {}
    for node in nodes:
        text = node.get("style")
        if text is not None:
            own[node] = text
            del node.attrib["style"]
        if node.tag == "style":
            node.set("data-premailer", "ignore")
    return own


@lru_cache(maxsize=4096)
def _joined(sheet: Sheet, marks: str) -> tuple[str, str]:
    """The declarations that marks such as `ph-3n:0; ph-7i:0` stand for: normal ones, important ones."""
    normal: list[Declarations] = []
    important: list[Declarations] = []
    for mark in marks.split("; "):
        name = mark.partition(":")[0]
        rule = sheet.rules[int(name[3:-1])]
        if name.endswith("i"):
            important.append(rule.important)
        else:
            normal.append(rule.normal)
    return _cascaded(normal), _cascaded(important)


def _cascaded(rules: Iterable[Declarations]) -> str:
    """All that the rules say, in order: what a client does not know must leave the earlier word in force."""
    found: dict[tuple[str, str], None] = {}
    for pair in chain.from_iterable(rules):
        found.pop(pair, None)
        found[pair] = None
    return ";".join(f"{name}:{value}" for name, value in found)


def _premailer(sheet: Sheet, tree: etree._Element) -> Any:
    return _inliner()(
        sheet,
        tree,
        css_text=["ph"],
        allow_network=False,
        strip_important=False,
        keep_style_tags=True,
        disable_leftover_css=True,
        remove_unset_properties=False,
        align_floating_images=False,
    )


@cache
def _inliner() -> Any:
    """Premailer with rules that are read already.

    Each rule says one opaque declaration, so what Premailer writes into an element is a list of rules.
    """
    premailer = _premailer_alone()
    # Its own scans the whole page once for each rule: four fifths of all the time.
    premailer._create_cssselector = cache(_finder.selector)
    premailer.csstext_to_pairs = _pair

    class Inliner(premailer.Premailer):  # type: ignore[misc, name-defined]  # it has no types
        def __init__(self, sheet: Sheet, tree: etree._Element, **settings: Any) -> None:
            super().__init__(tree, **settings)
            self._sheet = sheet

        def _parse_style_rules(self, *_: object) -> tuple[list[Any], list[Any]]:
            return list(_weighed(self._sheet)), []

        def _style_to_basic_html_attributes(self, *_: object, **__: object) -> None:
            """Nothing: attributes such as width are the layout's to say."""

    return Inliner


def _premailer_alone() -> Any:
    """Premailer without what it imports for work that is never given to it.

    requests would fetch; cssutils rewrites values, loses some and opens every @import. They take 76 of the 79
    ms that its import takes; with nothing in their place, neither can be reached by mistake.
    """
    stand_ins = {name: ModuleType(name) for name in ("requests", "cssutils") if name not in sys.modules}
    sys.modules.update(stand_ins)
    try:
        return import_module("premailer.premailer")
    finally:
        for name in stand_ins:
            del sys.modules[name]


def _pair(mark: str, **_: object) -> list[tuple[str, str]]:
    name, _colon, value = mark.partition(":")
    return [(name, value)]


@lru_cache(maxsize=64)
def _weighed(sheet: Sheet) -> tuple[tuple[tuple[int, ...], str, str], ...]:
    """(weight, selector, mark) for each kind of declaration of each rule, as Premailer sorts them."""
    return tuple(
        ((kind == "i", *rule.specificity, number), rule.selector, f"ph-{number}{kind}:0")
        for number, rule in enumerate(sheet.rules)
        for kind in _kinds(rule)
    )


def _kinds(rule: Rule) -> str:
    return "n" * bool(rule.normal) + "i" * bool(rule.important)

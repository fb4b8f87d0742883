"""Inline styles: Premailer for the marked rules only, the cascade as CSS has it, never the network."""

from __future__ import annotations

import logging
import os
import re
from functools import lru_cache

import tinycss2
from lxml import etree

INLINE = re.compile(r"<mj-style\b[^>]*\binline=[\"']inline[\"'][^>]*>(.*?)</mj-style>", re.DOTALL)


def cut_inline(source: str) -> tuple[str, str]:
    """The MJML without its `mj-style inline`, and their rules in order."""
    return INLINE.sub("", source), "\n".join(INLINE.findall(source))


def inline_styles(page: str, rules: str) -> str:
    """The page with the rules joined to each element's own style, which stays as it is."""
    tree = etree.fromstring(page, etree.HTMLParser())
    if rules.strip():
        _apply(tree, rules)
    markup: str = etree.tostring(tree, method="html", encoding="unicode")
    return "<!DOCTYPE html>\n" + markup


def _apply(tree: etree._Element, rules: str) -> None:
    for sheet in tree.iter("style"):
        sheet.set("data-premailer", "ignore")
    own = {node: node.attrib.pop("style") for node in tree.iter(etree.Element) if "style" in node.attrib}
    _premail(tree, rules)
    for sheet in tree.iter("style"):
        sheet.attrib.pop("data-premailer", None)
    for node in tree.iter(etree.Element):
        normal, important = _by_importance(node.get("style", ""))
        joined = ";".join(part for part in (normal, own.get(node, "").strip(" ;"), important) if part)
        if joined:
            node.set("style", joined)


def _premail(tree: etree._Element, rules: str) -> None:
    os.environ.setdefault("PREMAILER_CACHE_MAXSIZE", "1024")  # read once, at import
    from premailer import Premailer

    Premailer(
        tree,
        css_text=[rules],
        allow_network=False,
        strip_important=False,
        keep_style_tags=True,
        disable_leftover_css=True,
        include_star_selectors=True,
        remove_unset_properties=False,
        disable_basic_attributes=["width", "height", "align", "valign", "bgcolor"],
        disable_validation=True,
        align_floating_images=False,
        cssutils_logging_level=logging.CRITICAL,
    ).transform(pretty_print=False)


@lru_cache(maxsize=1024)
def _by_importance(style: str) -> tuple[str, str]:
    normal: list[str] = []
    important: list[str] = []
    for item in tinycss2.parse_declaration_list(style, skip_comments=True, skip_whitespace=True):
        if item.type == "declaration":
            text = f"{item.name}:{tinycss2.serialize(item.value).strip()}"
            (important if item.important else normal).append(text)
    return ";".join(normal), ";".join(important)

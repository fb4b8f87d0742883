"""For each feature of the table a message that uses it, made from the detectors' own tables."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable

from producthead_mail.clients import detect_css as css
from producthead_mail.clients import detect_html as html
from producthead_mail.clients.detect_images import EXTENSIONS

PAGE = (
    "<!DOCTYPE html>\n<html><head><title>x</title>{head}</head><body>\n{body}\n<p>the end</p></body></html>"
)
VALUES = {
    "css-align-items": "center",
    "css-aspect-ratio": "1",
    "css-animation": "a 1s",
    "css-background": "red",
    "css-background-color": "red",
    "css-background-image": "url(a.png)",
    "css-background-position": "0",
    "css-background-repeat": "no-repeat",
    "css-background-size": "cover",
    "css-border": "2px solid red",
    "css-border-radius": "2px",
    "css-clear": "both",
    "css-cursor": "pointer",
    "css-display": "block",
    "css-float": "left",
    "css-font": "2px serif",
    "css-font-size": "2px",
    "css-font-weight": "bold",
    "css-gap": "2px",
    "css-list-style": "square",
    "css-list-style-type": "square",
    "css-overflow": "hidden",
    "css-position": "relative",
    "css-text-align": "left",
    "css-text-decoration": "underline",
    "css-text-justify": "inter-word",
    "css-text-transform": "uppercase",
    "css-text-underline-position": "under",
    "css-transition": "color 1s",
    "css-user-select": "none",
    "css-white-space": "nowrap",
    "css-word-break": "break-all",
}
"""Where a length of two pixels is no value of the property, or a note speaks of other values."""

VALUED = {
    "css-display-flex": ("display", "flex"),
    "css-display-grid": ("display", "grid"),
    "css-display-none": ("display", "none"),
    "css-flex-direction": ("flex-direction", "column"),
    "css-flex-wrap": ("flex-wrap", "wrap"),
    "css-intrinsic-size": ("width", "min-content"),
    "css-sytem-ui": ("font-family", "system-ui, serif"),
    "css-unit-initial": ("color", "initial"),
}
SELECTORS = {
    "css-selector-adjacent-sibling": "b + p",
    "css-selector-attribute": "p[lang]",
    "css-selector-chaining": ".a.b",
    "css-selector-child": "b > p",
    "css-selector-class": ".a",
    "css-selector-descendant": "b p",
    "css-selector-general-sibling": "b ~ p",
    "css-selector-grouping": "b, p",
    "css-selector-id": "#a",
    "css-selector-type": "p",
    "css-selector-universal": "*",
}
QUERIES = {
    "css-at-media-device-pixel-ratio": "(-webkit-min-device-pixel-ratio: 2)",
    "css-at-media-hover": "(hover: hover)",
    "css-at-media-orientation": "(orientation: landscape)",
    "css-at-media-prefers-color-scheme": "(prefers-color-scheme: dark)",
    "css-at-media-prefers-reduced-motion": "(prefers-reduced-motion: reduce)",
}
AT_RULES = {
    "css-at-font-face": "@font-face { font-family: x; src: local(x) }",
    "css-at-import": "@import url(x.css);",
    "css-at-keyframes": "@keyframes x { from { color: red } }",
    "css-at-media": "@media screen and (min-width: 300px) { p { color: red } }",
    "css-at-supports": "@supports (color: red) { p { color: red } }",
}
FUNCTIONS = {
    "css-conic-gradient": ("background-image", "conic-gradient(red, blue)"),
    "css-function-clamp": ("font-size", "clamp(1px, 2px, 3px)"),
    "css-function-light-dark": ("color", "light-dark(red, blue)"),
    "css-function-max": ("font-size", "max(1px, 2px)"),
    "css-function-min": ("font-size", "min(1px, 2px)"),
    "css-linear-gradient": ("background-image", "linear-gradient(red, blue)"),
    "css-modern-color": ("color", "oklch(40% 0.2 30)"),
    "css-radial-gradient": ("background-image", "radial-gradient(red, blue)"),
    "css-rgb": ("color", "rgb(1, 2, 3)"),
    "css-rgba": ("color", "rgba(1, 2, 3, 0.5)"),
    "css-unit-calc": ("font-size", "calc(1px + 2px)"),
}


def _style(content: str) -> str:
    return f"<style>{content}</style>"


def _inline(name: str, value: str) -> tuple[str, str]:
    """The message, and what of it is the feature: on the element that reads most properties everywhere."""
    body = f'<table><tr><td style="{name}: {value}">cell</td></tr></table>'
    return PAGE.format(head="", body=body), f"{name}: {value}"


def _sheet(content: str, needle: str) -> tuple[str, str]:
    return PAGE.format(head=_style(content), body=""), needle


def _element(markup: str, needle: str) -> tuple[str, str]:
    return PAGE.format(head="", body=markup), needle


def _elements(slug: str) -> tuple[str, str] | None:
    if slug in html.ELEMENTS:
        tag = {"html-semantics": "section", "html-image-maps": "map"}.get(slug, html.ELEMENTS[slug][0])
        if tag in {"body", "base", "style"}:
            return None
        if tag in {"link", "wbr", "hr", "img"}:
            return _element(f"<{tag}>", f"<{tag}>")
        return _element(f"<{tag}>inside</{tag}>", f"<{tag}>")
    if slug in html.VALUED:
        tag, name, values = html.VALUED[slug]
        return _element(f'<{tag} {name}="{values[0]}" content="x">', f'<{tag} {name}="{values[0]}"')
    return None


def _attribute(slug: str) -> tuple[str, str]:
    name = html.ATTRIBUTES[slug][0]
    value = {"html-target": "_top", "html-background": "a.png"}.get(slug, "1")
    tag = "a" if name == "target" else "table"
    return _element(f'<{tag} {name}="{value}">inside</{tag}>', f'{name}="{value}"')


def _image(slug: str) -> tuple[str, str]:
    if slug == "image-base64":
        address = "data:image/png;base64," + base64.b64encode(b"\x89PNG").decode()
    else:
        address = "x." + next(ending for ending, one in EXTENSIONS.items() if one == slug)
    return _element(f'<img src="{address}" alt="y">', address)


SPECIAL: dict[str, Callable[[], tuple[str, str]]] = {
    "amp": lambda: ("<html amp4email><body><p>x</p></body></html>", "amp4email"),
    "css-comments": lambda: _sheet("/* said */ p { color: red }", "/* said */"),
    "css-important": lambda: _sheet("p { color: red !important }", "!important"),
    "css-nesting": lambda: _sheet("p { color: red; & b { color: blue } }", "& b"),
    "css-variables": lambda: _inline("--gap", "2px"),
    "html-acronym": lambda: _element('<acronym title="x">inside</acronym>', ' title="x"'),
    "html-anchor-links": lambda: _element('<a href="#x">inside</a>', 'href="#x"'),
    "html-base": lambda: (
        PAGE.format(head='<base href="https://example.com/">', body='<a href="a">b</a>'),
        "<base",
    ),
    "html-body": lambda: (
        PAGE.format(head="", body="").replace("<body>", '<body bgcolor="#ffffff">'),
        "<body bgcolor",
    ),
    "html-comments": lambda: _element("<!-- said -->", "<!-- said -->"),
    "html-doctype": lambda: _element("", "<!DOCTYPE html>"),
    "html-mailto-links": lambda: _element('<a href="mailto:a@example.com">inside</a>', "mailto:"),
    "html-style": lambda: _sheet("p { color: red }", "p { color: red }"),
}


def snippet(slug: str) -> tuple[str, str]:
    """A message that uses the feature, and the text by which it is recognised."""
    if slug in SPECIAL:
        return SPECIAL[slug]()
    if slug in css.PROPERTIES:
        return _inline(css.PROPERTIES[slug][0], VALUES.get(slug, "2px"))
    if pair := VALUED.get(slug) or FUNCTIONS.get(slug):
        return _inline(*pair)
    if slug in css.UNITS:
        return _inline("letter-spacing", f"2{css.UNITS[slug][0]}")
    return _rule(slug) or _elements(slug) or (_attribute(slug) if slug in html.ATTRIBUTES else _image(slug))


def _rule(slug: str) -> tuple[str, str] | None:
    if slug in AT_RULES:
        return _sheet(AT_RULES[slug], re.split(r"[ (]", AT_RULES[slug])[0])
    if slug in QUERIES:
        return _sheet(f"@media {QUERIES[slug]} {{ p {{ color: red }} }}", QUERIES[slug])
    if slug in css.PSEUDO_CLASSES:
        name = f":{css.PSEUDO_CLASSES[slug]}"
        nth = "(2)" if name.startswith(":nth") else ""
        name += {":has": "(b)", ":not": "(b)", ":lang": "(en)"}.get(name, nth)
        return _sheet(f"input{name} {{ color: red }}", name)
    if slug in css.PSEUDO_ELEMENTS:
        return _sheet(f"p::{css.PSEUDO_ELEMENTS[slug]} {{ color: red }}", f"::{css.PSEUDO_ELEMENTS[slug]}")
    if slug in SELECTORS:
        return _sheet(f"{SELECTORS[slug]} {{ color: red }}", f"{SELECTORS[slug]} {{")
    return None

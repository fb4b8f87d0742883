"""Where each feature of CSS is seen: from caniemail's slugs to properties, values, rules and selectors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from producthead_mail.clients.declarations import masked
from producthead_mail.clients.detect_images import formats
from producthead_mail.clients.selector import Selector

SIDES = ("top", "right", "bottom", "left")
LOGICAL = tuple(f"{axis}{end}" for axis in ("inline", "block") for end in ("", "-start", "-end"))


def _each(pattern: str, *words: str) -> tuple[str, ...]:
    return tuple(pattern.format(word) for word in words)


PROPERTIES: Mapping[str, tuple[str, ...]] = {
    **{
        f"css-{name}": (name,)
        for name in (
            *("accent-color", "align-items", "aspect-ratio", "backdrop-filter", "background", "box-shadow"),
            *("background-blend-mode", "background-clip", "background-color", "background-image"),
            *(
                "background-origin",
                "border-collapse",
                "border-spacing",
                "box-sizing",
                "caption-side",
                "clear",
            ),
            *("clip-path", "color-scheme", "column-count", "cursor", "direction", "display", "empty-cells"),
            *("filter", "float", "font-kerning", "font-size-adjust", "font-size", "font-stretch"),
            *("font-weight", "font", "height", "hyphenate-character", "hyphenate-limit-chars", "hyphens"),
            *("inline-size", "justify-content", "letter-spacing", "line-height", "list-style-image"),
            *("list-style-position", "list-style-type", "list-style", "max-block-size", "max-height"),
            *("max-inline-size", "max-width", "min-block-size", "min-height", "min-inline-size"),
            *("min-width", "mix-blend-mode", "object-fit", "object-position", "opacity", "orphans"),
            *("outline-offset", "overflow-wrap", "position", "resize", "shape-margin", "shape-outside"),
            *("tab-size", "table-layout", "text-align-last", "text-align", "text-decoration-color"),
            *("text-decoration-line", "text-decoration-skip-ink", "text-decoration-style"),
            *("text-decoration-thickness", "text-decoration", "text-emphasis-position", "text-indent"),
            *("text-justify", "text-orientation", "text-overflow", "text-shadow", "text-transform"),
            *("text-underline-offset", "text-underline-position", "text-wrap", "transform"),
            *("vertical-align", "visibility", "white-space-collapse", "white-space", "widows", "width"),
            *("word-break", "word-spacing", "word-wrap", "writing-mode", "z-index"),
        )
    },
    "css-animation": (
        "animation",
        *_each("animation-{}", "name", "duration", "timing-function", "delay", "iteration-count"),
        *_each("animation-{}", "direction", "fill-mode", "play-state"),
    ),
    "css-background-position": ("background-position", *_each("background-position-{}", "x", "y")),
    "css-background-repeat": ("background-repeat", *_each("background-repeat-{}", "x", "y")),
    "css-background-size": ("background-size",),
    "css-block-inline-size": ("block-size", "inline-size"),
    "css-border": (
        "border",
        *_each("border-{}", "width", "style", "color", *SIDES),
        *(f"border-{side}-{part}" for side in SIDES for part in ("width", "style", "color")),
    ),
    "css-border-image": (
        "border-image",
        *_each("border-image-{}", "source", "slice", "width", "outset", "repeat"),
    ),
    "css-border-inline-block": ("border-inline", "border-block"),
    "css-border-inline-block-longhand": tuple(
        f"border-{axis}-{part}" for axis in ("inline", "block") for part in ("width", "style", "color")
    ),
    "css-border-inline-block-individual": tuple(
        f"border-{axis}-{end}{part}"
        for axis in ("inline", "block")
        for end in ("start", "end")
        for part in ("", "-width", "-style", "-color")
    ),
    "css-border-radius": (
        "border-radius",
        *(f"border-{side}-{end}-radius" for side in ("top", "bottom") for end in ("left", "right")),
    ),
    "css-border-radius-logical": tuple(
        f"border-{one}-{two}-radius" for one in ("start", "end") for two in ("start", "end")
    ),
    "css-column-layout-properties": (
        "columns",
        *_each("column-{}", "width", "fill", "span", "rule", "rule-width", "rule-style", "rule-color"),
    ),
    "css-gap": ("gap", "row-gap", "column-gap", "grid-gap", "grid-row-gap", "grid-column-gap"),
    "css-grid-template": ("grid-template", *_each("grid-template-{}", "columns", "rows", "areas")),
    "css-inset": ("inset", *_each("inset-{}", *LOGICAL)),
    "css-left-right-top-bottom": SIDES,
    "css-margin": ("margin", *_each("margin-{}", *SIDES)),
    "css-margin-block-start-end": ("margin-block-start", "margin-block-end"),
    "css-margin-inline-block": ("margin-inline", "margin-block"),
    "css-margin-inline-start-end": ("margin-inline-start", "margin-inline-end"),
    "css-mask-image": ("mask-image", "-webkit-mask-image"),
    "css-outline": ("outline", *_each("outline-{}", "width", "style", "color")),
    "css-overflow": ("overflow", *_each("overflow-{}", "x", "y", "block", "inline")),
    "css-padding": ("padding", *_each("padding-{}", *SIDES)),
    "css-padding-block-start-end": ("padding-block-start", "padding-block-end"),
    "css-padding-inline-block": ("padding-inline", "padding-block"),
    "css-padding-inline-start-end": ("padding-inline-start", "padding-inline-end"),
    "css-scroll-snap": _each("scroll-snap-{}", "type", "align", "stop"),
    "css-text-emphasis": ("text-emphasis", "text-emphasis-style", "text-emphasis-color"),
    "css-transition": (
        "transition",
        *_each("transition-{}", "property", "duration", "timing-function", "delay", "behavior"),
    ),
    "css-user-select": ("user-select", "-webkit-user-select"),
}
"""Slug -> properties that are the feature."""

VALUES: Mapping[str, tuple[tuple[str, ...], str]] = {
    "css-display-flex": (("display",), r"\b(?:inline-)?flex\b"),
    "css-display-grid": (("display",), r"\b(?:inline-)?grid\b"),
    "css-display-none": (("display",), r"\bnone\b"),
    "css-flex-direction": (("flex-direction", "flex-flow"), r"\bcolumn(?:-reverse)?\b"),
    "css-flex-wrap": (("flex-wrap", "flex-flow"), r"(?<!no)(?<!-)\bwrap(?:-reverse)?\b"),
    "css-intrinsic-size": (
        (
            *("width", "height", "inline-size", "block-size", "flex-basis", "flex"),
            *(f"{end}-{size}" for end in ("min", "max") for size in ("width", "height")),
        ),
        r"\b(?:fit|min|max)-content\b",
    ),
    "css-sytem-ui": (
        ("font-family", "font"),
        r"(?<![\w-])(?:system-ui|ui-(?:serif|sans-serif|rounded|monospace))(?![\w-])",
    ),
    "css-unit-initial": ((), r"\A\s*initial\s*\Z"),
}
"""Slug -> properties (none: any) and what their value holds."""

FUNCTIONS: Mapping[str, tuple[str, ...]] = {
    "css-conic-gradient": ("conic-gradient", "repeating-conic-gradient"),
    "css-function-clamp": ("clamp",),
    "css-function-light-dark": ("light-dark",),
    "css-function-max": ("max",),
    "css-function-min": ("min",),
    "css-linear-gradient": ("linear-gradient", "repeating-linear-gradient"),
    "css-modern-color": ("lch", "oklch", "lab", "oklab"),
    "css-radial-gradient": ("radial-gradient", "repeating-radial-gradient"),
    "css-rgb": ("rgb",),
    "css-rgba": ("rgba",),
    "css-unit-calc": ("calc",),
    "css-variables": ("var",),
}
"""Slug -> functions in a value."""

UNITS: Mapping[str, tuple[str, ...]] = {
    f"css-unit-{unit}": (unit,)
    for unit in ("ch", "cm", "em", "ex", "in", "mm", "pc", "pt", "px", "rem", "vh", "vmax", "vmin", "vw")
} | {"css-unit-percent": ("%",)}
"""Slug -> units in a value."""

AT_RULES: Mapping[str, tuple[str, ...]] = {
    "css-at-font-face": ("font-face",),
    "css-at-import": ("import",),
    "css-at-keyframes": ("keyframes", "-webkit-keyframes", "-moz-keyframes", "-o-keyframes"),
    "css-at-media": ("media",),
    "css-at-supports": ("supports",),
}
"""Slug -> at-rules."""

MEDIA: Mapping[str, str] = {
    "css-at-media-device-pixel-ratio": r"device-pixel-ratio",
    "css-at-media-hover": r"\(\s*(?:any-)?hover\b",
    "css-at-media-orientation": r"\(\s*orientation\b",
    "css-at-media-prefers-color-scheme": r"\(\s*prefers-color-scheme\b",
    "css-at-media-prefers-reduced-motion": r"\(\s*prefers-reduced-motion\b",
}
"""Slug -> what a media query holds."""

PSEUDO_CLASSES: Mapping[str, str] = {
    f"css-pseudo-class-{name}": name
    for name in (
        *("active", "checked", "default", "first-child", "first-of-type", "focus", "focus-visible"),
        *("focus-within", "has", "hover", "lang", "last-child", "last-of-type", "link", "not"),
        *("nth-child", "nth-last-child", "nth-last-of-type", "nth-of-type", "only-child"),
        *("only-of-type", "target", "visited"),
    )
}
PSEUDO_ELEMENTS: Mapping[str, str] = {
    f"css-pseudo-element-{name}": name
    for name in ("after", "before", "first-letter", "first-line", "marker", "placeholder")
}
SELECTORS: Mapping[str, str] = {
    f"css-selector-{kind}": kind
    for kind in (
        *("adjacent-sibling", "attribute", "chaining", "child", "class", "descendant", "general-sibling"),
        *("grouping", "id", "type", "universal"),
    )
}
"""Slug -> kind of selector, of which `chaining` and `grouping` are of several."""

OTHERS: Mapping[str, str] = {
    "css-comments": "a comment in a style sheet or style attribute",
    "css-important": "`!important`",
    "css-nesting": "a rule in a style rule",
    "css-variables": "a property that begins with two dashes, or `var()`",
}
"""Slug -> where it is seen, of those that no table above holds whole."""

_UNIT = re.compile(r"(?<![\w#.-])[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?(%|[a-z]+)")
_FUNCTION = re.compile(r"([-\w]+)\(")
_ADDRESS = re.compile(r"url\(\s*(\"[^\"]*\"|'[^']*'|[^)\"']*)\s*\)", re.I | re.S)


def _turned(table: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    turned: dict[str, tuple[str, ...]] = {}
    for slug, words in table.items():
        for word in words:
            turned[word] = (*turned.get(word, ()), slug)
    return turned


_BY_PROPERTY = _turned(PROPERTIES)
_BY_FUNCTION = _turned(FUNCTIONS)
_BY_UNIT = _turned(UNITS)
_BY_AT_RULE = _turned(AT_RULES)
_BY_VALUE = {slug: (frozenset(names), re.compile(pattern)) for slug, (names, pattern) in VALUES.items()}
_BY_QUERY = {slug: re.compile(pattern) for slug, pattern in MEDIA.items()}
_BY_PSEUDO = _turned({slug: (name,) for slug, name in {**PSEUDO_CLASSES, **PSEUDO_ELEMENTS}.items()})


@lru_cache(maxsize=8192)
def in_declaration(name: str, value: str, important: bool) -> tuple[str, ...]:
    """The features that a declaration uses, the property first."""
    if name.startswith("--"):
        return ("css-variables",)
    text = masked(value)
    found = [*_BY_PROPERTY.get(name, ())]
    for slug, (names, pattern) in _BY_VALUE.items():
        if (not names or name in names) and pattern.search(text):
            found.append(slug)
    for function in _FUNCTION.findall(text):
        found += _BY_FUNCTION.get(function.removeprefix("-webkit-"), ())
    for unit in _UNIT.findall(text):
        found += _BY_UNIT.get(unit, ())
    for address in _ADDRESS.findall(value):
        found += formats(address.strip("\"' "))
    if important:
        found.append("css-important")
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=1024)
def in_at_rule(keyword: str, prelude: str) -> tuple[str, ...]:
    """The features that an at-rule is, the more particular first."""
    queries: tuple[str, ...] = ()
    if keyword == "media":
        text = prelude.lower()
        queries = tuple(slug for slug, pattern in _BY_QUERY.items() if pattern.search(text))
    return (*queries, *_BY_AT_RULE.get(keyword, ()))


@lru_cache(maxsize=4096)
def in_selector(selector: Selector) -> tuple[str, ...]:
    """The features that a selector uses, the more particular first."""
    found: list[str] = []
    for part in selector.parts:
        if part.kind.startswith("pseudo"):
            found += _BY_PSEUDO.get(part.name, ())
    if any(is_chain(compound) for compound in selector.compounds):
        found.append("css-selector-chaining")
    for part in selector.parts:
        kind = part.name if part.kind == "combinator" else part.kind
        if kind in _SIMPLE:
            found.append(f"css-selector-{kind}")
    return tuple(dict.fromkeys(found))


_SIMPLE = frozenset(SELECTORS.values()) - {"chaining", "grouping"}


def is_chain(compound: Iterable[object]) -> bool:
    """Whether a compound asks for several classes or ids at once, such as `.a.b`."""
    return sum(getattr(part, "kind", "") in {"class", "id"} for part in compound) > 1


def seen_part(selector: Selector, slug: str) -> str:
    """The part of a selector that is the feature, such as `:hover`; the whole where it is no single part."""
    word = (
        slug.removeprefix("css-selector-")
        .removeprefix("css-pseudo-class-")
        .removeprefix("css-pseudo-element-")
    )
    found = [part.text for part in selector.parts if part.kind == word or part.name == word]
    return found[0] if found and found[0].strip() and word != "child" else str(selector)

"""The project's own check of MJML source: the compiler is silent about most faults."""

from __future__ import annotations

import re

from producthead_mail.errors import InputError, Problem, suggestion
from producthead_mail.rendering.slots import TAG

TAGS = frozenset(
    [
        "mjml",
        "mj-head",
        "mj-body",
        "mj-attributes",
        "mj-all",
        "mj-class",
        "mj-breakpoint",
        "mj-font",
        "mj-preview",
        "mj-style",
        "mj-title",
        "mj-raw",
        "mj-section",
        "mj-column",
        "mj-group",
        "mj-wrapper",
        "mj-hero",
        "mj-text",
        "mj-image",
        "mj-button",
        "mj-divider",
        "mj-spacer",
        "mj-table",
        "mj-social",
        "mj-social-element",
        "mj-navbar",
        "mj-navbar-link",
        "mj-accordion",
        "mj-accordion-element",
        "mj-accordion-title",
        "mj-accordion-text",
        "mj-carousel",
        "mj-carousel-image",
    ]
)
DEPTH = 200
NAME = re.compile(r"</?([\w:-]+)")


def check_source(source: str, path: str) -> None:
    """InputError for unknown, unclosed or crossed MJML tags and for nesting that would kill the compiler."""
    problems: list[Problem] = []
    open_tags: list[tuple[str, int]] = []
    for found in TAG.finditer(source):
        named = NAME.match(found[0])
        if named is None or not named[1].startswith("mj"):
            continue
        name, line = named[1], source.count("\n", 0, found.start()) + 1
        if name not in TAGS:
            problems.append(Problem(path, line, 0, f"unknown tag {name}", suggestion(name, sorted(TAGS))))
        elif found[0].startswith("</"):
            if not open_tags or open_tags.pop()[0] != name:
                problems.append(Problem(path, line, 0, f"</{name}> closes nothing"))
                break
        elif not found[0].endswith("/>"):
            open_tags.append((name, line))
    if not problems:
        problems = [Problem(path, line, 0, f"<{name}> is never closed") for name, line in open_tags]
    if _depth(source) > DEPTH:
        problems.append(Problem(path, 0, 0, f"tags nested deeper than {DEPTH}"))
    if problems:
        raise InputError(problems)


def _depth(source: str) -> int:
    depth = deepest = 0
    for found in TAG.finditer(source):
        tag = found[0]
        if tag.startswith("</"):
            depth -= 1
        elif (
            not tag.startswith("<!") and not tag.endswith("/>") and not re.match(r"<(br|hr|img|meta)\b", tag)
        ):
            depth += 1
        deepest = max(deepest, depth)
    return deepest

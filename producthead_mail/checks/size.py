"""Rules about bytes and style sheets: Gmail cuts long mails and drops styles it cannot read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import tinycss2

from producthead_mail.checks.finding import Severity
from producthead_mail.checks.limits import (
    CLIP_ERROR,
    CLIP_WARNING,
    SIMULATED_MOST,
    STYLE_ERROR,
    STYLE_WARNING,
)
from producthead_mail.checks.links import PROVIDER_TAG
from producthead_mail.checks.page import Hit, Page, short

VALUE_BYTES = 40
"""What one filled slot is taken to weigh."""
PROVIDER_LINK_BYTES = 400
"""What SendGrid's unsubscribe link is taken to weigh."""
LAYOUT_STYLES = "mend the style sheet in the layout"
STYLE = ("<mj-style", "<mj-head", "<mjml")


def filled_size(page: Page) -> int:
    """Bytes of the HTML as a recipient gets it, near enough."""
    bare = PROVIDER_TAG.sub("", page.message.html)
    links = len(PROVIDER_TAG.findall(page.message.html))
    tokens = len(page.tokens.findall(bare))
    return len(page.without_tokens(bare).encode()) + tokens * VALUE_BYTES + links * PROVIDER_LINK_BYTES


def size_clip(page: Page) -> Iterator[Hit]:
    """A hit where Gmail would cut the mail, or soon will."""
    size, place = filled_size(page), (page.edition_path, 0, 0)
    if size > CLIP_ERROR:
        unseen = f", and no client is simulated above {SIMULATED_MOST:,}" if size > SIMULATED_MOST else ""
        message = f"the HTML is {size:,} bytes; Gmail cuts it at about {CLIP_ERROR:,}{unseen}"
        yield Hit(message, "shorten the edition", place=place)
    elif size > CLIP_WARNING:
        message = f"the HTML is {size:,} bytes; Gmail cuts at about {CLIP_ERROR:,}"
        yield Hit(message, "leave room: shorten the edition", severity=Severity.WARNING, place=place)


def style_budget(page: Page) -> Iterator[Hit]:
    """A hit where Gmail would drop the style sheets for their size, or soon will."""
    size = sum(len((node.text or "").encode()) for node in page.tagged("style"))
    if size > STYLE_ERROR:
        yield Hit(
            f"style sheets weigh {size:,} bytes; Gmail drops them beyond {STYLE_ERROR:,}",
            LAYOUT_STYLES,
            layout=STYLE,
        )
    elif size > STYLE_WARNING:
        message = f"style sheets weigh {size:,} bytes; Gmail drops them beyond {STYLE_ERROR:,}"
        yield Hit(message, LAYOUT_STYLES, severity=Severity.WARNING, layout=STYLE)


def style_nested_at(page: Page) -> Iterator[Hit]:
    """A hit for each at-rule inside another, in a style element with other rules: Gmail drops them all."""
    for rules in page.sheets:
        nested = [rule for rule in rules if rule.type == "at-rule" and _has_at_rule(rule.content)]
        if nested and len(rules) > 1:
            message = f"@{nested[0].at_keyword} holds another at-rule; Gmail drops the whole style element"
            yield Hit(
                message, "give it a style element of its own", layout=(f"@{nested[0].at_keyword}", *STYLE)
            )


def _has_at_rule(content: list[Any] | None) -> bool:
    return any(token.type == "at-keyword" for token in content or ())


def style_parse_error(page: Page) -> Iterator[Hit]:
    """A hit for each piece of CSS that doesn't parse; one such makes Gmail drop the style element."""
    for node, rules in zip(page.tagged("style"), page.sheets, strict=True):
        for fault in _faults(rules):
            line = (node.text or "").split("\n")[fault.source_line - 1].strip()
            message = f"a style sheet does not parse: {short(fault.message)}"
            yield Hit(message, LAYOUT_STYLES, layout=(line, *STYLE))


def _faults(rules: tuple[Any, ...]) -> Iterator[Any]:
    for rule in rules:
        if rule.type == "error":
            yield rule
        elif rule.type == "qualified-rule":
            parsed = tinycss2.parse_blocks_contents(rule.content)
            yield from (item for item in parsed if item.type == "error")
        elif rule.type == "at-rule" and rule.lower_at_keyword in {"media", "supports"} and rule.content:
            yield from _faults(tuple(tinycss2.parse_rule_list(rule.content, True, True)))


def style_in_body(page: Page) -> Iterator[Hit]:
    """A hit where a style element stands in the body, which several clients drop."""
    body = page.tree.find("body")
    if body is not None and body.find(".//style") is not None:
        message = "a style element stands in the body; some clients drop it"
        yield Hit(message, "move it to the head", layout=("<style", *STYLE))

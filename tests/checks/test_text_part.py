"""Rows: the plain text part beside the HTML, with near misses."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from producthead_mail.checks.finding import Finding
from producthead_mail.rendering.message import Context, Slot

Findings = Callable[..., tuple[Finding, ...]]
LEAVE = "Unsubscribe: <%asm_group_unsubscribe_raw_url%>\n1 Example Street, London\n"
LINK = '<a href="https://a.example.com/x">Words</a>'

ROWS = [
    ("<h2>What is new</h2>", "What is new\n===========", []),
    ("<h2>What’s new?</h2>", "WHAT’S NEW", []),
    ("<h2>What is new</h2>", "What is news", ["plain-text-drift"]),
    ("<h2>What is new</h2>", "what\nis  new", []),
    ("<h2>What is new, PHSabc123?</h2>", "What is new, ?", []),
    ("<h2>PHSabc123</h2>", "", []),
    (LINK, "https://a.example.com/x", []),
    (LINK, "See (https://a.example.com/x).", []),
    (LINK, "https://a.example.com/x https://b.example.com/", ["plain-text-drift"]),
    ("<p>See https://b.example.com/ there</p>", "https://b.example.com", []),
    (
        '<img src="https://i.example.com/a.png" alt="A cat" width="9">',
        "A cat: https://i.example.com/a.png",
        [],
    ),
]


@pytest.mark.parametrize(("body", "text", "rules"), ROWS)
def test_drift(findings: Findings, body: str, text: str, rules: list[str]) -> None:
    assert [one.rule for one in findings(body, text=LEAVE + text)] == rules


def test_an_address_with_a_slot_is_the_same_shown_and_followed(findings: Findings) -> None:
    """The slot has one token in the text of the HTML, and another in a URL of the plain text."""
    slots = (Slot("PHShtml1", "id", Context.TEXT, ("id",)), Slot("PHSurl1", "id", Context.URL, ("id",)))
    shown, body = f"{LEAVE}https://a.example.com/PHSurl1", "<p>See https://a.example.com/PHShtml1 there</p>"

    assert findings(body, text=shown, slots=slots) == ()
    (other,) = findings(body, text=f"{shown}/more", slots=slots)
    assert other.message == "the plain text part has a link that the HTML lacks: https://a.example.com/…/more"


def test_what_is_lacking_is_counted(findings: Findings) -> None:
    found = findings("<h2>One</h2><h2>Two</h2>", text=LEAVE)
    assert [one.message for one in found] == ["the plain text part lacks the heading “One” and 1 more"]

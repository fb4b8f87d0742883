"""Rows: all links together, and what a link looks like, with near misses."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from producthead_mail.checks.finding import Finding
from producthead_mail.checks.link_lists import shortener

Findings = Callable[..., tuple[Finding, ...]]
ONLY = {"link-shortener", "link-count", "link-duplicate", "link-long-url", "link-only-colour"}
PLAIN = "text-decoration:none"


def link(href: str, words: str = "Words", style: str = "") -> str:
    return f'<a href="{href}" style="{style}">{words}</a> '


BODIES = [
    (link("https://bit.ly/3x"), ["link-shortener"]),
    (link("https://www.bit.ly/3x"), ["link-shortener"]),
    (link("https://habit.ly/3x"), []),
    (link("https://a.example.com/?to=https://bit.ly/3x"), []),
    ("".join(link(f"https://a.example.com/{n}") for n in range(101)), ["link-count"]),
    ("".join(link(f"https://a.example.com/{n}") for n in range(100)), []),
    (link("https://a.example.com/") * 5, ["link-duplicate"]),
    (link("https://a.example.com/") * 4, []),
    (link("mailto:a@example.com") * 5, []),
    (link("https://a.example.com/?" + "x" * 1978), ["link-long-url"]),
    (link("https://a.example.com/?" + "x" * 1977), []),
    (f"<p>See {link('mailto:a@example.com', style=PLAIN)} there</p>", ["link-only-colour"]),
    (f"<p>See {link('mailto:a@example.com')} there</p>", []),
    (f"<p>{link('mailto:a@example.com', style=PLAIN)}</p>", []),
    (f"<p>See {link('mailto:a@example.com', '<b>Words</b>', PLAIN)} there</p>", []),
    (f"<p>See {link('mailto:a@example.com', '<u style=text-decoration:underline>W</u>', PLAIN)} x</p>", []),
    (f"<p>See {link('mailto:a@example.com', style=PLAIN + ';border-bottom:1px solid')} there</p>", []),
    (f"<p>See {link('mailto:a@example.com', style=PLAIN + ';border-bottom:0')} x</p>", ["link-only-colour"]),
    (f"<p>See {link('mailto:a@example.com', style=PLAIN + ';background:#ffff00')} there</p>", []),
]


@pytest.mark.parametrize(("body", "rules"), BODIES)
def test_body(findings: Findings, body: str, rules: list[str]) -> None:
    assert sorted({found.rule for found in findings(body)} & ONLY) == rules


def test_a_malformed_address_is_no_shortener() -> None:
    assert shortener("https://[bit.ly") == ""

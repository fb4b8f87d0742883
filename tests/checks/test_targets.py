"""Rows: links a finger has to hit, as far as style sheets tell, with near misses."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from producthead_mail.checks.finding import Finding

LINK = '<div style="line-height:20px"><a href="mailto:a@example.com" style="{}">Words</a></div>'

BODIES = [
    ("display:inline-block;padding:11px 8px", ["“Words” is 42 px high on a phone; a finger needs 44"]),
    ("display:inline-block;padding:12px 8px", []),
    ("display:block;padding:4px 8px 30px", []),
    (
        "display:block;padding-top:4px;padding-bottom:4px",
        ["“Words” is 28 px high on a phone; a finger needs 44"],
    ),
    ("display:block;line-height:2", ["“Words” is 32 px high on a phone; a finger needs 44"]),
    ("display:block;line-height:48px", []),
    ("display:block;min-height:44px", []),
    ("display:none;padding:1px", []),
    ("padding:1px", []),
]


@pytest.mark.parametrize(("style", "messages"), BODIES)
def test_height(findings: Callable[..., tuple[Finding, ...]], style: str, messages: list[str]) -> None:
    found = findings(LINK.format(style))
    assert [one.message for one in found if one.rule == "tap-target"] == messages


def test_a_height_is_told_once(findings: Callable[..., tuple[Finding, ...]]) -> None:
    found = findings(LINK.format("display:block") * 2)
    assert [one.rule for one in found] == ["tap-target"]


def test_without_a_line_height_only_a_browser_can_tell(
    findings: Callable[..., tuple[Finding, ...]],
) -> None:
    assert findings('<a href="mailto:a@example.com" style="display:block">Words</a>') == ()


@pytest.mark.parametrize(
    ("media", "heights"),
    [
        ("only screen and (max-width: 519px)", []),
        ("(min-width:320px) and (max-width:480px)", []),
        ("print, screen and (max-width: 600px)", []),
        ("only screen and (max-width: 359px)", [36]),
        ("only screen and (min-width: 520px)", [36]),
        ("print and (max-width: 519px)", [36]),
        ("(max-width: 519px) and (prefers-color-scheme: dark)", [36]),
    ],
)
def test_styles_for_phones_count(
    findings: Callable[..., tuple[Finding, ...]], media: str, heights: list[int]
) -> None:
    found = findings(
        '<a class="go" href="mailto:a@example.com" style="display:block;line-height:20px;padding:8px">'
        "Words</a>",
        f"<style>@media {media} {{ .go {{ padding: 12px !important }} }}</style>",
    )
    assert [one.message for one in found] == [
        f"“Words” is {height} px high on a phone; a finger needs 44" for height in heights
    ]

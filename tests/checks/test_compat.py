"""Rows: what the simulated clients make of a piece of HTML, with near misses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from producthead_mail.checks.differing import as_json, lines
from producthead_mail.checks.finding import Finding
from producthead_mail.checks.page import Page
from tests.checks.conftest import EDITION, MESSAGE, PUBLICATION, page_html

Findings = Callable[..., tuple[Finding, ...]]
ONLY = {"compat-unsupported", "compat-partial", "contrast-clients"}


def told(findings: Findings, body: str, head: str = "") -> list[str]:
    """Severity, rule and message of each finding about clients, without what every page has."""
    usual = {one.message for one in findings(clients=True)}
    found = findings(body, head, clients=True)
    return [f"{one.severity} {one.message}" for one in found if one.rule in ONLY and one.message not in usual]


def test_what_a_reader_would_miss_is_told_one_by_one(findings: Findings) -> None:
    body = '<p style="display:none">Hidden</p><video><a href="https://v.example.com">Video</a></video>'
    found = [one.partition(":")[0] for one in told(findings, body) if "not supported" in one]
    assert found == [
        "warning <video> is not supported in Gmail, web; Gmail app, Android; Gmail app, another provider's "
        "account; Outlook, Windows; Outlook.com; Yahoo Mail, web"
    ]


def test_the_format_of_a_picture_is_another_rules(findings: Findings) -> None:
    assert told(findings, '<img src="https://i.example.com/a.webp" alt="A cat" width="9">') == []
    cell = '<table role="none"><tr><td background="https://i.example.com/a.webp">Words</td></tr></table>'
    found = told(findings, cell)
    assert any("a.webp" in one and "Outlook, Windows" in one for one in found)


def test_what_only_looks_otherwise_is_one_line_for_each_mark(findings: Findings) -> None:
    found = told(findings, '<p style="border-radius:4px;box-shadow:0 0 9px #000000">Words</p>')
    assert len(found) == 2
    assert found[0].startswith("info not supported in some client, which changes its look or layout there: ")
    assert {"css-border-radius", "css-box-shadow"} <= set(found[0].rpartition(": ")[2].split(", "))


def test_no_client_is_simulated_of_a_message_that_is_far_too_long(findings: Findings) -> None:
    video = "<video>x</video>"
    found = findings(video + "<p>Many words.</p>" * 30_000, clients=True)

    assert {one.rule for one in found} & ONLY == set()
    assert next(one.message for one in found if one.rule == "size-clip").endswith(
        " bytes; Gmail cuts it at about 100,000, and no client is simulated above 500,000"
    )


DARKENED = [
    # Full inversion turns the paper of a dark band light and keeps neither side of a middle grey apart.
    ("color:#767676", ["info", "Gmail app, Android"]),
    ("color:#000000", []),
    ("color:#333333", []),
    ("color:#ffffff;background:#767676", ["info", "Outlook, Windows"]),
]


def test_a_link_without_a_colour_keeps_its_blue_on_what_becomes_dark(findings: Findings) -> None:
    found = [one for one in findings(clients=True) if one.rule == "contrast-clients"]
    assert [(one.severity, "becomes #0000ee on #333333" in one.message) for one in found] == [
        ("warning", True)
    ]


@pytest.mark.parametrize(("style", "words"), DARKENED)
def test_contrast_in_forced_dark_modes(findings: Findings, style: str, words: list[str]) -> None:
    found = told(findings, f'<p style="{style}">Some words</p>')
    dark = [one for one in found if "in the dark mode of" in one]
    assert len(dark) == bool(words)
    assert all(word in dark[0] for word in words)


def test_what_will_differ_is_told_with_clients_reason_and_date() -> None:
    message = page_html('<p style="border-radius:4px">Words</p><p style="border-radius:4px">Words</p>')
    page = Page(EDITION, PUBLICATION, replace(MESSAGE, html=message))
    found = [one for one in lines(page) if "css-border-radius" in one]
    assert len(found) == 1
    assert "border-radius: 4px (2 times) in Outlook, Windows: " in found[0]
    assert ", tested 20" in found[0]
    assert "by tests of caniemail.com, as of 20" in lines(page)[-1]


def test_json_has_every_client_and_place() -> None:
    document: dict[str, Any] = as_json(Page(EDITION, PUBLICATION, replace(MESSAGE, html=page_html(""))))
    assert list(document) == ["clients", "support", "differences"]
    assert len(document["clients"]) == 8
    keys = {"feature", "what", "impact", "clients", "places", "path", "line", "column"}
    assert all(set(one) == keys for one in document["differences"])


def test_text_over_a_picture_that_a_client_drops(findings: Findings) -> None:
    picture = "background:url(https://i.example.com/a.png)"
    found = told(findings, f'<div style="{picture};color:#ffffff">Some words</div>')
    lost = [one for one in found if "becomes #ffffff on #ffffff in Outlook, Windows: contrast 1.00" in one]
    assert [one.partition(" ")[0] for one in lost] == ["warning"]
    safe = told(
        findings, f'<div style="background-color:#222222;{picture} #222222;color:#ffffff">Some words</div>'
    )
    assert not [one for one in safe if "#ffffff on #ffffff" in one]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
@given(text=st.text(alphabet="<>/abtdivp%{}[]!-|*\"'=-:;#0f ñ", max_size=120))
def test_any_html_can_be_held_against_the_clients(findings: Findings, text: str) -> None:
    found = findings(f"<p style='color:#777777'>{text}", f"<style>{text}</style>", clients=True)
    assert all(one.message for one in found)

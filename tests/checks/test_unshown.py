"""What an edition holds and its layout has no place for is told, for else nobody would miss it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from producthead_mail.checks.check import check
from producthead_mail.config import Project
from producthead_mail.content.edition import Button
from producthead_mail.content.loader import load_edition, load_publication
from producthead_mail.rendering.layout import Layout, load_layout
from producthead_mail.rendering.pipeline import render

PROJECT = Project(Path(__file__).parents[2])


@pytest.mark.parametrize(
    ("layout", "told"),
    [
        ("producthead", [("button", 0)]),
        ("announcement", [("takeaways", 8), ("curated links", 13), ("posts", 44)]),
    ],
)
def test_what_a_layout_leaves_out_is_told_where_it_stands(layout: str, told: list[tuple[str, int]]) -> None:
    publication = load_publication(PROJECT)
    first = load_edition(
        PROJECT.editions / "2024-02-12-in-search-of-deeper-alignment.md", publication, PROJECT
    )
    edition = replace(first, layout=layout, strapline="A line", button=Button("Go", "https://example.com/"))
    templates = load_layout(PROJECT, layout)

    found = check(
        edition, publication, render(edition, publication, templates), layout=templates, clients=False
    )

    assert [(one.message, one.severity.value, one.line) for one in found if one.rule == "not-shown"] == [
        (f"readers don't get the {words}: the layout {layout!r} doesn't show any", "warning", line)
        for words, line in told
    ]


@pytest.mark.parametrize(
    "source",
    [
        "{{ edition['curated'] }}{{ edition . posts }}{{ edition[ \"takeaways\" ] }}",
        "{{ parts(edition) }}",
        "{% set one = edition %}",
        "{% for part in order %}{{ edition[part] }}{% endfor %}",
        "{{ edition | attr(part) }}",
    ],
)
def test_what_may_be_shown_by_another_name_is_not_told(source: str) -> None:
    publication = load_publication(PROJECT)
    first = load_edition(
        PROJECT.editions / "2024-02-12-in-search-of-deeper-alignment.md", publication, PROJECT
    )
    edition, templates = replace(first, layout="announcement"), load_layout(PROJECT, "announcement")
    message = render(edition, publication, templates)
    freer = Layout("announcement", {**templates.files, "announcement/more.mjml.j2": source})

    found = check(edition, publication, message, layout=freer, clients=False)

    assert [one for one in found if one.rule == "not-shown"] == []

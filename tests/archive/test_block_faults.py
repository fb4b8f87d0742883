"""What of a template no page shows is told."""

from __future__ import annotations

import pytest

from producthead_mail.archive.block_faults import block_problems
from producthead_mail.rendering.templates import environment_of

BASE, PAGE, OWN = "shared/archive/base.html.j2", "shared/archive/page.html.j2", "own/page.html.j2"
FILES = {
    BASE: "<body>\n{% block head %}{% endblock %}{% block main %}{% endblock %}\n</body>",
    PAGE: '{% extends "shared/archive/base.html.j2" %}'
    "{% block main %}{% block parts %}{% endblock %}{% endblock %}",
}
EXTENDS = '{% extends "shared/archive/page.html.j2" %}\n'


def told(files: dict[str, str]) -> list[str]:
    """What is said of the project's own `files`."""
    every = {**FILES, **files}
    return sorted(map(str, block_problems(every, files.keys(), environment_of(every.get))))


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (
            "{% block partz %}a{% endblock %}",
            ":2:10: the block 'partz' is in no template that this one extends, and never shown; "
            "did you mean 'parts'?",
        ),
        (
            "{% block side %}a{% endblock %}",
            ":2:10: the block 'side' is in no template that this one extends, and never shown; "
            "known are head, main, parts",
        ),
        ("\n\n<p>a</p>\n", ":4: stands in no block, and is never shown; move it into a block"),
        ("{{ 1 }}", ":2: stands in no block, and is never shown; move it into a block"),
        ('{% include "a" %}', ":2: stands in no block, and is never shown; move it into a block"),
    ],
)
def test_what_a_page_lost_is_told(source: str, said: str) -> None:
    assert told({OWN: EXTENDS + source}) == [f"layouts/{OWN}{said}"]


@pytest.mark.parametrize(
    "source",
    [
        "{# a #}{% set a = 1 %}{% macro b() %}c{% endmacro %}\n",
        "{% block parts %}{% block own %}a{% endblock %}{% endblock %}",
        "{% block parts %}{{ self.side() }}{% endblock %}{% block side %}a{% endblock %}",
        "{% block partz %}",
    ],
)
def test_what_is_shown_or_told_elsewhere_is_none(source: str) -> None:
    assert told({OWN: EXTENDS + source}) == []


@pytest.mark.parametrize(
    "source",
    [
        "a{% block partz %}{% endblock %}",
        '{% extends "not/there" %}{% block partz %}{% endblock %}',
        f"{{% if a %}}{EXTENDS}{{% endif %}}b{{% block partz %}}{{% endblock %}}",
        f"<!-- a -->{EXTENDS}",
    ],
)
def test_without_a_frame_nothing_is_lost(source: str) -> None:
    assert told({OWN: source}) == []


def test_a_frame_whose_block_no_page_fills_is_told() -> None:
    assert told({BASE: FILES[BASE].replace("main", "mian")}) == [
        f"layouts/{BASE}:2:40: no template fills the block 'mian'; did you mean 'main'?"
    ]


def test_a_frame_may_leave_a_block_out_or_have_one_more() -> None:
    assert told({BASE: FILES[BASE].replace("main", "side")}) == []

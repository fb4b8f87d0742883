"""The first edition and an announcement, rendered for each way to unsubscribe, have nothing to mend."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from producthead_mail.checks.check import check
from producthead_mail.checks.finding import Severity
from producthead_mail.config import Project
from producthead_mail.content.loader import load_edition, load_publication
from producthead_mail.content.publication import Unsubscribe
from producthead_mail.rendering.layout import load_layout
from producthead_mail.rendering.pipeline import render

ROOT = Path(__file__).parents[2]
PROJECT = Project(ROOT)
EDITIONS = (
    PROJECT.editions / "2024-02-12-in-search-of-deeper-alignment.md",
    ROOT / "tests" / "layouts" / "announcement.md",
)
ALLOWED = {
    "subject": "42 characters, two more than a phone shows",
    "compat-unsupported": "details that some clients don't know; nothing is missing there",
    "compat-partial": "the same",
    "contrast-clients": "between 3 and 4.5 in forced dark modes, whose formula is not proven",
}
"""Rules that may tell something about them, for information, and why that may stay."""


@pytest.mark.parametrize("path", EDITIONS, ids=lambda path: path.stem)
@pytest.mark.parametrize(
    "unsubscribe",
    [
        Unsubscribe(asm_group=12345),
        Unsubscribe(subscription_tracking=True),
        Unsubscribe(url="https://u.example.com/leave?who=[[ email ]]"),
    ],
)
def test_nothing_to_mend(path: Path, unsubscribe: Unsubscribe) -> None:
    publication = replace(load_publication(PROJECT), unsubscribe=unsubscribe)
    edition = load_edition(path, publication, PROJECT)
    layout = load_layout(PROJECT, edition.layout)
    message = render(edition, publication, layout)
    found = check(edition, publication, message, layout=layout)
    assert {one.rule for one in found} <= set(ALLOWED)
    assert {one.severity for one in found} <= {Severity.INFO}
    assert all(one.path and one.line for one in found)

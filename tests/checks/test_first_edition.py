"""The first edition, rendered for each way to unsubscribe, has nothing to mend."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from producthead_mail.checks.check import check
from producthead_mail.checks.report import lines
from producthead_mail.config import Project
from producthead_mail.content.loader import load_edition, load_publication
from producthead_mail.content.publication import Unsubscribe
from producthead_mail.rendering.layout import load_layout
from producthead_mail.rendering.pipeline import render

PROJECT = Project(Path(__file__).parents[2])
EDITION = PROJECT.editions / "2024-02-12-in-search-of-deeper-alignment.md"


@pytest.mark.parametrize(
    "unsubscribe",
    [
        Unsubscribe(asm_group=12345),
        Unsubscribe(subscription_tracking=True),
        Unsubscribe(url="https://u.example.com/leave?who=[[ email ]]"),
    ],
)
def test_no_findings(unsubscribe: Unsubscribe) -> None:
    publication = replace(load_publication(PROJECT), unsubscribe=unsubscribe)
    edition = load_edition(EDITION, publication, PROJECT)
    message = render(edition, publication, load_layout(PROJECT, edition.layout))
    assert lines(check(edition, publication, message)) == []

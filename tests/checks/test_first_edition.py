"""The first edition, rendered for each way to unsubscribe, has nothing to mend but what is listed here."""

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
def test_all_findings(unsubscribe: Unsubscribe) -> None:
    publication = replace(load_publication(PROJECT), unsubscribe=unsubscribe)
    edition = load_edition(EDITION, publication, PROJECT)
    layout = load_layout(PROJECT, edition.layout)
    message = render(edition, publication, layout)
    assert lines(check(edition, publication, message, layout=layout)) == [
        f"content/editions/{EDITION.name}:2:8: info subject: "
        "the subject has 42 characters; phones show about 40; put the news first"
    ]

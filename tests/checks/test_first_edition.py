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


FINDINGS = [
    # 42 characters, two more than a phone shows.
    (f"content/editions/{EDITION.name}:2:8", "subject"),
    # Details that Outlook on Windows and foreign accounts in Gmail don't know; nothing is missing there.
    ("layouts/producthead/edition.mjml.j2:3:1", "compat-unsupported"),
    ("layouts/producthead/edition.mjml.j2:3:1", "compat-partial"),
    # Small type on the page colour and words on the button, in forced dark modes: 4.11, 4.45 and 4.29 of 4.5.
    ("layouts/producthead/edition.mjml.j2:5:42", "contrast-clients"),
    ("layouts/producthead/edition.mjml.j2:5:42", "contrast-clients"),
    ("layouts/producthead/partials/masthead.mjml.j2:18:67", "contrast-clients"),
]
"""All for information."""


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
    found = [
        line.partition(": info ")[::2] for line in lines(check(edition, publication, message, layout=layout))
    ]
    assert [(place, words.partition(":")[0]) for place, words in found] == FINDINGS

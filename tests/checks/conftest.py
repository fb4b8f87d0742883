from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from producthead_mail.checks.check import check
from producthead_mail.checks.finding import Finding
from producthead_mail.checks.rules import ALL
from producthead_mail.content.edition import Edition, Position, RichText
from producthead_mail.content.publication import Mailbox, Publication, Unsubscribe
from producthead_mail.rendering.message import Context, Message, Slot

TAG = "<%asm_group_unsubscribe_raw_url%>"
HEAD = (
    '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    '<title>PRODUCTHEAD: Alignment</title><meta name="color-scheme" content="light dark">'
    "<style>@media (prefers-color-scheme: dark) { .sheet { color: #eeeeee } }</style>"
)
SEVERITIES = {rule.id: {rule.severity, *rule.also} for rule in ALL.values()}
PREHEADER = "The difference between superficial and deep alignment."
HIDDEN = f'<div style="display:none;max-height:0">{PREHEADER} &zwnj;</div>'
FOOT = f'<p><a href="{TAG}">Unsubscribe</a> 1 Example Street, London</p>'
EDITION = Edition(
    "2024-02-12-alignment",
    Path("/p/content/editions/2024-02-12-alignment.md"),
    "Alignment",
    datetime.date(2024, 2, 12),
    "PRODUCTHEAD: Alignment",
    takeaways=(RichText("Align", "Align", "Align"),),
    positions={"title": Position(2, 8)},
)
PUBLICATION = Publication(
    Path("/p/content/publication.yaml"),
    "PRODUCTHEAD",
    "https://newsletter.example.com",
    Mailbox("jock@example.com", "Jock"),
    ZoneInfo("Europe/London"),
    postal_address="1 Example Street, London",
    unsubscribe=Unsubscribe(asm_group=7),
)
MESSAGE = Message(
    edition=EDITION.slug,
    subject="PRODUCTHEAD: Alignment",
    preheader=PREHEADER,
    html="",
    text=f"Unsubscribe: {TAG}\n1 Example Street, London",
    slots=(Slot("PHSabc123", "first_name", Context.TEXT, ("first_name",)),),
    headers={},
    sender=PUBLICATION.sender,
    reply_to=None,
    asm_group=7,
    subscription_tracking=False,
    categories=(),
    defaults={"first_name": "there"},
    language="en",
    date="Mon, 12 Feb 2024 12:00:00 +0000",
    digest="0" * 64,
)


def page_html(body: str, head: str = "") -> str:
    return (
        f'<!DOCTYPE html><html lang="en"><head>{HEAD}{head}</head>'
        f'<body>{HIDDEN}<div lang="en" dir="ltr">{body}{FOOT}</div></body></html>'
    )


@pytest.fixture
def findings() -> Callable[..., tuple[Finding, ...]]:
    """Findings of a sound message with some fields changed; `body` and `head` go into its HTML."""

    def run(
        body: str = "",
        head: str = "",
        edition: dict[str, Any] | None = None,
        publication: dict[str, Any] | None = None,
        clients: bool = False,
        **changes: Any,
    ) -> tuple[Finding, ...]:
        changes.setdefault("html", page_html(body, head))
        headings = re.findall(r"<h\d>(.*?)</h\d>", body)
        changes.setdefault("text", "\n".join([MESSAGE.text, *headings]))
        found = check(
            replace(EDITION, **(edition or {})),
            replace(PUBLICATION, **(publication or {})),
            replace(MESSAGE, **changes),
            clients=clients,
        )
        assert all(one.severity in SEVERITIES[one.rule] for one in found)
        return found

    return run

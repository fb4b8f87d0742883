"""Findings about the first edition and its layout lead back to the line that has to be mended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

from producthead_mail.checks.check import check
from producthead_mail.checks.rules import RULES
from producthead_mail.config import Project
from producthead_mail.content.edition import Edition
from producthead_mail.content.loader import load_edition, load_publication
from producthead_mail.content.publication import Publication
from producthead_mail.rendering.layout import Layout, load_layout
from producthead_mail.rendering.message import Message
from producthead_mail.rendering.pipeline import render

PROJECT = Project(Path(__file__).parents[2])
EDITION = "content/editions/2024-02-12-in-search-of-deeper-alignment.md"
MAIN, TEXT = "layouts/producthead/edition.mjml.j2", "layouts/producthead/edition.txt.j2"
TYPE, DARK = "layouts/shared/type.mjml.j2", "layouts/shared/dark.mjml.j2"
TAKEAWAYS = "layouts/producthead/partials/takeaways.mjml.j2"
HEAD, FOOTER = "layouts/shared/head.mjml.j2", "layouts/shared/footer.mjml.j2"
PUBLICATION = "content/publication.yaml"
Made = tuple[Edition, Publication, Layout]
Place = tuple[str, str]
"""Path, and what stands at the line and column there; an empty text where a file has no line."""


@pytest.fixture(scope="module")
def made() -> Made:
    publication = load_publication(PROJECT)
    edition = load_edition(PROJECT.root / EDITION, publication, PROJECT)
    return edition, publication, load_layout(PROJECT, edition.layout)


Change = Callable[[Message], Message]
LINK = "https://mindtheproduct.example.com/getting-aligned-with-your-exec-team/"


def html(before: str, after: str) -> Change:
    def change(message: Message) -> Message:
        assert before in message.html
        return replace(message, html=message.html.replace(before, after))

    return change


def added(markup: str) -> Change:
    return html("</body>", f"{markup}</body>")


MESSAGES: list[tuple[str, Change, Place]] = [
    ("subject", lambda m: replace(m, subject="A?!"), (EDITION, "In search of deeper alignment")),
    ("preheader", lambda m: replace(m, preheader="Short"), (HEAD, "<mj-preview>")),
    ("unsubscribe-body", html("<%asm_group", "<%no_group"), (FOOTER, "unsubscribe_url")),
    ("plain-text", lambda m: replace(m, text=""), (TEXT, "")),
    ("plain-text-drift", lambda m: replace(m, text=f"{m.text} https://a.example.com"), (TEXT, "")),
    ("size-clip", added("<p>Words</p>" * 9000), (EDITION, "")),
    ("style-parse-error", html("</head>", "<style>p { margin 0 }</style></head>"), (DARK, "<mj-style>")),
    ("script", added("<script>go()</script>"), (MAIN, "")),
    ("doctype", html("<!DOCTYPE html>", ""), (MAIN, "<mjml")),
    ("lang", html('<html lang="en"', "<html"), (MAIN, "<mjml")),
    ("title", html("<title>PRODUCTHEAD: In search of deeper alignment", "<title>"), (HEAD, "<mj-title>")),
    ("dark-support", html("prefers-color-scheme", "max-width"), (DARK, "color-scheme")),
    ("link-duplicate", added(f'<a href="{LINK}">Words</a>' * 5), (EDITION, LINK)),
    ("img-alt", html('alt="Product People Limited logo"', ""), (PUBLICATION, "images/product-people.png")),
]


@pytest.mark.parametrize(("rule", "change", "place"), MESSAGES, ids=[row[0] for row in MESSAGES])
def test_a_message_that_came_out_wrong(made: Made, rule: str, change: Change, place: Place) -> None:
    edition, publication, layout = made
    message = change(render(edition, publication, layout))
    assert where(edition, publication, layout, message, rule, place) == place


LAYOUTS: list[tuple[str, str, str, str, Place]] = [
    ("contrast", TYPE, "color: #161412; mso-line", "color: #e9e8e7; mso-line", (TYPE, "#e9e8e7")),
    ("contrast-dark", DARK, "#faf5ec", "#2a2826", (DARK, "#2a2826")),
    ("font-size", TYPE, "font-size: 12px", "font-size: 8px", (TYPE, "font-size: 8px")),
    ("tap-target", TYPE, "padding: 12px 32px", "padding: 1px 32px", (TYPE, ".button {")),
    (
        "style-parse-error",
        TYPE,
        "a:hover { text-decoration:",
        "a:hover { text-decoration",
        (TYPE, ".name a:h"),
    ),
    (
        "style-nested-at",
        TYPE,
        ".name a:hover",
        "@supports (a: b) { @media print {} } .x",
        (TYPE, "@supports"),
    ),
    ("table-role", TAKEAWAYS, 'role="presentation" ', "", (TAKEAWAYS, "<table")),
    ("merge-leftover", FOOTER, "{{ labels.reply }}", "*|REPLY|*", (FOOTER, "*|REPLY|*")),
    ("link-http", FOOTER, '"{{ archive_url }}"', '"http://a.example.com"', (FOOTER, "http://a.example.com")),
]


@pytest.mark.parametrize(
    ("rule", "file", "before", "after", "place"), LAYOUTS, ids=[row[0] for row in LAYOUTS]
)
def test_a_layout_to_be_mended(
    made: Made, rule: str, file: str, before: str, after: str, place: Place
) -> None:
    edition, publication, known = made
    name = file.removeprefix("layouts/")
    assert before in known.files[name]
    layout = Layout(known.name, {**known.files, name: known.files[name].replace(before, after)})
    message = render(edition, publication, layout)
    assert where(edition, publication, layout, message, rule, place) == place


def test_a_table_that_the_edition_writes_is_mended_there(made: Made, tmp_path: Path) -> None:
    edition, publication, layout = made
    path = tmp_path / "content/editions/2024-02-12-table.md"
    path.parent.mkdir(parents=True)
    text = edition.source + "\n\nWords.\n\n<table><tr><td>One</td></tr></table>\n"
    path.write_text(text)
    edition = load_edition(path, publication, PROJECT)
    message = render(edition, publication, layout)
    found = [one for one in check(edition, publication, message, layout=layout) if one.rule == "table-role"]
    assert [(one.path, one.line, one.column) for one in found] == [
        ("content/editions/2024-02-12-table.md", text.count("\n"), 1)
    ]
    assert found[0].remedy == "write <th> for the cells of its head, or say it without a table"


def where(
    edition: Edition, publication: Publication, layout: Layout, message: Message, rule: str, place: Place
) -> Place:
    """The path of the rule's first finding, and what stands there, as long as what is expected."""
    found = check(edition, publication, message, layout=layout, clients=False)
    one = next(one for one in found if one.rule == rule)
    sources = {EDITION: edition.source, PUBLICATION: publication.source}
    files = {f"layouts/{name}": text for name, text in layout.files.items()}
    text = (sources | files)[one.path].split("\n")[one.line - 1][one.column - 1 :] if one.line else ""
    return one.path, text[: len(place[1])]


WITHOUT = MappingProxyType(
    {
        "size-clip": "the edition as a whole",
        "text-image-ratio": "the edition as a whole",
        "link-count": "the edition as a whole",
        "plain-text": "the whole template of the text part, where there is no text in it",
        "headers": "a key of publication.yaml that isn't there",
    }
)
"""Rules whose findings name a file and no line, and what they are about; docs/checks.md says so."""


def test_rules_without_a_line_are_said() -> None:
    text = (PROJECT.root / "docs" / "checks.md").read_text().partition("## Where")[2].partition("## ")[0]
    assert set(WITHOUT) <= {rule.id for rule in RULES}
    assert all(f"`{rule}`" in text for rule in WITHOUT)

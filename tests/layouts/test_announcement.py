"""The announcement layout: one piece of news, with a slot in text and subject."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import html as lxml_html

from producthead_mail.config import Project
from producthead_mail.content.loader import load_edition, load_publication
from producthead_mail.rendering.layout import load_layout
from producthead_mail.rendering.message import Message
from producthead_mail.rendering.pipeline import render
from producthead_mail.rendering.slots import fill

PROJECT = Project(Path(__file__).parents[2])


@pytest.fixture(scope="module")
def message() -> Message:
    publication = load_publication(PROJECT)
    edition = load_edition(Path(__file__).with_name("announcement.md"), publication, PROJECT)
    return render(edition, publication, load_layout(PROJECT, "announcement"))


def test_it_greets_the_reader_by_name(message: Message) -> None:
    filled = fill(message, {"email": "chiara@example.com", "first_name": "Chiara"})
    assert filled.subject == "The PRODUCTHEAD archive has moved, Chiara"
    assert "Hello Chiara," in filled.html
    assert "Hello Chiara," in filled.text


def test_the_button_is_drawn_for_outlook_and_linked_for_all_others(message: Message) -> None:
    assert "<!--[if mso]><v:roundrect" in message.html
    links = lxml_html.document_fromstring(message.html).xpath("//a[@class='button']")
    assert [(a.get("href"), a.text_content()) for a in links] == [
        ("https://newsletter.example.com/editions/", "Visit the archive")
    ]
    assert "Visit the archive: https://newsletter.example.com/editions/" in message.text


def test_it_is_short_and_has_one_title(message: Message) -> None:
    page = lxml_html.document_fromstring(message.html)
    assert [h.text_content() for h in page.iter("h1")] == ["The archive has moved"]
    assert len(message.html.encode()) < 30_000

"""A hostile recipient, through the whole pipeline: harmless in every place a slot can stand."""

from __future__ import annotations

import re
import shutil
from email import message_from_bytes
from email.policy import default
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from producthead_mail.config import Project
from producthead_mail.content.loader import load_edition, load_publication
from producthead_mail.rendering.eml import eml
from producthead_mail.rendering.layout import load_layout
from producthead_mail.rendering.message import Message
from producthead_mail.rendering.pipeline import render
from producthead_mail.rendering.slots import Filled, fill, substitutions

ROOT = Path(__file__).parents[2]
HOSTILE = (
    'Robert"; {{7*7}} [[ email ]] <script>alert(1)</script>\r\nBcc: x@example.org'
    "\x00 ' & --> \u202e \u2028 %0d%0a"
)
EDITION = """---
title: To [[ name ]]
date: 2024-03-04
layout: announcement
subject: Hello [[ name ]]
preheader: For [[ name ]] alone
button: {label: "Go, [[ name ]]", url: "https://example.com/go?who=[[ name ]]"}
---

Hello **[[ name ]]**, see [a page](https://example.com/[[ name ]]/x "of [[ name ]]")
and <https://example.com/?q=[[ name ]]>.

| [[ name ]] |
| --- |
| [[ name | upper ]] |
"""


def made(folder: Path, edition: str) -> Message:
    for name in ("content", "layouts"):
        shutil.copytree(ROOT / name, folder / name)
    project = Project(folder)
    settings_file = project.publication
    text = settings_file.read_text(encoding="utf-8")
    url = 'unsubscribe: {url: "https://example.com/leave?who=[[ name ]]&to=[[ email ]]"}'
    settings_file.write_text(re.sub(r"^unsubscribe:.*$", url, text, flags=re.M), encoding="utf-8")
    path = project.editions / "hostile.md"
    path.write_text(edition, encoding="utf-8")
    publication = load_publication(project)
    loaded = load_edition(path, publication, project)
    return render(loaded, publication, load_layout(project, loaded.layout))


@pytest.fixture(scope="module")
def message(tmp_path_factory: pytest.TempPathFactory) -> Message:
    return made(tmp_path_factory.mktemp("project"), EDITION)


def filled(message: Message, name: str) -> Filled:
    return fill(message, {"name": name, "email": "reader@example.com"})


def shape(html: str) -> list[tuple[str, list[str]]]:
    """The tags of a page with the names of their attributes."""
    tree = lxml_html.document_fromstring(html)
    return [(str(node.tag), sorted(node.attrib)) for node in tree.iter()]


def test_every_context_is_covered(message: Message) -> None:
    assert {slot.context.value for slot in message.slots} == {"text", "attribute", "url", "plain", "subject"}


def test_the_page_keeps_its_shape(message: Message) -> None:
    html = filled(message, HOSTILE).html
    assert shape(html) == shape(filled(message, "Ada").html)
    assert html.count("-->") == filled(message, "Ada").html.count("-->")
    assert "<script>" not in html


def test_nothing_of_the_value_is_worked_out(message: Message) -> None:
    everything = filled(message, HOSTILE)
    for part in (everything.subject, unescape(everything.html), everything.text):
        assert "{{7*7}} [[ email ]]" in part
        assert 'Robert"; 49' not in part


def test_links_keep_their_host_and_their_parts(message: Message) -> None:
    tree = lxml_html.document_fromstring(filled(message, HOSTILE).html)
    links = [href for href in tree.xpath("//a/@href") if "example.com/" in href and "Robert" in href]
    assert len(links) == 4
    for href in links:
        assert href.startswith("https://example.com/")
        assert not set(href) & set("\"'<> \r\n{}[]")
        assert 'Robert"; {{7*7}} [[ email ]] <script>' in unquote(href)


def test_no_line_break_reaches_a_header(message: Message) -> None:
    everything = filled(message, HOSTILE)
    for value in (everything.subject, *everything.headers.values()):
        assert not re.search(r"[\x00-\x1f\u2028\u2029\u202e]", value)
    mail = message_from_bytes(eml(message, everything, to="reader@example.com"), policy=default)
    assert mail["Bcc"] is None
    assert mail["List-Unsubscribe"].startswith("<https://example.com/leave?who=Robert%22%3B")
    assert mail["List-Unsubscribe"].endswith("&to=reader%40example.com>")


def test_a_value_starts_no_line_of_the_plain_text(message: Message) -> None:
    lines = filled(message, HOSTILE).text.splitlines()
    assert not [line for line in lines if line.startswith("Bcc:")]
    assert len(lines) == len(filled(message, "Ada").text.splitlines())


def test_a_value_holds_no_token_and_no_tag_of_sendgrid(message: Message) -> None:
    tags = [slot.token for slot in message.slots] + ["<%asm_group_unsubscribe_raw_url%>", "PHunsubscribeLink"]
    values = substitutions(message, {"name": " ".join(tags), "email": "reader@example.com"}).values()
    assert not [tag for tag in tags for value in values if tag in value]


@settings(max_examples=60, deadline=None)
@given(name=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30))
def test_no_name_changes_the_shape_of_the_page(message: Message, name: str) -> None:
    assert shape(filled(message, name).html) == shape(filled(message, "Ada").html)


@pytest.mark.parametrize("name", ["Ada", "O'Neil & Söhne"])
def test_a_filled_page_is_the_page_with_the_value_written_in(tmp_path: Path, name: str) -> None:
    """Byte for byte, but for the addresses and for the ways to spell a quote."""
    slots = EDITION.replace("Go, [[ name ]]", "Go")  # the button is as wide as its label
    written = slots.replace("[[ name | upper ]]", name.upper()).replace("who=[[ name ]]", "who=x")
    written = re.sub(r"(example\.com/(?:\?q=)?)\[\[ name \]\]", r"\1x", written).replace("[[ name ]]", name)
    pages = [filled(made(tmp_path / str(len(text)), text), name).html for text in (slots, written)]
    one, other = (re.sub(r"https://example\.com/[^\"<]*", "URL", unescape(page)) for page in pages)
    assert one.replace("’", "'") == other.replace("’", "'")

"""Slots: a value never leaves the context it stands in."""

from __future__ import annotations

from dataclasses import replace
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from producthead_mail.config import Project
from producthead_mail.content.loader import load_edition, load_publication
from producthead_mail.rendering.layout import load_layout
from producthead_mail.rendering.message import Context, Message
from producthead_mail.rendering.pipeline import render
from producthead_mail.rendering.slots import Tokens, fill, placeholder_fields, substitutions, unknown_fields

ROOT = Path(__file__).parents[2]
HOSTILE = 'Robert"; {{7*7}} [[ email ]] <script>\r\nBcc: x'


@pytest.fixture(scope="module")
def message() -> Message:
    project = Project(ROOT)
    publication = load_publication(project)
    path = next(project.editions.glob("*.md"))
    edition = load_edition(path, publication, project)
    made = render(edition, publication, load_layout(project, edition.layout))
    tokens = Tokens("seed")
    html = tokens.markup('<a href="https://example.com/?n=[[ name ]]" title="[[ name ]]">[[ name ]]</a>')
    text = tokens.plain("Dear [[ name ]], https://example.com/?n=[[ name ]]")
    subject = tokens.subject("For [[ name ]]")
    return replace(made, html=html, text=text, subject=subject, preheader="", slots=tokens.slots, defaults={})


def test_each_context_has_its_token(message: Message) -> None:
    assert [slot.context for slot in message.slots] == [
        Context.URL,
        Context.ATTRIBUTE,
        Context.TEXT,
        Context.PLAIN,
        Context.SUBJECT,
    ]
    assert all(slot.token.isalnum() and slot.fields == ("name",) for slot in message.slots)


def test_a_hostile_value_is_harmless_everywhere(message: Message) -> None:
    filled = fill(message, {"name": HOSTILE})
    assert filled.html.count("<") == 2
    assert filled.html.count('"') == 4
    assert "\n" not in filled.subject + filled.html + filled.text
    assert "{{7*7}} [[ email ]]" in filled.subject


@settings(max_examples=100, deadline=None)
@given(name=st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_no_value_escapes_its_context(message: Message, name: str) -> None:
    values = list(substitutions(message, {"name": name}).values())
    assert not set("\"'<>\r\n") & set("".join(values[:3]))
    assert unquote(values[0]) == unescape(values[1]) == values[4]


def test_a_value_cannot_hold_a_token(message: Message) -> None:
    token = message.slots[0].token
    assert all(token not in value for value in substitutions(message, {"name": token}).values())


def test_the_placeholder_reader_sees_the_field_in_angle_quotes(message: Message) -> None:
    assert placeholder_fields(message) == {"name": "‹name›"}


def test_an_unknown_field_has_a_suggestion(message: Message) -> None:
    assert unknown_fields(message, ["names"]) == [("name", "did you mean 'names'?")]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('<p style="color:[[ x ]]">', "a slot cannot stand in style"),
        ("<p onclick=\"say('[[ x ]]')\">", "a slot cannot stand in onclick"),
        ("<mj-style>p { color: [[ x ]] }</mj-style>", "a slot cannot stand in a style or script"),
        ("<script>[[ x ]]</script>", "a slot cannot stand in a style or script"),
        ('<a href="[[ x ]]">', "a slot cannot say where a URL leads"),
        ('<a href="https://[[ x ]].example.com/">', "a slot cannot say where a URL leads"),
        ('<a href="https://example.com[[ x ]]">', "a slot cannot say where a URL leads"),
        ('<img src="java[[ x ]]">', "a slot cannot say where a URL leads"),
        ("<p [[ x ]]>", "a slot cannot stand in a tag outside an attribute's value"),
        ("<!-- [[ x ]] -->", "a slot cannot stand in a comment"),
        ("[[ x + ]]", "unexpected ']]'"),
        ("[[ x }} {{ y ]]", "is more than one expression"),
        ("[[ x", "a `[[` without its `]]`"),
        ("[[ ]]", "Expected an expression, got ']]'"),
    ],
)
def test_a_slot_in_the_wrong_place_is_a_fault(source: str, message: str) -> None:
    tokens = Tokens("seed")
    tokens.markup(source)
    assert [fault.message for fault in tokens.faults] == [message]
    assert tokens.faults[0].at == source.index("[[")
    assert tokens.faults[0].remedy


def test_quotes_of_a_slot_end_no_attribute() -> None:
    tokens = Tokens("seed")
    tokens.markup('<p title="[[ x | default("a > b") ]]">[[ x ]]</p>')
    assert [slot.context for slot in tokens.slots] == [Context.ATTRIBUTE, Context.TEXT]


def test_a_slot_in_a_conditional_comment_has_the_context_of_its_markup() -> None:
    tokens = Tokens("seed")
    tokens.markup('<!--[if mso]><b href="https://example.com/[[ x ]]">[[ x ]]</b><![endif]-->')
    tokens.markup('<!--[if !mso]><!--><a title="[[ x ]]">x</a><!--<![endif]-->')
    assert [slot.context for slot in tokens.slots] == [Context.URL, Context.TEXT, Context.ATTRIBUTE]


def test_an_escaped_slot_is_literal() -> None:
    assert Tokens("seed").markup(r"\[[ x ]]") == "[[ x ]]"

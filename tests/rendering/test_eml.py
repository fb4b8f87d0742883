"""The .eml file: two parts, plain first, no clock."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes
from email.policy import default

from producthead_mail.content.publication import Mailbox
from producthead_mail.rendering.eml import eml
from producthead_mail.rendering.freeze import freeze, thaw
from producthead_mail.rendering.message import Context, Message, Slot
from producthead_mail.rendering.slots import fill

TOKEN = "PHABCDEFGHIJKLMNOPQRSTUVWX"
MESSAGE = Message(
    edition="one",
    subject=f"For {TOKEN}",
    preheader="",
    html="<p>é</p>",
    text="é\n",
    slots=(Slot(TOKEN, "name", Context.SUBJECT, ("name",)),),
    headers={"List-Unsubscribe": "<https://example.com/leave>"},
    sender=Mailbox("curator@example.com", "Jock, Curator"),
    reply_to=Mailbox("reply@example.com"),
    asm_group=None,
    subscription_tracking=False,
    categories=("a",),
    defaults={"name": "you"},
    language="en",
    date="Mon, 12 Feb 2024 12:00:00 +0000",
    digest="0" * 64,
)


def test_the_file_is_what_the_reader_gets() -> None:
    data = eml(MESSAGE, fill(MESSAGE, {"name": "Eve\r\nBcc: x@example.org"}), to="reader@example.com")
    mail = message_from_bytes(data, policy=default)
    assert mail["Subject"] == "For Eve Bcc: x@example.org"
    assert mail["Bcc"] is None
    assert mail["Message-ID"] == f"<{'0' * 32}@example.com>"
    assert mail["Date"] == "Mon, 12 Feb 2024 12:00:00 +0000"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert [part.get_content().strip() for part in mail.iter_parts()] == ["é", "<p>é</p>"]


def test_addresses_and_long_links_stand_there_as_they_are() -> None:
    link = f"<https://example.com/leave?{'x' * 300}>"
    message = replace(MESSAGE, headers={"List-Unsubscribe": link})
    data = eml(message, fill(message, {}), to="jörg@example.org")
    assert "\r\nTo: jörg@example.org\r\n".encode() in data
    assert f"\r\nList-Unsubscribe: {link}\r\n".encode() in data


def test_every_line_ends_as_mail_wants_it() -> None:
    data = eml(MESSAGE, fill(MESSAGE, {}), to="reader@example.com")
    assert data.count(b"\n") == data.count(b"\r\n")


def test_an_empty_field_takes_the_default() -> None:
    assert fill(MESSAGE, {"name": ""}).subject == "For you"


def test_a_frozen_message_thaws_to_itself() -> None:
    assert thaw(freeze(MESSAGE)) == MESSAGE

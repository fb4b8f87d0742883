"""The message as an .eml file: deterministic, no clock."""

from __future__ import annotations

from producthead_mail.content.publication import Mailbox
from producthead_mail.rendering.message import Message
from producthead_mail.rendering.mime import Mail, mime
from producthead_mail.rendering.slots import Filled


def eml(message: Message, filled: Filled, *, to: str) -> bytes:
    """The bytes of a multipart/alternative mail, plain text first."""
    name = message.digest[:32]
    mail = Mail(
        sender=message.sender,
        to=[Mailbox(to)],
        subject=filled.subject,
        date=message.date,
        message_id=f"{name}@{message.sender.email.rpartition('@')[2]}",
        parts=[("text/plain", filled.text), ("text/html", filled.html)],
        reply_to=message.reply_to,
        headers=filled.headers,
    )
    return mime(mail, f"=_{name}")

"""The message as an .eml file: deterministic, no clock."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from producthead_mail.content.publication import Mailbox
from producthead_mail.rendering.message import Message
from producthead_mail.rendering.slots import Filled


def eml(message: Message, filled: Filled, *, to: str) -> bytes:
    """The bytes of a multipart/alternative mail, plain text first."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = _address(message.sender)
    mail["To"] = to
    if message.reply_to:
        mail["Reply-To"] = _address(message.reply_to)
    mail["Subject"] = filled.subject
    mail["Date"] = message.date
    mail["Message-ID"] = f"<{message.digest[:32]}@{message.sender.email.rpartition('@')[2]}>"
    for name, value in filled.headers.items():
        mail[name] = value
    mail.set_content(filled.text, cte="quoted-printable")
    mail.add_alternative(filled.html, subtype="html", cte="quoted-printable")
    mail.set_boundary(f"=_{message.digest[:32]}")
    return mail.as_bytes()


def _address(mailbox: Mailbox) -> Address:
    return Address(display_name=mailbox.name, addr_spec=mailbox.email)

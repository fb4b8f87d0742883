"""A mail as bytes, exactly as a reader's program gets it."""

from __future__ import annotations

import re
from binascii import b2a_qp
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8

from producthead_mail.content.publication import Mailbox


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one reader."""

    sender: Mailbox
    to: Sequence[Mailbox]
    subject: str
    date: str
    """RFC 5322."""
    message_id: str
    """Without the angle brackets."""
    parts: Sequence[tuple[str, str]]
    """Content type and text, the plainest first."""
    reply_to: Mailbox | None = None
    cc: Sequence[Mailbox] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


def mime(mail: Mail, boundary: str) -> bytes:
    """The mail as multipart/alternative."""
    head = _head(mail).as_bytes().removesuffix(b"\r\n")
    for name, value in mail.headers.items():
        # As it is: the email module would fold a long link into encoded words, which no reader follows.
        head += f"{name}: {' '.join(value.split())}\r\n".encode()
    kind = f'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="{boundary}"\r\n\r\n'
    parts = b"".join(_part(boundary, kind, text) for kind, text in mail.parts)
    return head + kind.encode() + parts + f"--{boundary}--\r\n".encode()


def _head(mail: Mail) -> EmailMessage:
    people = [mail.sender, *mail.to, *mail.cc]
    ascii_only = all(one.email.isascii() for one in people)
    head = EmailMessage(policy=SMTP if ascii_only else SMTPUTF8)
    head["From"] = _address(mail.sender)
    head["To"] = _addresses(mail.to)
    if mail.cc:
        head["Cc"] = _addresses(mail.cc)
    if mail.reply_to:
        head["Reply-To"] = _address(mail.reply_to)
    head["Subject"] = re.sub(r"[\r\n]+", " ", mail.subject)
    head["Date"] = mail.date
    head["Message-ID"] = f"<{mail.message_id}>"
    return head


def _part(boundary: str, kind: str, text: str) -> bytes:
    lines = text.replace("\r\n", "\n").replace("\n", "\r\n").encode()
    head = f"--{boundary}\r\nContent-Type: {kind}; charset=utf-8\r\n"
    # In a text of one line the soft breaks of b2a_qp are \n alone.
    encoded = re.sub(rb"(?<!\r)\n", b"\r\n", b2a_qp(lines))
    return f"{head}Content-Transfer-Encoding: quoted-printable\r\n\r\n".encode() + encoded + b"\r\n"


def _addresses(people: Iterable[Mailbox]) -> list[Address]:
    return [_address(one) for one in people]


def _address(mailbox: Mailbox) -> Address:
    # Not addr_spec: its parser refuses a local part outside ASCII, which an audience may have.
    local, _, domain = mailbox.email.rpartition("@")
    return Address(mailbox.name, local, domain)

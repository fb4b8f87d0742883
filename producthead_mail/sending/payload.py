"""The bytes of a request to SendGrid: the envelope once per message, then one small dict a recipient."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from producthead_mail.audience.recipient import Recipient
from producthead_mail.content.publication import Mailbox
from producthead_mail.errors import InputError, Problem
from producthead_mail.rendering.message import TRACKING_TAG, Message
from producthead_mail.rendering.slots import substitutions
from producthead_mail.sending.limits import CATEGORIES, SUBSTITUTION_BYTES, body_problems, text_bytes

__all__ = ["body_problems", "personalization", "personalizations_json", "request_body"]

TEST_PREFIX = "[TEST] "
TEST_CATEGORY = "test"

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def personalization(message: Message, recipient: Recipient, custom_args: Mapping[str, str]) -> dict[str, Any]:
    """One recipient's part of a request; InputError naming the row where it is too large for SendGrid."""
    values = substitutions(message, recipient.fields)
    part: dict[str, Any] = {"to": [{"email": recipient.email}]}
    if values:
        _fits(values, recipient.row)
        part["substitutions"] = values
        # SendGrid doesn't say that it replaces tokens in headers: they are filled here.
        if _has_token(message.headers, values):
            part["headers"] = {name: _filled(text, values) for name, text in message.headers.items()}
    if custom_args:  # SendGrid refuses an empty object
        part["custom_args"] = dict(custom_args)
    return part


def personalizations_json(personalizations: Iterable[Mapping[str, Any]]) -> bytes:
    """The personalizations as a compact JSON array."""
    return _encode(list(personalizations)).encode()


def request_body(
    message: Message,
    personalizations: bytes,
    *,
    test: bool = False,
    sandbox: bool = False,
    send_at: int | None = None,
    batch_id: str = "",
) -> bytes:
    """The whole body of one `POST /v3/mail/send`, byte for byte the same for the same arguments."""
    tokens = [slot.token for slot in message.slots]
    common = not _has_token(message.headers, tokens)
    envelope = _envelope(
        (message.sender, message.reply_to),
        f"{TEST_PREFIX if test else ''}{message.subject}",
        (message.text, message.html),
        _categories(message.categories, test),
        tuple(message.headers.items()) if common else (),
        message.asm_group,
        message.subscription_tracking,
    )
    extra: dict[str, Any] = {}
    if send_at is not None:
        extra["send_at"] = send_at
    if batch_id:
        extra["batch_id"] = batch_id
    # Off whatever the account's default is: a footer would stand below what was tested.
    extra["mail_settings"] = {"footer": {"enable": False}}
    if sandbox:
        extra["mail_settings"]["sandbox_mode"] = {"enable": True}
    tail = _encode(extra)[1:].encode()
    return b'{"personalizations":' + personalizations + b"," + envelope + b"," + tail


@lru_cache(maxsize=8)
def _envelope(
    mailboxes: tuple[Mailbox, Mailbox | None],
    subject: str,
    parts: tuple[str, str],
    categories: tuple[str, ...],
    headers: tuple[tuple[str, str], ...],
    asm_group: int | None,
    tracking: bool,
) -> bytes:
    """What all requests of a message share, without the braces."""
    sender, reply_to = mailboxes
    text, html = parts
    mail: dict[str, Any] = {"from": _mailbox(sender)}
    if reply_to:
        mail["reply_to"] = _mailbox(reply_to)
    mail["subject"] = subject
    mail["content"] = [{"type": "text/plain", "value": text}, {"type": "text/html", "value": html}]
    if headers:
        mail["headers"] = dict(headers)
    if categories:
        mail["categories"] = categories
    if asm_group is not None:
        mail["asm"] = {"group_id": asm_group}
    mail["tracking_settings"] = _tracking(tracking)
    return _encode(mail)[1:-1].encode()


def _tracking(subscription: bool) -> dict[str, Any]:
    # Off whatever the account's default is: SendGrid must not rewrite links that were tested as they are.
    return {
        "click_tracking": {"enable": False, "enable_text": False},
        "open_tracking": {"enable": False},
        "subscription_tracking": (
            {"enable": True, "substitution_tag": TRACKING_TAG} if subscription else {"enable": False}
        ),
        "ganalytics": {"enable": False},  # would add utm_ parameters to every link
    }


def _categories(categories: tuple[str, ...], test: bool) -> tuple[str, ...]:
    if not test or TEST_CATEGORY in categories or len(categories) >= CATEGORIES:
        return categories
    return (*categories, TEST_CATEGORY)


def _mailbox(mailbox: Mailbox) -> dict[str, str]:
    return {"email": mailbox.email, "name": mailbox.name} if mailbox.name else {"email": mailbox.email}


def _has_token(headers: Mapping[str, str], tokens: Iterable[str]) -> bool:
    return bool(headers) and any(token in text for token in tokens for text in headers.values())


def _filled(text: str, values: Mapping[str, str]) -> str:
    for token, value in values.items():
        text = text.replace(token, value)
    return text


def _fits(values: dict[str, str], row: int) -> None:
    most = 4 * sum(map(len, values.values())) + sum(map(len, values))
    if most <= SUBSTITUTION_BYTES or (size := text_bytes(values)) <= SUBSTITUTION_BYTES:
        return
    fault = f"this recipient's slots come to {size} bytes, but SendGrid takes {SUBSTITUTION_BYTES}"
    raise InputError([Problem("audience", row, 0, fault, "shorten the row's fields")])

"""The message: a compiled edition, the same bytes for every recipient but for its slots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from producthead_mail.content.publication import Mailbox

ASM_TAG = "<%asm_group_unsubscribe_raw_url%>"
"""SendGrid's own tag for the link that leaves an unsubscribe group."""
TRACKING_TAG = "PHunsubscribeLink"
"""The tag of ours that SendGrid's subscription tracking replaces."""


class Context(StrEnum):
    """Where a slot stands, which decides how its value is escaped."""

    TEXT = "text"
    """HTML text."""
    ATTRIBUTE = "attribute"
    """HTML attribute other than a URL."""
    URL = "url"
    """Part of a URL, in HTML or plain text."""
    PLAIN = "plain"
    """The text/plain part."""
    SUBJECT = "subject"
    """Subject and other headers."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One per-recipient expression in one context, and the token that stands for it."""

    token: str
    """Opaque and alphanumeric; a SendGrid substitution key."""
    expression: str
    context: Context
    fields: tuple[str, ...]
    """Audience columns the expression reads."""


@dataclass(frozen=True, slots=True)
class Message:
    """A compiled edition with tokens in place of slots."""

    edition: str
    """Slug."""
    subject: str
    preheader: str
    html: str
    """May hold SendGrid's own unsubscribe tag, which SendGrid replaces."""
    text: str
    slots: tuple[Slot, ...]
    headers: Mapping[str, str]
    """Extra headers such as List-Unsubscribe, with tokens."""
    sender: Mailbox
    reply_to: Mailbox | None
    asm_group: int | None
    subscription_tracking: bool
    categories: tuple[str, ...]
    defaults: Mapping[str, str]
    """Values of fields a recipient lacks."""
    language: str
    date: str
    """RFC 5322 date of the edition; no clock."""
    digest: str
    """sha256 (hex) over everything above that a recipient sees or that decides who it comes from."""

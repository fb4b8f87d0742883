"""A Message as bytes and back, exactly."""

from __future__ import annotations

import json
from dataclasses import asdict
from hashlib import sha256

from producthead_mail.content.publication import Mailbox
from producthead_mail.rendering.message import Context, Message, Slot


def freeze(message: Message) -> bytes:
    """The message as JSON; the same message gives the same bytes."""
    return json.dumps(asdict(message), sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def thaw(data: bytes) -> Message:
    """The message that `freeze` was given."""
    raw = json.loads(data)
    raw["slots"] = tuple(
        Slot(s["token"], s["expression"], Context(s["context"]), tuple(s["fields"])) for s in raw["slots"]
    )
    raw["sender"] = Mailbox(**raw["sender"])
    raw["reply_to"] = raw["reply_to"] and Mailbox(**raw["reply_to"])
    raw["categories"] = tuple(raw["categories"])
    return Message(**raw)


def digest(message: Message) -> str:
    """sha256 (hex) over all of the message but its digest."""
    return sha256(freeze(message)).hexdigest()

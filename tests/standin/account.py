"""One SendGrid account: what it accepted, its send groups, its suppressions."""

import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from secrets import token_urlsafe
from typing import Any

from tests.standin.contacts import SCOPE, Contacts
from tests.standin.settings import SCOPES as SETTINGS_SCOPES
from tests.standin.settings import Settings

SCOPES = [
    "mail.send",
    "mail.batch.create",
    "mail.batch.read",
    "user.scheduled_sends.create",
    "user.scheduled_sends.read",
    "user.scheduled_sends.update",
    "user.scheduled_sends.delete",
    "suppression.read",
    "asm.groups.read",
    "user.credits.read",
    "email_activity.read",
    SCOPE,
    *SETTINGS_SCOPES,
]
KINDS = ("bounces", "blocks", "spam_reports", "invalid_emails", "unsubscribes")
CANCELLED_AT_ONCE = 10


@dataclass(frozen=True)
class Accepted:
    """One personalization of a request that was accepted."""

    email: str
    message_id: str
    custom_args: dict[str, str]
    substitutions: dict[str, str]
    batch_id: str
    send_at: int | None
    at: float
    sender: str
    subject: str
    categories: list[str]


@dataclass
class Account:
    """All state; every method may be called from any thread."""

    key: str = "SG.standin"
    scopes: list[str] = field(default_factory=lambda: list(SCOPES))
    senders: set[str] | None = None
    """Verified From addresses; None: any."""
    credits: int | None = None
    """Mails left; None: as many as you like."""
    groups: dict[int, set[str]] = field(default_factory=lambda: {12345: set()})
    """Unsubscribe group -> addresses that left it."""
    suppressed: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    unsubscribed: set[str] = field(default_factory=set)
    accepted: list[Accepted] = field(default_factory=list)
    places: dict[str, list[int]] = field(default_factory=dict)
    """Address -> where it stands in `accepted`."""
    requests: list[dict[str, Any]] = field(default_factory=list)
    """The bodies of accepted requests."""
    batch_ids: set[str] = field(default_factory=set)
    scheduled: dict[str, str] = field(default_factory=dict)
    """Batch id -> pause | cancel."""
    log_delay: float = 0
    """Seconds until the logs show what was accepted; without the scope they show nothing at all."""
    clock_ahead: float = 0
    """Seconds, in the Date of every answer."""
    contacts: Contacts = field(default_factory=Contacts)
    settings: Settings = field(default_factory=Settings)
    url: str = ""
    """Where the server is that answers for it."""
    lock: threading.RLock = field(default_factory=threading.RLock)

    def accept(self, mail: dict[str, Any]) -> str:
        """The X-Message-Id of the request, which is now accepted."""
        message_id = token_urlsafe(16)
        now = time.time()
        with self.lock:
            self.requests.append(mail)
            for one in mail["personalizations"]:
                for accepted in _accepted(mail, one, message_id, now):
                    self.places.setdefault(accepted.email, []).append(len(self.accepted))
                    self.accepted.append(accepted)
            if self.credits is not None:
                self.credits -= len(mail["personalizations"])
        return message_id

    def delivered(self) -> list[Accepted]:
        """What reaches mailboxes: accepted and not cancelled, whenever the cancellation came."""
        with self.lock:
            return [one for one in self.accepted if self.scheduled.get(one.batch_id) != "cancel"]

    def counts(self) -> Counter[str]:
        """Address -> how many mails reach it."""
        return Counter(one.email for one in self.delivered())

    def new_batch(self) -> str:
        with self.lock:
            batch_id = token_urlsafe(24)
            self.batch_ids.add(batch_id)
            return batch_id

    def suppress(
        self, kind: str, email: str, reason: str = "550 no such user", created: int | None = None
    ) -> None:
        """Puts an address on a list; as SendGrid's, those of unsubscribes and spam reports have no reason."""
        entry: dict[str, Any] = {"created": int(time.time()) if created is None else created, "email": email}
        if kind not in {"unsubscribes", "spam_reports"}:
            entry["reason"] = reason
        with self.lock:
            self.suppressed[kind].append(entry)

    def forgive(self, kind: str, email: str) -> None:
        """Takes an address off a list."""
        with self.lock:
            self.suppressed[kind] = [one for one in self.suppressed[kind] if one["email"] != email]


def _accepted(mail: dict[str, Any], one: dict[str, Any], message_id: str, now: float) -> list[Accepted]:
    arguments = {**mail.get("custom_args", {}), **one.get("custom_args", {})}
    return [
        Accepted(
            address["email"],
            message_id,
            arguments,
            one.get("substitutions", {}),
            mail.get("batch_id", ""),
            one.get("send_at", mail.get("send_at")),
            now,
            (one.get("from") or mail.get("from") or {}).get("email", ""),
            one.get("subject") or mail.get("subject", ""),
            mail.get("categories", []),
        )
        for kind in ("to", "cc", "bcc")
        for address in one.get(kind, [])
    ]

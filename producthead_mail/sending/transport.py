"""What the dispatcher wants of a transport."""

from __future__ import annotations

from typing import Protocol

from producthead_mail.sending.outcome import Seen


class Transport(Protocol):
    """Takes one request body and says what it saw; safe to call from several threads."""

    name: str

    def send(self, body: bytes) -> Seen:
        """What came of one `POST /v3/mail/send`; never retries, never raises for the network's sake."""
        ...

    def close(self) -> None:
        """Lets go of connections and files."""
        ...

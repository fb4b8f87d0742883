"""What the dispatcher wants of a transport."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from producthead_mail.sending.outcome import Seen

NOT_BEGUN = "not begun: this process doesn't hold the batch any more"


def at_once() -> bool:
    """True: nothing has to be recorded before the request leaves."""
    return True


class Transport(Protocol):
    """Takes one request body and says what it saw; safe to call from several threads."""

    name: str

    def send(self, body: bytes, begin: Callable[[], bool] = at_once) -> Seen:
        """What came of one `POST /v3/mail/send`; never retries, never raises for the network's sake.

        `begin` is called once the connection is open and before the first byte of the request
        leaves; where it gives False nothing is sent.
        """
        ...

    def close(self) -> None:
        """Lets go of connections and files."""
        ...

"""Mail by SendGrid."""

from __future__ import annotations

from collections.abc import Callable

from producthead_mail.sending.outcome import Seen
from producthead_mail.sending.sendgrid_client import SendGridClient
from producthead_mail.sending.transport import at_once


class SendGridTransport:
    """Sends to SendGrid, one request a batch."""

    name = "sendgrid"

    def __init__(self, client: SendGridClient) -> None:
        self._client = client

    def send(self, body: bytes, begin: Callable[[], bool] = at_once) -> Seen:
        """What came of one `POST /v3/mail/send`; never retries, never raises for the network's sake."""
        return self._client.request("POST", "mail/send", body=body, begin=begin)

    def close(self) -> None:
        """Lets go of the client."""
        self._client.close()

"""SendGrid's API beside mail/send: questions and settings, which may be asked again."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from math import inf

from producthead_mail.audience.api import Reply
from producthead_mail.errors import OutsideError
from producthead_mail.sending.outcome import REMEDIES, Phase, Seen, Verdict, classify
from producthead_mail.sending.sendgrid_client import SendGridClient

TRIES = 4
PAUSES = (0.5, 2.0, 5.0)
"""Seconds before each further try."""
LONGEST_WAIT = 120.0
"""Seconds; a rate limit that lasts longer is told instead of waited for."""
AWAY = "see that SendGrid can be reached from here, then run it again"
REFUSED = {401, 403, 404, 405, 406, 415}
RIGHTS = {
    "logs": "email_activity.read",
    "suppression": "suppression.read",
    "asm": "asm.groups.read",
    "mail/batch": "mail.batch.create",
    "marketing": "marketing.read",
    "user/scheduled_sends": "user.scheduled_sends.create, .read and .update",
}
"""Path -> the scope a key needs for it."""


class SendGridApi:
    """Calls that change nothing or may be repeated: they are tried again after faults of the network."""

    def __init__(
        self,
        client: SendGridClient,
        sleep: Callable[[float], object] = time.sleep,
        on_date: Callable[[str], object] = lambda _: None,
    ) -> None:
        self._client = client
        self._sleep = sleep
        self._on_date = on_date
        """Is told the Date of each answer."""

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: object = None,
        within: float = inf,
    ) -> Reply:
        """The answer to a request to `/v3/PATH`; OutsideError where there is none that helps.

        No further try begins after `within` seconds.
        """
        data = b"" if body is None else json.dumps(body).encode()
        end = time.monotonic() + within
        for number in range(TRIES):
            seen = self._client.request(method, path, query=query, body=data)
            if date := seen.headers.get("date"):
                self._on_date(date)
            if seen.phase is Phase.ANSWERED and seen.status is not None and _helps(seen.status):
                return Reply(seen.status, _json(seen.body), seen.headers)
            pause = _pause(seen, number)
            if pause is None or time.monotonic() + pause > end:
                break
            self._sleep(pause)
        raise OutsideError(f"{method} /v3/{path}: {_words(seen, path)}")


def _helps(status: int) -> bool:
    return status not in {401, 403, 429} and status < 500


def _pause(seen: Seen, number: int) -> float | None:
    """Seconds until the next try; None where another is pointless."""
    if number + 1 == TRIES or seen.status in REFUSED:
        return None
    if seen.status == 429:
        until = classify(seen, now=time.time()).not_before
        wait = max(0.0, (until or 0) - time.time())
        return wait if wait <= LONGEST_WAIT else None
    return PAUSES[number]


def _words(seen: Seen, path: str) -> str:
    outcome = classify(seen, final=True)
    if seen.status == 403:
        # Not the remedy of mail/send, which may lack a verified sender.
        right = next((right for start, right in RIGHTS.items() if path.startswith(start)), "")
        reason = outcome.reason.removesuffix(f"; {REMEDIES[403]}")
        return f"{reason}; give the key {f'the scope {right}' if right else 'the right to do this'}"
    if seen.phase is not Phase.ANSWERED:
        return f"{outcome.reason}; {AWAY}"
    return outcome.reason if outcome.verdict is not Verdict.ACCEPTED else f"SendGrid answered {seen.status}"


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return None

"""What audience and suppressions want of SendGrid's API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that came."""

    status: int
    body: Any = None
    """Its JSON; None where it had none."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""


class Api(Protocol):
    """One SendGrid account."""

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: object = None,
        within: float = inf,
    ) -> Reply:
        """The answer to a request to `/v3/PATH`, whatever its status but 401, 403, 429 and 5xx.

        OutsideError where there is none, or none that helps, with SendGrid's words and a remedy.
        Faults of the network are tried again, but no further try begins after `within` seconds.
        """
        ...


def refusal(reply: Reply) -> str:
    """`SendGrid answered 400`, with its own words where it has any."""
    errors = reply.body.get("errors") if isinstance(reply.body, dict) else None
    words = [
        str(one.get("message") or "")
        for one in (errors if isinstance(errors, list) else [])
        if isinstance(one, dict)
    ]
    said = " ".join("; ".join(word for word in words if word).split())[:500]
    return f"SendGrid answered {reply.status}" + (f": {said}" if said else "")

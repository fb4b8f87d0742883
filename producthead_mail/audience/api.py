"""What audience and suppressions want of SendGrid's API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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
        self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: object = None
    ) -> Reply:
        """The answer to a request to `/v3/PATH`, whatever its status but 401, 403, 429 and 5xx.

        OutsideError where there is none, or none that helps, with SendGrid's words and a remedy.
        """
        ...

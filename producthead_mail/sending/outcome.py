"""What a transport saw of one request, and what that means: one pure table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Phase(StrEnum):
    """How far a request got."""

    CONNECTING = "connecting"
    """Refused, DNS or TLS failure: not a byte of the request left."""
    WRITING = "writing"
    """The connection failed before the whole body was written."""
    WAITING = "waiting"
    """The whole body left; no usable status line came back."""
    ANSWERED = "answered"
    """A status line was read."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the transport saw: facts, no judgement."""

    phase: Phase
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""
    body: str = ""
    error: str = ""
    """The exception's words where there was one; never a secret."""

"""What is wrong with a source, before it has a place in a file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at an offset of the source."""

    at: int
    message: str
    remedy: str = ""

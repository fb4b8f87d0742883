"""Why an address of the web gave no answer; light, so that rules can speak of it without the network."""

from __future__ import annotations

from enum import StrEnum


class Trouble(StrEnum):
    """Why there is no status."""

    PRIVATE = "private"
    """It leads to an address that is not public: never connected to."""
    CERTIFICATE = "certificate"
    UNREACHABLE = "unreachable"
    SLOW = "slow"
    LOOP = "loop"
    """Too many redirects."""
    UNUSABLE = "unusable"
    """It answers what is too large or can't be unpacked."""
    NOT_ASKED = "not asked"
    """Beyond the caps on count and time."""


class NoAnswer(Exception):
    """An address gave no answer; the reason follows the address in a sentence."""

    def __init__(self, trouble: Trouble, reason: str) -> None:
        super().__init__(reason)
        self.trouble, self.reason = trouble, reason

"""What can go wrong with one request, and after which step."""

from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """The faults; `accepted` in their description says that the mail goes out all the same."""

    LOST = "lost"
    """Accepted; closed without an answer."""
    RESET_LOST = "reset_lost"
    """Accepted; the connection is reset instead of an answer."""
    RESET_BEFORE = "reset_before"
    """Reset before the body is read."""
    CLOSE_AFTER = "close_after"
    """Body read, not accepted, closed without an answer."""
    TRUNCATED = "truncated"
    """Accepted; 202, then the connection ends within the body."""
    REDIRECT = "redirect"
    """302 to another path; not accepted."""
    LIMITED = "limited"
    """429 with X-RateLimit-Reset `seconds` ahead."""
    FAILED_ACCEPTED = "failed_accepted"
    """Accepted; answers 500."""
    BAD_GATEWAY = "bad_gateway"
    """502 with HTML; not accepted."""
    GARBAGE = "garbage"
    """Not accepted; what comes back is not HTTP."""
    HANG = "hang"
    """Not accepted; silent for `seconds`, then closed."""
    HANG_ACCEPTED = "hang_accepted"
    """Accepted; silent for `seconds`, then closed."""
    SLOW = "slow"
    """As ever, but `seconds` late."""
    STATUS = "status"
    """Answers `status` with `errors`; not accepted."""


@dataclass(frozen=True)
class Fault:
    """One fault for one request."""

    kind: Kind
    seconds: float = 5.0
    status: int = 500
    errors: tuple[dict[str, str | None], ...] = field(default_factory=tuple)

    @classmethod
    def parse(cls, data: dict[str, object]) -> "Fault":
        """The fault in a JSON object such as `{"kind": "status", "status": 503}`."""
        errors = data.get("errors", ())
        assert isinstance(errors, list | tuple)
        return cls(
            Kind(str(data["kind"])),
            float(str(data.get("seconds", 5.0))),
            int(str(data.get("status", 500))),
            tuple(errors),
        )

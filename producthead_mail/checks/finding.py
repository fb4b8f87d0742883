"""A finding: what one rule says about one place of an edition or its message."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad it is: an error stops `approve` and `send`; --strict counts warnings too."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule, one place, one remedy."""

    rule: str
    severity: Severity
    message: str
    remedy: str = ""
    path: str = ""
    """Relative to the project."""
    line: int = 0
    column: int = 0
    ignored: str = ""
    """Why it may stay, where the edition or the publication says so; it then counts for nothing."""

    def as_dict(self) -> dict[str, object]:
        """The finding as `check --json` shows it; `ignored` only where it is."""
        found = asdict(self)
        return found if self.ignored else {name: value for name, value in found.items() if name != "ignored"}

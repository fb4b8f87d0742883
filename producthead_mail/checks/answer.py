"""What one address answered when `check --links` asked it."""

from __future__ import annotations

from dataclasses import dataclass

from producthead_mail.web.trouble import Trouble


@dataclass(frozen=True, slots=True)
class Answer:
    """One address with what became of it."""

    url: str
    status: int = 0
    """Of the last address; 0 where there was none."""
    chain: tuple[tuple[int, str], ...] = ()
    """Each redirect: its status and where to."""
    kind: str = ""
    """Content type, without parameters."""
    trouble: Trouble | None = None
    reason: str = ""
    """Of the trouble, in words."""

    @property
    def last(self) -> str:
        """The address that answered, or did not."""
        return self.chain[-1][1] if self.chain else self.url

"""Tells of clocks that differ: editions go out, and can be called back, by the hour."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime

from producthead_mail.cli.console import tell

TOLERATED_SECONDS = 60
_told: set[str] = set()


def compare(whose: str, theirs: float) -> None:
    """Tells where this machine's clock is more than a minute from another's; once in a process."""
    ahead = time.time() - theirs
    if abs(ahead) <= TOLERATED_SECONDS or whose in _told:
        return
    _told.add(whose)
    words = f"{abs(ahead) / 60:.0f} min {'ahead of' if ahead > 0 else 'behind'}"
    tell(
        f"this machine's clock is {words} {whose}'s: set the one that is wrong, or mail goes too soon or late"
    )


def compare_date(header: str) -> None:
    """The same with the Date of an answer of SendGrid's."""
    try:
        theirs = parsedate_to_datetime(header).timestamp()
    except (ValueError, OverflowError):
        return
    compare("SendGrid", theirs)

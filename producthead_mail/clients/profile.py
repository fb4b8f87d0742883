"""The mail clients that are simulated, and what is known of how each treats a message."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Fidelity(StrEnum):
    """How far a simulation can be trusted."""

    DATA = "data"
    """Every difference is a tested mark of the support table."""
    APPROXIMATE = "approximate"
    """Its own rendering engine is imitated by documented rules, beyond the table."""


class Inversion(StrEnum):
    """What a client's dark mode does to colours that the author gave for light."""

    NONE = "none"
    PARTIAL = "partial"
    """Light backgrounds and dark text."""
    FULL = "full"
    """Every colour."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One client as it treats a message."""

    id: str
    name: str
    platform: str
    """Its `family.platform` in the support table."""
    fidelity: Fidelity
    inversion: Inversion = Inversion.NONE
    """By Litmus' table of dark modes; which colours are touched is not proven."""
    author_dark: bool = False
    """It honours `prefers-color-scheme`, so the author's own dark styles show."""
    prefix: str = ""
    """Put before every class and id, in markup and sheets."""
    word: bool = False
    """Renders with Word: conditional comments, VML, `mso-` properties, properties by element."""
    style_bytes: int | None = None
    """Style sheets beyond this are dropped (email-bugs#90)."""
    own_account: bool = True
    """False: the mail of another provider's account read in it, which loses all style sheets."""


PROFILES: tuple[Profile, ...] = (
    Profile("gmail", "Gmail, web", "gmail.desktop-webmail", Fidelity.DATA, prefix="m_1", style_bytes=16_384),
    Profile(
        "gmail-app",
        "Gmail app, Android",
        "gmail.android",
        Fidelity.DATA,
        Inversion.PARTIAL,
        prefix="m_1",
        style_bytes=16_384,
    ),
    Profile(
        "gmail-foreign",
        "Gmail app, another provider's account",
        "gmail.android",
        Fidelity.DATA,
        Inversion.PARTIAL,
        prefix="m_1",
        style_bytes=16_384,
        own_account=False,
    ),
    Profile(
        "outlook",
        "Outlook, Windows",
        "outlook.windows",
        Fidelity.APPROXIMATE,
        Inversion.FULL,
        word=True,
    ),
    Profile(
        "outlook-com", "Outlook.com", "outlook.outlook-com", Fidelity.DATA, Inversion.PARTIAL, prefix="x_"
    ),
    Profile("yahoo", "Yahoo Mail, web", "yahoo.desktop-webmail", Fidelity.DATA),
    Profile("apple", "Apple Mail, iOS", "apple-mail.ios", Fidelity.DATA, author_dark=True),
    Profile("samsung", "Samsung Email", "samsung-email.android", Fidelity.DATA, author_dark=True),
)
"""DESIGN's clients, beside the original message."""


def profile(id_: str) -> Profile | None:
    """The profile with this id."""
    return next((one for one in PROFILES if one.id == id_), None)

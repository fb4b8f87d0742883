"""What a page of the studio is asked to show: its address says all of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from producthead_mail.clients.profile import PROFILES, Inversion, Profile, profile
from producthead_mail.preview.readers import PLACEHOLDER
from producthead_mail.preview.variants import AS_WRITTEN, VARIANTS

ORIGINAL = "original"
TABS = {
    "message": "Message",
    "differences": "Differences",
    "text": "Text",
    "html": "HTML",
    "mjml": "MJML",
    "source": "Source",
    "headers": "Headers",
    "request": "Request",
}
MESSAGE = "message"
_INVERTING = ", ".join(one.name for one in PROFILES if one.inversion is not Inversion.NONE)


class Mode(StrEnum):
    """The colours a message is shown in."""

    LIGHT = "light"
    DARK = "dark"
    """The author's own dark styles."""
    FORCED = "forced"
    """The client's inversion of the author's light colours."""


MODES = {Mode.LIGHT: "Light", Mode.DARK: "Author’s dark", Mode.FORCED: "Forced dark"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One view of one edition; whatever is unknown is shown as usual."""

    client: str = ORIGINAL
    wanted: Mode = Mode.LIGHT
    """May be one that the client hasn't: `mode` is what it shows then."""
    reader: str = PLACEHOLDER
    variant: str = AS_WRITTEN
    images: bool = True
    remote: bool = False
    """Whether pictures of other sites are fetched."""
    tab: str = MESSAGE

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Choice:
        """The choice that an address's query names."""
        client, variant, tab = (query.get(name, "") for name in ("client", "variant", "tab"))
        mode = query.get("mode", "")
        return cls(
            client if profile(client) else ORIGINAL,
            Mode(mode) if mode in set(Mode) else Mode.LIGHT,
            query.get("reader") or PLACEHOLDER,
            variant if any(one.key == variant for one in VARIANTS) else AS_WRITTEN,
            query.get("images") != "off",
            query.get("remote") == "on",
            tab if tab in TABS else MESSAGE,
        )

    @property
    def query(self) -> dict[str, str]:
        """What of it decides the bytes of the message, as an address has it."""
        query = {"client": self.client, "mode": self.mode.value, "reader": self.reader}
        query |= {"variant": self.variant} | ({} if self.images else {"images": "off"})
        return query | ({"remote": "on"} if self.remote else {})

    @property
    def profile(self) -> Profile | None:
        """None for the original message."""
        return profile(self.client)

    @property
    def mode(self) -> Mode:
        """The wanted colours, else the other dark the client has, else light."""
        if self.wanted is Mode.LIGHT or not missing(self.profile, self.wanted):
            return self.wanted
        other = Mode.FORCED if self.wanted is Mode.DARK else Mode.DARK
        return Mode.LIGHT if missing(self.profile, other) else other

    @property
    def inversion(self) -> Inversion | None:
        """What the simulation does to the colours; None leaves them alone."""
        return self.profile.inversion if self.profile and self.mode is Mode.FORCED else None


def missing(client: Profile | None, mode: Mode) -> str:
    """Why the client has no such colours, empty where it has them."""
    if mode is Mode.DARK and client and not client.author_dark:
        return f"{client.name} doesn’t honour prefers-color-scheme"
    if mode is not Mode.FORCED or (client and client.inversion is not Inversion.NONE):
        return ""
    return (
        f"{client.name} leaves colours alone" if client else f"Choose a client that recolours: {_INVERTING}"
    )

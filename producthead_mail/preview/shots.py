"""Pictures of a message as each client shows it, drawn by Chromium."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from producthead_mail.clients.chromium import quiet_page
from producthead_mail.clients.profile import PROFILES, profile
from producthead_mail.clients.simulate import simulate
from producthead_mail.content.images import dimensions
from producthead_mail.preview.choice import ORIGINAL, Mode, missing
from producthead_mail.preview.pictures import PICTURES, within

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CLIENTS = (ORIGINAL, *(one.id for one in PROFILES))
WIDTHS = (375, 600)
"""A telephone's and a reading pane's."""
NAME = re.compile(r"(?P<client>[a-z][a-z-]*)-(?P<mode>light|dark|forced)-(?P<width>\d+)\.png")
_WINDOW_HEIGHT = 800


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture to take."""

    client: str
    mode: Mode
    width: int
    """Of the window."""

    @property
    def name(self) -> str:
        return f"{self.client}-{self.mode}-{self.width}.png"


@dataclass(frozen=True, slots=True)
class Taken:
    """One picture that was taken."""

    shot: Shot
    width: int
    """More than the window's where the message needs more."""
    height: int


@dataclass(frozen=True, slots=True)
class Asked:
    """Which pictures are wanted; nothing named means all."""

    clients: tuple[str, ...] = ()
    modes: tuple[Mode, ...] = ()
    widths: tuple[int, ...] = ()

    def shots(self) -> tuple[Shot, ...]:
        """Every picture there is of these, in the order of the sheet; a client may lack a mode."""
        return tuple(
            Shot(client, mode, width)
            for client in CLIENTS
            if client in (self.clients or CLIENTS)
            for mode in Mode
            if mode in (self.modes or Mode) and not missing(profile(client), mode)
            for width in sorted(set(self.widths or WIDTHS))
        )

    def includes(self, name: str) -> bool:
        """Whether the file of that name is one of those asked for."""
        found = NAME.fullmatch(name)
        return found is not None and (
            (not self.clients or found["client"] in self.clients)
            and (not self.modes or found["mode"] in self.modes)
            and (not self.widths or int(found["width"]) in self.widths)
        )


@dataclass(frozen=True, slots=True)
class Subject:
    """The message to be pictured, and where its own pictures lie."""

    edition: str
    title: str
    digest: str
    html: str
    base: str
    """The address under which the project's pictures are published."""
    content: Path

    def picture(self, url: str) -> Path | None:
        """The project's file under an address, None for all other addresses."""
        if not url.startswith(f"{self.base}/"):
            return None
        path = within(self.content, unquote(re.split("[?#]", url[len(self.base) + 1 :])[0]))
        return path if path and path.suffix.lower() in PICTURES else None


def take(
    browser: Browser, subject: Subject, shots: Sequence[Shot], folder: Path
) -> tuple[tuple[Taken, ...], int]:
    """The pictures, written into the folder, and how many addresses were not fetched for them."""
    refused: set[str] = set()
    with quiet_page(browser, subject.picture, refused) as page:
        taken = tuple(
            one
            for (client, mode), group in groupby(shots, lambda shot: (shot.client, shot.mode))
            for one in _taken(page, _shown(subject.html, client, mode), list(group), folder)
        )
    return taken, len(refused)


def _shown(html: str, client: str, mode: Mode) -> str:
    """The message as the client makes it."""
    simulated = profile(client)
    if simulated is None:
        return html
    return simulate(html, simulated, dark=simulated.inversion if mode is Mode.FORCED else None).html


def _taken(page: Page, html: str, shots: Sequence[Shot], folder: Path) -> Iterator[Taken]:
    """Pictures of one page in several widths."""
    page.emulate_media(color_scheme="dark" if shots[0].mode is Mode.DARK else "light")
    page.set_viewport_size({"width": shots[0].width, "height": _WINDOW_HEIGHT})
    page.set_content(html, wait_until="load")
    for shot in shots:
        page.set_viewport_size({"width": shot.width, "height": _WINDOW_HEIGHT})
        # Playwright waits for fonts, hides the caret and stops animations at their end.
        png = page.screenshot(full_page=True, animations="disabled", path=folder / shot.name)
        width, height = dimensions(png) or (shot.width, 0)
        yield Taken(shot, width, height)

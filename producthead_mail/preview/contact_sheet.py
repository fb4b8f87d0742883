"""One page of all pictures with their labels: to open, and itself a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

from producthead_mail.clients.chromium import quiet_page
from producthead_mail.clients.profile import Fidelity, Profile, profile
from producthead_mail.preview.choice import MODES, Mode
from producthead_mail.preview.compare import Comparison
from producthead_mail.preview.pages import environment
from producthead_mail.preview.shots import Taken

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SCALE = 0.3
WIDEST = 3840
"""Nine clients in two rows, and in one where there is one width."""
_NARROWEST, _EDGE = 960, 32
_RIGHT = "Math.max(...Array.from(document.querySelectorAll('section'), e => e.getBoundingClientRect().right))"
_BADGES = {
    Fidelity.DATA: "by tested marks",
    Fidelity.APPROXIMATE: "approximated",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One picture on the sheet."""

    taken: Taken
    client: Profile | None

    @property
    def mode(self) -> str:
        return MODES[self.taken.shot.mode]

    @property
    def extent(self) -> str:
        """Width of the window, and how far a forced dark mode goes."""
        inversion = self.client.inversion.value if self.client else ""
        forced = f", {inversion} inversion" if self.taken.shot.mode is Mode.FORCED else ""
        return f"{self.taken.shot.width} px{forced}"

    @property
    def is_wide(self) -> bool:
        return self.taken.width > self.taken.shot.width

    @property
    def width(self) -> int:
        return round(self.taken.width * SCALE)

    @property
    def height(self) -> int:
        return round(self.taken.height * SCALE)


@dataclass(frozen=True, slots=True)
class Client:
    """One client's pictures."""

    name: str
    badge: str
    fidelity: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the page says."""

    title: str
    facts: str
    digest: str
    source: str
    """Where what is known of the clients comes from."""
    clients: tuple[Client, ...]
    verdict: str = ""
    changes: tuple[tuple[str, str], ...] = ()
    """Lines of what changed, each with the marked picture, if there is one."""

    @property
    def marked(self) -> dict[str, str]:
        """The marked picture of each that changed, by name."""
        return {Path(file).name: file for _, file in self.changes if file}

    def html(self) -> str:
        """The page, which takes the pictures from its own folder."""
        return environment().get_template("contact_sheet.html").render(sheet=self)


def clients(taken: Sequence[Taken]) -> tuple[Client, ...]:
    """The pictures by client, in their order."""
    return tuple(
        _client(profile(id_), tuple(group)) for id_, group in groupby(taken, lambda one: one.shot.client)
    )


def _client(one: Profile | None, taken: Sequence[Taken]) -> Client:
    figures = tuple(Figure(each, one) for each in taken)
    if one is None:
        return Client("Original", "as compiled", "original", figures)
    return Client(one.name, _BADGES[one.fidelity], one.fidelity.value, figures)


def change_lines(comparison: Comparison, marks: str) -> tuple[tuple[str, str], ...]:
    """What changed, a line each, with the address of the marked picture in the folder `marks`."""
    changed = []
    for one in comparison.changed:
        left, top, right, bottom = one.box
        sizes = "" if one.old == one.new else f"; {_size(one.old)}, now {_size(one.new)}"
        place = f"from {left}, {top} to {right}, {bottom}"
        line = f"{one.name}: {counted(one.pixels, 'pixel')} changed, {place}{sizes}"
        changed.append((line, f"{marks}/{one.name}"))
    new = [(f"{name}: not in the baseline", "") for name in comparison.new]
    return (*changed, *new, *((f"{name}: only in the baseline", "") for name in comparison.missing))


def counted(number: int, noun: str) -> str:
    """`1 pixel`, `2,000 pixels`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _size(size: tuple[int, int]) -> str:
    return f"{size[0]} by {size[1]}"


def draw(browser: Browser, page: Path, picture: Path) -> None:
    """The page in a file as a picture, with the pictures that lie beside it."""
    folder = page.parent.resolve().as_uri()

    def answer(url: str) -> Path | None:
        # Only the page and what it names, in its own folder.
        name = url.removeprefix(f"{folder}/")
        return page.parent / name if name != url and "/" not in name else None

    with quiet_page(browser, answer, set()) as tab:
        tab.set_viewport_size({"width": WIDEST, "height": 800})
        tab.goto(page.resolve().as_uri(), wait_until="load")
        # As wide as its longest row.
        width = max(_NARROWEST, ceil(tab.evaluate(_RIGHT)) + _EDGE)
        tab.set_viewport_size({"width": width, "height": 800})
        tab.screenshot(full_page=True, path=picture)

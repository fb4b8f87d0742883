"""Pictures of the message in real clients, laid into the project by whoever has the clients."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from producthead_mail.config import Project
from producthead_mail.preview.choice import Choice

FOLDER = "screenshots"
"""In content/, with a folder for each edition's slug."""
_NAME = re.compile(
    r"(?P<client>[a-z-]+)-(?P<mode>light|dark|forced)-(?P<width>\d{2,4}|desktop)\.(png|jpe?g|webp)"
)


@dataclass(frozen=True, slots=True)
class Screenshot:
    """One picture, such as content/screenshots/SLUG/outlook-light-600.png."""

    path: str
    """Relative to the project."""
    url: str
    width: str
    """Pixels, or `desktop`."""


def screenshots(project: Project, slug: str, choice: Choice) -> tuple[Screenshot, ...]:
    """The pictures of the edition in this client and these colours, narrowest first."""
    folder = project.content / FOLDER / slug
    if not folder.is_dir() or folder.parent.name != FOLDER:
        return ()
    found = [(file, _NAME.fullmatch(file.name)) for file in folder.iterdir()]
    shown = [
        _screenshot(file, project, name["width"])
        for file, name in found
        if name and (name["client"], name["mode"]) == (choice.client, choice.mode.value)
    ]
    return tuple(sorted(shown, key=lambda one: (one.width == "desktop", one.width.zfill(4))))


def _screenshot(file: Path, project: Project, width: str) -> Screenshot:
    inside = file.relative_to(project.content).as_posix()
    # The time of the save in the address: the browser keeps a picture until another takes its place.
    return Screenshot(f"content/{inside}", f"/content/{quote(inside)}?v={file.stat().st_mtime_ns}", width)

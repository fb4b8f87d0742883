"""An edition as every client shows it, in one folder to hand on for sign-off: no server, no scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from jinja2 import Environment

from producthead_mail.clients.profile import PROFILES
from producthead_mail.config import Project
from producthead_mail.errors import InputError, Problem
from producthead_mail.files import put_folder
from producthead_mail.preview.choice import ORIGINAL, Choice, Mode, missing
from producthead_mail.preview.pages import HERE, environment, words
from producthead_mail.preview.pictures import within
from producthead_mail.preview.rendered import Rendered, inert
from producthead_mail.preview.screenshots import Screenshot, screenshots
from producthead_mail.preview.studio import Look, Studio
from producthead_mail.preview.view import View, view

WIDTHS = (600, 375)
MARKER = '<meta name="generator" content="producthead preview --export">'
"""Stands in the index, so that an export is written over an earlier one and over nothing else."""
POLICY = (
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
    "img-src 'self' file: data:; form-action 'none'\">"
)
_HEAD = re.compile(r"<head[^>]*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Frame:
    """A message in the colours and the width that it is looked at in."""

    mode: Mode
    file: str
    width: int


@dataclass(frozen=True, slots=True)
class Shown:
    """One client's page."""

    id: str
    name: str
    views: Mapping[Mode, View]
    """For the colours it has."""

    @property
    def file(self) -> str:
        return f"{self.id}.html"

    @property
    def frames(self) -> tuple[Frame, ...]:
        return tuple(Frame(mode, self.message(mode), width) for mode in self.views for width in WIDTHS)

    def message(self, mode: Mode) -> str:
        """The file of the message; light and the author's dark are one message seen by two readers."""
        return f"messages/{self.id}{'-forced' if mode is Mode.FORCED else ''}.html"


def export(project: Project, slug: str, folder: Path) -> Path:
    """The index of what was written; InputError where the edition or the folder won't do."""
    look = Studio(project).look(slug)
    if look is None or look.rendered is None or look.problems:
        raise InputError(look.problems if look else [Problem(slug, 0, 0, "no such edition")])
    _refuse_foreign(folder)
    with put_folder(folder) as draft:
        for name, data in files(project, slug, look.rendered).items():
            (draft / name).parent.mkdir(parents=True, exist_ok=True)
            (draft / name).write_bytes(data)
    return folder / "index.html"


def files(project: Project, slug: str, rendered: Rendered) -> dict[str, bytes]:
    """Every file by its path in the folder; the same edition gives the same bytes."""
    clients = tuple(_clients(project, slug, rendered))
    templates = environment()
    made = {
        "index.html": _page(
            templates, "export_index.html", clients=clients, view=clients[0].views[Mode.LIGHT]
        ),
        "base.css": (HERE / "static/base.css").read_text(encoding="utf-8"),
        "export.css": (HERE / "static/export.css").read_text(encoding="utf-8"),
    }
    own = dict[str, Path]()
    for one in clients:
        real = _real(project, slug, one)
        own |= {shot.path: project.root / shot.path for shots in real.values() for shot in shots}
        made[one.file] = _page(templates, "export_client.html", shown=one, real=real, clients=clients)
        for mode, seen in one.views.items():
            made[one.message(mode)], used = _message(project, rendered, seen)
            own |= used
    return {name: text.encode() for name, text in made.items()} | {
        name: path.read_bytes() for name, path in sorted(own.items())
    }


def _clients(project: Project, slug: str, rendered: Rendered) -> Iterator[Shown]:
    for id_, name in ((ORIGINAL, "Original"), *((one.id, one.name) for one in PROFILES)):
        choices = [Choice(id_, mode) for mode in Mode if not missing(Choice(id_).profile, mode)]
        yield Shown(id_, name, {one.mode: view(slug, Look(rendered), one, project) for one in choices})


def _real(project: Project, slug: str, shown: Shown) -> dict[Mode, tuple[Screenshot, ...]]:
    return {mode: screenshots(project, slug, seen.choice) for mode, seen in shown.views.items()}


def _page(templates: Environment, name: str, **more: object) -> str:
    return templates.get_template(name).render(words(), marker=MARKER, **more)


def _message(project: Project, rendered: Rendered, seen: View) -> tuple[str, dict[str, Path]]:
    """The message with the project's own pictures beside it, and those pictures."""
    html = seen.simulated.html if seen.simulated else seen.filled.html
    used = dict[str, Path]()

    def local(found: re.Match[str]) -> str:
        path = within(project.content, unquote(found["path"]))
        if path is None:
            return found[0]
        name = f"content/{path.relative_to(project.content.resolve()).as_posix()}"
        used[name] = path
        return f'{found["attribute"]}="../{name}"'

    own = re.compile(
        rf'(?P<attribute>src|background)="{re.escape(rendered.base)}/(?P<path>[^"?]+)(?:\?[^"]*)?"'
    )
    return _HEAD.sub(lambda head: head[0] + POLICY, own.sub(local, inert(html)), count=1), used


def _refuse_foreign(folder: Path) -> None:
    above = next(path for path in folder.absolute().parents if path.exists())
    if not above.is_dir():
        raise InputError([Problem(str(folder), 0, 0, f"{above} is no folder", "name another one")])
    if not folder.exists():
        return
    index = folder / "index.html"
    if folder.is_dir() and (not any(folder.iterdir()) or _is_export(index)):
        return
    remedy = "name a new folder"
    raise InputError([Problem(str(folder), 0, 0, "is there already, and no earlier export", remedy)])


def _is_export(index: Path) -> bool:
    return index.is_file() and MARKER in index.read_text(encoding="utf-8", errors="replace")[:2000]

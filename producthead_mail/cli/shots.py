"""`producthead shots`: pictures of an edition as each client shows it."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from producthead_mail.cli.completing import clients
from producthead_mail.cli.console import print_json, show, tell
from producthead_mail.cli.context import load, use_support
from producthead_mail.cli.options import Edition, Json
from producthead_mail.errors import InputError, Problem, Refusal, UsageError, suggestion

if TYPE_CHECKING:
    from producthead_mail.preview.gallery import Gallery
    from producthead_mail.preview.shots import Asked

OutFolder = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="DIR", help="Where they go (default: build/shots/SLUG).", show_default=False
    ),
]
Clients = Annotated[
    list[str] | None,
    typer.Option(
        "--client",
        metavar="ID",
        help="Only this client, as `clients` names it (again for more).",
        show_default=False,
        autocompletion=clients,
    ),
]
Modes = Annotated[
    list[str] | None,
    typer.Option(
        "--mode",
        metavar="light|dark|forced",
        help="Only these colours (again for more).",
        show_default=False,
        autocompletion=lambda: ["light", "dark", "forced"],
    ),
]
Widths = Annotated[
    list[int] | None,
    typer.Option(
        "--width",
        metavar="PIXELS",
        min=240,
        max=1600,
        help="Width of the window (default: 375 and 600).",
        show_default=False,
    ),
]
Baseline = Annotated[
    Path | None,
    typer.Option(
        "--baseline", metavar="DIR", help="Compare with the pictures of an earlier run.", show_default=False
    ),
]


def shots(
    ctx: typer.Context,
    edition: Edition = None,
    client: Clients = None,
    mode: Modes = None,
    width: Widths = None,
    out: OutFolder = None,
    baseline: Baseline = None,
    json: Json = False,
) -> None:
    """Take pictures of an edition by client, colours and width, and compare them with earlier ones."""
    _refuse_without_extra()
    asked = _asked(client or (), mode or (), width or ())
    gallery = _made(ctx, edition, asked, out, baseline)
    if json:
        print_json({"folder": str(gallery.folder), **gallery.as_dict()})
    else:
        _say(gallery)
    if gallery.comparison and not gallery.comparison.is_same:
        raise typer.Exit(Refusal.exit_code)


def _refuse_without_extra() -> None:
    if not (find_spec("playwright") and find_spec("PIL")):
        message = "pictures need the packages playwright and pillow, not installed here"
        raise InputError(
            [Problem("producthead shots", 0, 0, message, "pip install 'producthead-mail[shots]'")]
        )


def _asked(clients: Iterable[str], modes: Iterable[str], widths: Iterable[int]) -> Asked:
    from producthead_mail.preview.choice import Mode
    from producthead_mail.preview.shots import CLIENTS, Asked

    named = _known("--client", clients, CLIENTS)
    colours = tuple(Mode(one) for one in _known("--mode", modes, [one.value for one in Mode]))
    asked = Asked(named, colours, tuple(widths))
    if not asked.shots():
        raise UsageError(f"no such pictures: {_why_none(asked)}")
    return asked


def _known(option: str, values: Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
    names = tuple(known)
    chosen = tuple(values)
    for value in chosen:
        if value not in names:
            hint = suggestion(value, names) or f"one of {', '.join(names)}"
            raise UsageError(f"{option} {value}: unknown; {hint}")
    return chosen


def _why_none(asked: Asked) -> str:
    from producthead_mail.clients.profile import profile
    from producthead_mail.preview.choice import missing

    return "; ".join(missing(profile(client), mode) for client in asked.clients for mode in asked.modes)


def _made(
    ctx: typer.Context, edition: str | None, asked: Asked, out: Path | None, baseline: Path | None
) -> Gallery:
    loaded = load(ctx, edition)
    use_support(loaded.project)
    from producthead_mail.preview.gallery import make
    from producthead_mail.preview.shots import Subject
    from producthead_mail.rendering.slots import fill, placeholder_fields

    slug, message = loaded.edition.slug, loaded.message
    subject = Subject(
        slug,
        loaded.edition.title,
        message.digest,
        fill(message, placeholder_fields(message)).html,
        loaded.publication.url.rstrip("/"),
        loaded.project.content,
    )
    return make(subject, asked, out or loaded.project.build / "shots" / slug, baseline)


def _say(gallery: Gallery) -> None:
    from producthead_mail.preview.shot_folder import INDEX, SHEET

    show(str(gallery.folder / INDEX))
    show(str(gallery.folder / SHEET))
    for line, picture in gallery.changes:
        show(f"{line}; {gallery.folder / picture}" if picture else line)
    same = f", {gallery.comparison.same} as in the baseline" if gallery.comparison else ""
    tell(f"{gallery.edition}: {gallery.facts}{same}")

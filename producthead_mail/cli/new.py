"""`producthead new`: the file of the next edition, with blanks to fill."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from producthead_mail.cli.console import print_json, show, tell
from producthead_mail.cli.context import project_of
from producthead_mail.cli.editor import open_in_editor
from producthead_mail.cli.options import Json
from producthead_mail.errors import InputError, Refusal, UsageError
from producthead_mail.files import alone_at, put

if TYPE_CHECKING:
    from producthead_mail.config import Project
    from producthead_mail.content.authoring.scaffold import Draft
    from producthead_mail.content.edition import Edition
    from producthead_mail.content.publication import Publication

Title = Annotated[
    str, typer.Argument(metavar="TITLE", help="What the edition is called.", show_default=False)
]
Day = Annotated[
    str | None,
    typer.Option(
        "--date",
        metavar="YYYY-MM-DD",
        help="Its date (default: the next free slot of the schedule, else today).",
        show_default=False,
    ),
]
NoEdit = Annotated[bool, typer.Option("--no-edit", help="Do not open it in $VISUAL or $EDITOR.")]
TRIED = 8
"""Earlier editions that are looked at until two can be loaded."""


def new(
    ctx: typer.Context, title: Title, date: Day = None, no_edit: NoEdit = False, json: Json = False
) -> None:
    """Begin an edition, at the next free slot and with what stands in every edition."""
    from producthead_mail.content.authoring.literal import typed
    from producthead_mail.content.authoring.scaffold import scaffold
    from producthead_mail.content.loader import load_publication

    words = typed(title)
    if not words:
        raise UsageError("TITLE has no words")
    project = project_of(ctx)
    publication = load_publication(project)
    day = _day(date)
    with alone_at(project.editions):  # of two at once, each takes a slot of its own
        draft = _draft(project, publication, words, day)
        path = project.editions / f"{draft.slug}.md"
        if path.exists():
            raise Refusal(f"{path}: is there already; choose another title or --date, or edit it")
        if day is None and (twin := _unwritten_namesake(project, draft)):
            raise Refusal(f"{twin}: has that title and waits to be written; for one more, say its --date")
        put(path, scaffold(draft, publication, _earlier(project, publication)).encode())
    if json:
        at = draft.send_at.isoformat() if draft.send_at else None
        print_json({"edition": draft.slug, "path": str(path), "date": draft.date.isoformat(), "send_at": at})
        return
    show(str(path))
    tell(_when(draft))
    for remark in _alike(project, draft):
        tell(remark)
    if not no_edit:
        open_in_editor(path)


def _day(text: str | None) -> date | None:
    from producthead_mail.content.moments import read_date

    try:
        return read_date(text) if text is not None else None
    except ValueError as error:
        raise UsageError(f"--date: {error}") from None


def _draft(project: Project, publication: Publication, title: str, day: date | None) -> Draft:
    from producthead_mail.content.authoring.naming import edition_slug
    from producthead_mail.content.authoring.scaffold import Draft
    from producthead_mail.content.authoring.weekly import next_slot, slot_on
    from producthead_mail.content.library import edition_dates

    now, zone, schedule = datetime.now(UTC), publication.timezone, publication.schedule
    send_at = None
    if schedule and day is None:
        send_at = next_slot(schedule, zone, now, edition_dates(project, zone))
    elif schedule and day:
        send_at = slot_on(day, schedule, zone)
    send_at = send_at if send_at and send_at > now else None
    day = day or (send_at or now.astimezone(zone)).date()
    return Draft(edition_slug(day, title), title, day, send_at)


def _earlier(project: Project, publication: Publication) -> list[Edition]:
    """The last two editions that can be loaded, newest last."""
    from producthead_mail.content.library import all_editions
    from producthead_mail.content.loader import load_edition

    found: list[Edition] = []
    for path in all_editions(project)[: -TRIED - 1 : -1]:
        try:
            found.insert(0, load_edition(path, publication, project))
        except InputError as error:
            tell(f"{error}\n{path.stem}: nothing is carried over from it")
        if len(found) == 2:
            break
    return found


def _alike(project: Project, draft: Draft) -> Iterator[str]:
    """What can be taken for the new edition: of the same day, or of the same name."""
    from producthead_mail.content.library import edition_paths

    for path in edition_paths(project):
        if path.stem != draft.slug and path.stem.startswith(f"{draft.date}-"):
            yield f"{path.stem} is of that day too: readers would get both"
    for path in _namesakes(project, draft):
        yield f"{path.stem} has that name too: name them with their dates"


def _unwritten_namesake(project: Project, draft: Draft) -> Path | None:
    """An edition that was begun under the same title and left: who begins it again has forgotten that."""
    from producthead_mail.content.authoring.scaffold import UNWRITTEN

    texts = ((path, path.read_bytes()) for path in _namesakes(project, draft))
    return next((path for path, text in texts if UNWRITTEN.encode() in text), None)


def _namesakes(project: Project, draft: Draft) -> list[Path]:
    """The editions of another day that have the same name after their dates."""
    from producthead_mail.content.authoring.naming import undated
    from producthead_mail.content.library import edition_paths

    name = undated(draft.slug)
    return [path for path in edition_paths(project) if path.stem != draft.slug and undated(path.stem) == name]


def _when(draft: Draft) -> str:
    if draft.send_at:
        return f"{draft.slug}: for {draft.send_at:%A}, {draft.send_at.day} {draft.send_at:%B %Y, %H:%M %Z}"
    return f"{draft.slug}: without an hour; set send_at to have `producthead dispatch` send it"

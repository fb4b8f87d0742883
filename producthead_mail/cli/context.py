"""What a command works on: the project, and an edition with its message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from producthead_mail.config import Project, find_project
from producthead_mail.errors import UsageError

if TYPE_CHECKING:
    from producthead_mail.content.edition import Edition
    from producthead_mail.content.publication import Publication
    from producthead_mail.rendering.layout import Layout
    from producthead_mail.rendering.message import Message


class LogFormat(StrEnum):
    """How talk is written."""

    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Session:
    """The root options."""

    project: Path | None = None
    log_format: LogFormat = LogFormat.TEXT


@dataclass(frozen=True, slots=True)
class Loaded:
    """An edition, what it belongs to, and the message it makes."""

    project: Project
    publication: Publication
    edition: Edition
    layout: Layout
    message: Message


def project_of(ctx: typer.Context) -> Project:
    """The project of --project, else the one around the current folder."""
    session: Session = ctx.obj
    if session.project is None:
        return find_project(Path.cwd())
    if not (session.project / "content" / "publication.yaml").is_file():
        raise UsageError(f"--project {session.project}: no content/publication.yaml in it")
    return Project(session.project.resolve())


def edition_path(project: Project, name: str | None) -> Path:
    """The file of the edition that `name` means now."""
    from producthead_mail.content.library import resolve_edition

    return resolve_edition(project, name, datetime.now(UTC))


def load(ctx: typer.Context, name: str | None) -> Loaded:
    """The edition that `name` means, rendered; InputError with every problem."""
    project = project_of(ctx)
    path = edition_path(project, name)
    keep_templates(project)
    return load_path(project, path)


def keep_templates(project: Project, *, create: bool = False) -> None:
    """Keep compiled templates with the project's state, if it has any: a tenth of a short command's time."""
    if create or project.state.is_dir():
        from producthead_mail.rendering.templates import CODES

        CODES.keep_in(project.state / "cache")


def use_support(project: Project) -> None:
    """Take the project's own support table, if it has one; InputError where that can't be used."""
    from producthead_mail.clients.support import TABLE, load_support, prefer

    prefer(project.state / TABLE)
    load_support()


def load_path(project: Project, path: Path) -> Loaded:
    """The edition in one file, rendered; InputError with every problem."""
    from producthead_mail.content.loader import load_edition, load_publication
    from producthead_mail.rendering.layout import load_layout
    from producthead_mail.rendering.pipeline import render

    publication = load_publication(project)
    edition = load_edition(path, publication, project)
    layout = load_layout(project, edition.layout)
    return Loaded(project, publication, edition, layout, render(edition, publication, layout))

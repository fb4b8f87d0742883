"""What a shell offers for the word being typed; whatever goes wrong, it offers nothing."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import typer

from producthead_mail.config import Project, find_project
from producthead_mail.content.authoring.naming import undated
from producthead_mail.errors import MailError


def editions(ctx: typer.Context, incomplete: str) -> list[str]:
    """Names of editions that begin so, newest first: `latest` and slugs, or slugs without their dates.

    A name without its date that several editions have is none, as everywhere.
    """
    project = _project(ctx)
    if project is None:
        return []
    slugs = sorted((path.stem for path in project.editions.glob("*.md")), reverse=True)
    found = [name for name in ["latest", *slugs] if name.startswith(incomplete)]
    short = Counter(map(undated, slugs))
    return found or [name for name, number in short.items() if number == 1 and name.startswith(incomplete)]


def clients() -> list[str]:
    """The clients that `shots` draws."""
    from producthead_mail.clients.profile import PROFILES

    return ["original", *(one.id for one in PROFILES)]


def _project(ctx: typer.Context) -> Project | None:
    """The project of --project, else the one around the current folder, if there is one."""
    named = ctx.find_root().params.get("project")
    try:
        return Project(Path(named)) if named else find_project(Path.cwd())
    except (MailError, OSError):
        return None

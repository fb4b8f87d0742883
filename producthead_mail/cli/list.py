"""`producthead list`: the editions, newest last."""

from __future__ import annotations

import typer

from producthead_mail.cli.console import print_json, show, tell
from producthead_mail.cli.context import project_of
from producthead_mail.cli.options import Json
from producthead_mail.errors import InputError


def list_editions(ctx: typer.Context, json: Json = False) -> None:
    """List the editions with date, approval and counts."""
    from producthead_mail.content.library import all_editions
    from producthead_mail.content.loader import load_edition, load_publication

    project = project_of(ctx)
    publication = load_publication(project)
    rows: list[dict[str, object]] = []
    problems: list[InputError] = []
    for path in all_editions(project):
        try:
            edition = load_edition(path, publication, project)
        except InputError as error:
            problems.append(error)
            continue
        rows.append(
            {
                "edition": edition.slug,
                "date": edition.date.isoformat(),
                "title": edition.title,
                "send_at": edition.send_at.isoformat() if edition.send_at else None,
                "approved": edition.approved or None,
                "curated": len(edition.curated),
                "posts": len(edition.posts),
            }
        )
    if json:
        print_json({"editions": rows})
    else:
        _show(rows)
    if problems:
        raise InputError(problem for error in problems for problem in error.problems)


def _show(rows: list[dict[str, object]]) -> None:
    for row in rows:
        approval = "approved" if row["approved"] else "not approved"
        show(
            f"{row['date']}  {approval:12}  {row['curated']} curated  {row['posts']} posts  {row['edition']}"
        )
    if not rows:
        tell("no editions yet: put one into content/editions/")

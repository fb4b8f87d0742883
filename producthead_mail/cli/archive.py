"""`producthead archive`: every edition on the web."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from producthead_mail.cli.console import counted, print_json, show, tell
from producthead_mail.cli.context import keep_templates, project_of
from producthead_mail.cli.options import Json, Out

if TYPE_CHECKING:
    from producthead_mail.archive.build import Report
    from producthead_mail.content.publication import Publication

app = typer.Typer(help="Make the editions' site for the web, and look at it.", no_args_is_help=True)


@app.command("build")
def build(ctx: typer.Context, out: Out = None, json: Json = False) -> None:
    """Write the site of all public editions into build/archive."""
    report, _ = _built(ctx, out)
    if json:
        print_json(_document(report))
    else:
        _show(report)


@app.command("serve")
def serve(
    ctx: typer.Context,
    out: Out = None,
    port: Annotated[int, typer.Option(metavar="PORT", help="Port to listen on.", min=0, max=65535)] = 8026,
    no_open: Annotated[bool, typer.Option("--no-open", help="Open no browser.")] = False,
) -> None:
    """Build the site and show it on this machine."""
    import webbrowser
    from urllib.parse import unquote, urlsplit

    from producthead_mail.archive.serve import bind

    report, publication = _built(ctx, out)
    base = unquote(urlsplit(publication.url).path) + "/"
    with bind(report.folder, port, base) as bound:
        tell(f"archive on {bound.url} (stop with Ctrl-C)")
        if not no_open:
            webbrowser.open(bound.url)
        bound.run()


def _built(ctx: typer.Context, out: Path | None) -> tuple[Report, Publication]:
    from producthead_mail.archive.build import build as build_site
    from producthead_mail.content.loader import load_publication

    project = project_of(ctx)
    keep_templates(project, create=True)
    publication = load_publication(project)
    folder = out or project.build / "archive"
    return build_site(project, publication, folder, datetime.now(UTC)), publication


def _document(report: Report) -> dict[str, object]:
    counts = report.counts
    return {
        "folder": str(report.folder),
        "editions": report.editions,
        "written": counts.written,
        "unchanged": counts.unchanged,
        "removed": counts.removed,
        "left_out": [{"edition": slug, "reason": reason} for slug, reason in report.left_out.items()],
        "blank_slots": [{"in": name, "slots": list(slots)} for name, slots in report.blank.items()],
    }


def _show(report: Report) -> None:
    counts = report.counts
    for slug, reason in report.left_out.items():
        tell(f"left out: {slug}: {reason}")
    for name, slots in report.blank.items():
        shown = ", ".join(f"[[ {slot} ]]" for slot in slots)
        tell(f"{name}: {shown} says nothing on the web; give it a default")
    show(
        f"{report.folder}: {counted(report.editions, 'edition')}; {counted(counts.written, 'file')} written, "
        f"{counts.unchanged} unchanged, {counts.removed} removed"
    )

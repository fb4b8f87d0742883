"""`producthead preview`: the designers' studio."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from producthead_mail.cli.console import show, tell
from producthead_mail.cli.context import edition_path, project_of, use_support
from producthead_mail.cli.options import Edition

Port = Annotated[int, typer.Option(metavar="PORT", help="Port to listen on.", min=0, max=65535)]
Host = Annotated[
    str,
    typer.Option(metavar="HOST", help="Address to listen on; beyond this machine every page takes a token."),
]


Export = Annotated[
    Path | None,
    typer.Option(
        "--export",
        metavar="DIR",
        help="Instead, write every client's view of the edition there, to hand on.",
        show_default=False,
    ),
]


def preview(
    ctx: typer.Context,
    edition: Edition = None,
    port: Port = 8025,
    host: Host = "127.0.0.1",
    no_open: Annotated[bool, typer.Option("--no-open", help="Open no browser.")] = False,
    export: Export = None,
) -> None:
    """Show editions in the browser as mail clients will, anew on every save."""
    project = project_of(ctx)
    use_support(project)  # one that can't be read is no matter for a page
    slug = edition_path(project, edition).stem if edition or export else ""
    if export:
        from producthead_mail.preview.export import export as write

        show(str(write(project, slug, export)))
        return
    import webbrowser

    from producthead_mail.cli.send_test import send_test_of
    from producthead_mail.preview.server import bind

    with bind(project, host, port, send_test_of, slug) as bound:
        tell(f"studio on {bound.url} (stop with Ctrl-C)")
        if not no_open:
            webbrowser.open(bound.url)
        bound.run()

"""`producthead preview`: the designers' studio."""

from __future__ import annotations

from typing import Annotated

import typer

from producthead_mail.cli.context import project_of


def preview(
    ctx: typer.Context,
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8025,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    no_open: Annotated[bool, typer.Option("--no-open", help="Open no browser.")] = False,
) -> None:
    """Show editions in the browser and refresh them on every save."""
    from producthead_mail.preview.server import serve

    serve(project_of(ctx), host, port, not no_open)

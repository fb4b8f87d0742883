"""`producthead preview`: the designers' studio."""

from __future__ import annotations

from typing import Annotated

import typer

from producthead_mail.cli.console import tell
from producthead_mail.cli.context import project_of, use_support

Port = Annotated[int, typer.Option(help="Port to listen on.", min=0, max=65535)]
Host = Annotated[str, typer.Option(help="Address to listen on; not loopback: every page takes a token.")]


def preview(
    ctx: typer.Context,
    port: Port = 8025,
    host: Host = "127.0.0.1",
    no_open: Annotated[bool, typer.Option("--no-open", help="Open no browser.")] = False,
) -> None:
    """Show editions in the browser and refresh them on every save."""
    import webbrowser

    from producthead_mail.cli.send_test import send_test_of
    from producthead_mail.preview.server import bind

    project = project_of(ctx)
    use_support(project)
    with bind(project, host, port, send_test_of) as bound:
        tell(f"studio on {bound.url} (stop with Ctrl-C)")
        if not no_open:
            webbrowser.open(bound.url)
        bound.run()

"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from producthead_mail.cli.completing import editions

Edition = Annotated[
    str | None,
    typer.Argument(
        metavar="EDITION",
        help="A slug, a file path, or `latest` (default: the next by send_at, else the newest).",
        show_default=False,
        autocompletion=editions,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
Strict = Annotated[bool, typer.Option("--strict", help="Warnings count as errors.")]
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="Where the files go (default: in build/).", show_default=False),
]
RecipientEmail = Annotated[
    str | None,
    typer.Option(
        "--recipient", metavar="EMAIL", help="Fill slots for this person of the audience.", show_default=False
    ),
]
AllowPrivate = Annotated[
    bool, typer.Option("--allow-private", help="Also fetch from addresses inside a private network.")
]

"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from producthead_mail.cli.completing import editions
from producthead_mail.errors import UsageError


def storable(text: str | None) -> str | None:
    """The text of an option that is recorded; UsageError where it is no text, which no database takes."""
    try:
        (text or "").encode()
    except UnicodeEncodeError:  # bytes of another encoding than the terminal's
        raise UsageError(f"{text!r} is not text in UTF-8; write it anew") from None
    return text


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

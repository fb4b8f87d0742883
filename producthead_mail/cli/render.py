"""`producthead render`: an edition as files to look at."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

import typer

from producthead_mail.cli.console import print_json, show
from producthead_mail.cli.context import Loaded, load
from producthead_mail.cli.options import Edition, Json, Out, RecipientEmail
from producthead_mail.errors import InputError, Problem


def render(
    ctx: typer.Context,
    edition: Edition = None,
    out: Out = None,
    recipient: RecipientEmail = None,
    json: Json = False,
) -> None:
    """Write SLUG.html, .txt, .eml and .mjml."""
    loaded = load(ctx, edition)
    folder = out or loaded.project.build
    written = [write(folder / name, data) for name, data in _files(loaded, recipient).items()]
    if json:
        files = [str(path) for path in written]
        print_json({"edition": loaded.edition.slug, "digest": loaded.message.digest, "files": files})
        return
    for path in written:
        show(str(path))


def write(path: Path, data: bytes) -> Path:
    """Put the bytes in place at once: a reader sees the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        temporary.chmod(0o644)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return path


def _files(loaded: Loaded, recipient: str | None) -> Mapping[str, bytes]:
    from producthead_mail.rendering.eml import eml
    from producthead_mail.rendering.pipeline import mjml_source
    from producthead_mail.rendering.slots import fill, placeholder_fields

    message, slug = loaded.message, loaded.edition.slug
    fields = reader(loaded, recipient) if recipient else placeholder_fields(message)
    filled = fill(message, fields)
    to = recipient or "reader@example.com"
    source = mjml_source(loaded.edition, loaded.publication, loaded.layout)
    return {
        f"{slug}.html": filled.html.encode(),
        f"{slug}.txt": filled.text.encode(),
        f"{slug}.eml": eml(message, filled, to=to),
        f"{slug}.mjml": source.encode(),
    }


def reader(loaded: Loaded, email: str) -> Mapping[str, str]:
    """The fields of one person of the audience; InputError where there is no such person."""
    path = loaded.publication.audience.csv
    if path is None:
        raise InputError([Problem("--recipient", 0, 0, "the audience is not a CSV file")])
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file, restval=""):
                if row.get("email", "").strip().casefold() == email.casefold():
                    return {key: value for key, value in row.items() if isinstance(key, str)}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError([Problem(str(path), 0, 0, f"can't be read: {error}")]) from None
    raise InputError([Problem(str(path), 0, 0, f"{email} is not in the audience")])

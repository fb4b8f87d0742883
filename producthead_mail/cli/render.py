"""`producthead render`: an edition as files to look at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import typer

from producthead_mail.cli.console import print_json, show
from producthead_mail.cli.context import Loaded, keep_templates, load, project_of
from producthead_mail.cli.options import Edition, Json, Out, RecipientEmail
from producthead_mail.files import put

if TYPE_CHECKING:
    from producthead_mail.audience.recipient import Recipient


def render(
    ctx: typer.Context,
    edition: Edition = None,
    out: Out = None,
    recipient: RecipientEmail = None,
    json: Json = False,
) -> None:
    """Write an edition as HTML, plain text, .eml and MJML."""
    keep_templates(project_of(ctx), create=True)
    loaded = load(ctx, edition)
    folder = out or loaded.project.build
    written = [put(folder / name, data) for name, data in _files(loaded, recipient).items()]
    if json:
        files = [str(path) for path in written]
        print_json({"edition": loaded.edition.slug, "digest": loaded.message.digest, "files": files})
        return
    for path in written:
        show(str(path))


def _files(loaded: Loaded, recipient: str | None) -> Mapping[str, bytes]:
    from producthead_mail.rendering.eml import eml
    from producthead_mail.rendering.pipeline import mjml_source
    from producthead_mail.rendering.slots import fill, placeholder_fields

    message, slug = loaded.message, loaded.edition.slug
    person = reader(loaded, recipient) if recipient is not None else None
    filled = fill(message, person.fields if person else placeholder_fields(message))
    to = person.email if person else "reader@example.com"
    source = mjml_source(loaded.edition, loaded.publication, loaded.layout)
    return {
        f"{slug}.html": filled.html.encode(),
        f"{slug}.txt": filled.text.encode(),
        f"{slug}.eml": eml(message, filled, to=to),
        f"{slug}.mjml": source.encode(),
    }


def reader(loaded: Loaded, email: str) -> Recipient:
    """One person of the audience; InputError where there is no such person."""
    from producthead_mail.audience.lookup import find
    from producthead_mail.cli.wiring import audience_of

    return find(audience_of(loaded.project, loaded.publication), email)

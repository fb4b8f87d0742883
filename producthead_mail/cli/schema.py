"""`producthead schema`: what an editor needs to check front matter and publication.yaml as they are typed."""

from __future__ import annotations

from typing import Annotated

import typer

from producthead_mail.cli.console import print_json
from producthead_mail.cli.options import Json
from producthead_mail.errors import UsageError

NAMES = ("edition", "publication")


def schema(
    name: Annotated[
        str | None,
        typer.Argument(metavar="edition|publication", help="Which one (default: both).", show_default=False),
    ] = None,
    _json: Json = False,
) -> None:
    """Print the JSON Schema of the front matter and of publication.yaml."""
    # --json is taken like everywhere, and changes nothing: a schema is JSON.
    from producthead_mail.content.schema import schema_of

    if name is None:
        either = [{"$ref": f"#/{each}"} for each in NAMES]
        print_json({"anyOf": either, **{each: schema_of(each) for each in NAMES}})
        return
    if name not in NAMES:
        raise UsageError(f"no schema {name!r}: say edition or publication")
    print_json(schema_of(name))

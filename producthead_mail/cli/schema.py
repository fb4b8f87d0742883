"""`producthead schema`: what an editor needs to check front matter and publication.yaml as they are typed."""

from __future__ import annotations

from typing import Annotated

import typer

from producthead_mail.cli.console import print_json, show, tell
from producthead_mail.cli.context import project_of
from producthead_mail.cli.options import Json
from producthead_mail.errors import UsageError
from producthead_mail.files import put

NAMES = ("edition", "publication")
SETTINGS = """\

publication.yaml, in either editor: its first line, where it is not there yet
  # yaml-language-server: $schema=../.producthead/schema/publication.json
or in VS Code with the extension redhat.vscode-yaml, in .vscode/settings.json
  "yaml.schemas": {".producthead/schema/publication.json": "content/publication.yaml"}
or in Neovim with yaml-language-server
  vim.lsp.config('yamlls', {settings = {yaml = {schemas = {['.producthead/schema/publication.json'] = \
'content/publication.yaml'}}}})

Front matter of editions: YAML support of neither looks into Markdown; remark does, see docs/commands.md.\
"""

Name = Annotated[
    str | None,
    typer.Argument(
        metavar="edition|publication",
        help="Which one (default: both).",
        show_default=False,
        autocompletion=lambda: list(NAMES),
    ),
]
Write = Annotated[
    bool, typer.Option("--write", help="Write both into the project, and say how an editor takes them.")
]


def schema(ctx: typer.Context, name: Name = None, write: Write = False, json: Json = False) -> None:
    """Print the JSON Schema of the front matter and of publication.yaml, for editors."""
    from producthead_mail.content.schema import schema_of

    if name is not None and name not in NAMES:
        raise UsageError(f"no schema {name!r}: say edition or publication")
    if write:
        _write(ctx, name, json=json)
    elif name is None:
        either = [{"$ref": f"#/{each}"} for each in NAMES]
        print_json({"anyOf": either, **{each: schema_of(each) for each in NAMES}})
    else:
        print_json(schema_of(name))


def _write(ctx: typer.Context, name: str | None, *, json: bool) -> None:
    from producthead_mail.content.authoring.starter import schema_files

    if name is not None:
        raise UsageError("--write writes both: name none")
    root = project_of(ctx).root
    written = [str(put(root / path, text.encode())) for path, text in schema_files().items()]
    if json:
        print_json({"files": written})
        return
    for path in written:
        show(path)
    tell(SETTINGS)

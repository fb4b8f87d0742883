"""docs/reference.md, made from the program: `python -m tests.docs.reference` writes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import typer

from producthead_mail.cli.app import COMMANDS, app

PAGE = Path(__file__).parents[2] / "docs" / "reference.md"
HEAD = """# Reference

Every command with its arguments and options, as `--help` shows them. What each does, and when:
[commands.md](commands.md).
`make reference` writes this page from the program; a test holds it there.
"""


def reference() -> str:
    """The page, in Markdown."""
    root = typer.main.get_command(app)
    context = root.make_context("producthead", ["list"], resilient_parsing=True)
    sections = [_section("producthead", root, context)]
    for name in COMMANDS:
        command = root.get_command(context, name)
        sections += [_section(path, one, context) for path, one in _leaves(f"producthead {name}", command)]
    return "\n".join([HEAD, *sections])


def _leaves(path: str, command: Any) -> Iterator[tuple[str, Any]]:
    inner = getattr(command, "commands", {})
    if not inner or getattr(command, "invoke_without_command", False):
        yield path, command
    for name, one in inner.items():
        yield from _leaves(f"{path} {name}", one)


def _section(path: str, command: Any, context: Any) -> str:
    parameters = [one for one in command.get_params(context) if not getattr(one, "hidden", False)]
    usage = " ".join([path, *_pieces(command, parameters)])
    rows = [_row(one) for one in parameters if one.name != "help"]
    table = ["", "| | | default |", "| --- | --- | --- |", *rows] if rows else []
    return "\n".join([f"## `{usage}`", "", _first_paragraph(command.help), *table, ""])


def _pieces(command: Any, parameters: Iterable[Any]) -> Iterator[str]:
    for one in parameters:
        if one.param_type_name == "argument":
            yield _value(one) if one.required else f"[{_value(one)}]"
    if any(one.param_type_name == "option" and one.name != "help" for one in parameters):
        yield "[OPTIONS]"
    if getattr(command, "commands", {}) and not getattr(command, "invoke_without_command", False):
        yield "COMMAND"


def _row(parameter: Any) -> str:
    names = "/".join([*parameter.opts, *parameter.secondary_opts])
    if parameter.param_type_name == "argument":
        names = _value(parameter)
    elif not parameter.is_flag:
        names += f" {_value(parameter)}{'...' if parameter.multiple else ''}"
    return f"| `{_cell(names)}` | {_cell(parameter.help or '')} | {_cell(_default(parameter))} |"


def _value(parameter: Any) -> str:
    if parameter.metavar:
        return str(parameter.metavar).strip("[]")
    kind = parameter.type_descriptor.annotation
    if isinstance(kind, type) and issubclass(kind, Enum):
        return "|".join(each.value for each in kind)
    return str(parameter.name).upper()


def _default(parameter: Any) -> str:
    default = parameter.default
    if default in (None, False, (), []) or callable(default) or not getattr(parameter, "show_default", True):
        return ""
    return f"`{getattr(default, 'value', default)}`"


def _cell(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ")


def _first_paragraph(text: str | None) -> str:
    return " ".join((text or "").strip().split("\n\n")[0].split())


if __name__ == "__main__":
    PAGE.write_text(reference())

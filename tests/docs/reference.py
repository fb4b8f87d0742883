"""What docs/commands.md says of arguments and options, from the program: `make reference` writes it there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import typer

from producthead_mail.cli.app import COMMANDS, app
from producthead_mail.cli.options import Edition, Json

PAGE = Path(__file__).parents[2] / "docs" / "commands.md"
BLOCK = re.compile(r"(<!-- options: (producthead[a-z ]*) -->\n).*?(<!-- end -->)", re.DOTALL)
SHARED = {alias.__metadata__[0].help for alias in (Edition, Json)}
"""The help of what many commands take: the page says it once, at its top."""


def page(text: str) -> str:
    """The page with every block as the program is now; KeyError for a command that isn't there."""
    blocks = dict(commands())
    return BLOCK.sub(lambda found: f"{found[1]}{blocks[found[2]]}{found[3]}", text)


def commands() -> Iterator[tuple[str, str]]:
    """Each command that can be typed, in the program's order, and its block in Markdown."""
    root: Any = typer.main.get_command(app)
    context = root.make_context("producthead", ["list"], resilient_parsing=True)
    yield "producthead", _block("producthead", root, context)
    for name in COMMANDS:
        for path, one in _leaves(f"producthead {name}", root.get_command(context, name)):
            yield path, _block(path, one, context)


def _leaves(path: str, command: Any) -> Iterator[tuple[str, Any]]:
    inner = getattr(command, "commands", {})
    if not inner or getattr(command, "invoke_without_command", False):
        yield path, command
    for name, one in inner.items():
        yield from _leaves(f"{path} {name}", one)


def _block(path: str, command: Any, context: Any) -> str:
    parameters = [
        one for one in command.get_params(context) if one.name != "help" and not getattr(one, "hidden", False)
    ]
    shown = [one for one in parameters if one.help not in SHARED]
    usage = " ".join([path, *_pieces(parameters, shown), *(["COMMAND"] if path == "producthead" else [])])
    table = ["| | |", "| --- | --- |", *map(_row, shown), ""] if shown else []
    return "\n".join([f"`{usage}`", "", _first_paragraph(command.help), "", *table])


def _pieces(parameters: list[Any], shown: list[Any]) -> Iterator[str]:
    for one in parameters:
        if one.param_type_name == "argument":
            yield _value(one) if one.required else f"[{_value(one)}]"
    if any(one.param_type_name == "option" for one in shown):
        yield "[OPTIONS]"
    if any("--json" in one.opts for one in parameters):
        yield "[--json]"


def _row(parameter: Any) -> str:
    names = "/".join([*parameter.opts, *parameter.secondary_opts])
    if parameter.param_type_name == "argument":
        names = _value(parameter)
    elif not parameter.is_flag:
        names += f" {_value(parameter)}{'...' if parameter.multiple else ''}"
    return f"| `{_cell(names)}` | {_cell(parameter.help + _default(parameter))} |"


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
    return f" Default: `{getattr(default, 'value', default)}`."


def _cell(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ")


def _first_paragraph(text: str | None) -> str:
    return " ".join((text or "").strip().split("\n\n")[0].split())


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text()))

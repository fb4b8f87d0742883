"""Plain values without pydantic, which Typer imports for the first value it converts.

That takes 80 ms, a quarter of `producthead render`. What is no plain text or path goes Typer's way.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from typer.core import TyperCommand, TyperGroup

_UNCHECKED = {"exists": False, "file_okay": True, "dir_okay": True, "writable": False, "resolve_path": False}


class PlainCommand(TyperCommand):
    """A command that converts plain values plainly."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        convert_plainly(self.get_params(ctx))
        return super().parse_args(ctx, args)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Writes the help; flags stand in it without a value, since they take none."""
        hide_values_of_flags(self.get_params(ctx))
        super().format_help(ctx, formatter)


class PlainGroup(TyperGroup):
    """A group of commands that converts plain values plainly, and whose help is as plain."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        convert_plainly(self.get_params(ctx))
        return super().parse_args(ctx, args)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Writes the help."""
        hide_values_of_flags(self.get_params(ctx))
        super().format_help(ctx, formatter)


def convert_plainly(parameters: Iterable[Any]) -> None:
    """Have plain values of these parameters converted plainly."""
    for parameter in parameters:
        if hasattr(parameter, "get_runtime_param") and hasattr(parameter, "type_descriptor"):
            parameter._runtime_param = _Plain()


def hide_values_of_flags(parameters: Iterable[Any]) -> None:
    """Have the help show flags without `<bool>`."""
    for parameter in parameters:
        if getattr(parameter, "is_flag", False):
            parameter.metavar = ""


class _Plain:
    """Stands where Typer keeps what converts a value, and makes way for it where it is needed."""

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """The value as the command takes it."""
        if param.nargs == 1 and not param.multiple:
            kind = param.type_descriptor.annotation
            if value is None or (isinstance(kind, type) and isinstance(value, kind)):
                return value
            if kind is Path and isinstance(value, str) and _unchecked(param.type_descriptor):
                return Path(value)
        elif not value:
            return ()
        param._runtime_param = None
        return param.get_runtime_param().coerce(value, param=param, ctx=ctx)


def _unchecked(descriptor: Any) -> bool:
    return all(getattr(descriptor.parameter_info, name, None) == value for name, value in _UNCHECKED.items())

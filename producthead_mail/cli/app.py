"""The `producthead` command: root options, and every command loaded when it is named."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand
from typer.exceptions import TyperException

from producthead_mail import __version__
from producthead_mail.cli.console import talk_json, tell
from producthead_mail.cli.context import LogFormat, Session
from producthead_mail.cli.examples import examples
from producthead_mail.cli.failures import failed
from producthead_mail.cli.values import PlainCommand, PlainGroup
from producthead_mail.errors import MailError
from producthead_mail.start import INTERRUPTED, leave

COMMANDS = {
    "init": "init:init",
    "new": "new:new",
    "add": "add:add",
    "posts": "posts:posts",
    "import": "import_editions:import_editions",
    "list": "list:list_editions",
    "check": "check:check",
    "render": "render:render",
    "preview": "preview:preview",
    "shots": "shots:shots",
    "audience": "audience:app",
    "suppressions": "suppressions:app",
    "send": "send:send",
    "approve": "approve:approve",
    "status": "status:status",
    "settle": "settle:settle",
    "dispatch": "dispatch:dispatch",
    "worker": "worker:worker",
    "cancel": "recall:cancel",
    "pause": "recall:pause",
    "resume": "recall:resume",
    "archive": "archive:app",
    "doctor": "doctor:doctor",
    "clients": "clients:app",
    "schema": "schema:schema",
}
"""Command -> module of cli/ and the function or Typer in it, in the order of a curator's week."""


class LazyGroup(PlainGroup):
    """Imports a command when it is named, and turns a MailError into lines and an exit code."""

    def list_commands(self, _: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        if cmd_name not in self.commands:
            self.commands[cmd_name] = _load(cmd_name)
        return self.commands[cmd_name]

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command of `args`; a name that isn't one is answered with the nearest that is."""
        if args and args[0] in COMMANDS:
            self.get_command(ctx, args[0])
        else:
            self.commands.update({name: _load(name) for name in COMMANDS})
        return super().resolve_command(ctx, args)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        as_json = "--log-format=json" in args or ("--log-format", "json") in pairwise(args)
        try:
            return super().parse_args(ctx, args)  # takes them out of the list
        except TyperException as error:
            _tell_as_json(error, wanted=as_json)
            raise

    def main(self, *arguments: Any, **options: Any) -> Any:
        """Runs the command line; what fails at a file, in printing help, too, becomes a line and a code."""
        try:
            return super().main(*arguments, **options)
        except OSError as error:
            fault = failed(error)
            tell(str(fault))
            sys.exit(fault.exit_code)

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        """The commands and options that begin so, with their help where the shell shows it."""
        if os.environ.get("_PRODUCTHEAD_COMPLETE") == "complete_bash":
            # Names are all it takes: loading the commands for their help takes as long as all the rest.
            self.commands.update({name: TyperCommand(name) for name in COMMANDS})
        return super().shell_complete(ctx, incomplete)

    def invoke(self, ctx: Any) -> Any:
        if signal.getsignal(signal.SIGINT) is leave:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            return super().invoke(ctx)
        except TyperException as error:
            _tell_as_json(error, wanted=ctx.params.get("log_format") is LogFormat.JSON)
            raise
        except MailError as error:
            tell(str(error))
            raise typer.Exit(error.exit_code) from None
        except KeyboardInterrupt:
            tell("interrupted")
            raise typer.Exit(INTERRUPTED) from None


def _tell_as_json(error: TyperException, *, wanted: bool) -> None:
    """Where it is wanted, tells what is wrong with the command line and exits, instead of Typer's box."""
    if wanted:
        talk_json(True)
        tell(error.format_message())
        raise typer.Exit(error.exit_code)


def _load(name: str) -> Any:
    module, attribute = COMMANDS[name].split(":")
    found = getattr(import_module(f"producthead_mail.cli.{module}"), attribute)
    if isinstance(found, typer.Typer):
        found.info.cls = PlainGroup
        for info in found.registered_commands:
            info.cls = PlainCommand
        group: Any = typer.main.get_command(found)
        group.name = name
        for inner, command in group.commands.items():
            command.epilog = examples(f"{name} {inner}")
        return group
    single = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    single.command(name, cls=PlainCommand, epilog=examples(name))(found)
    return typer.main.get_command(single)


app = typer.Typer(
    cls=LazyGroup,
    name="producthead",
    help="Render, check and send a curated newsletter.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"producthead {__version__}\n")
        raise typer.Exit


@app.callback()
def root(
    ctx: typer.Context,
    project: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="The project (default: nearest parent with content/publication.yaml)."
        ),
    ] = None,
    log_format: Annotated[LogFormat, typer.Option(help="How lines on stderr are written.")] = LogFormat.TEXT,
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Render, check and send a curated newsletter."""
    ctx.obj = Session(project, log_format)
    talk_json(log_format is LogFormat.JSON)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit by the table of exit codes."""
    app(arguments)

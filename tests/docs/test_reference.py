"""Usage and options on the page of commands are the program's own; pages name only what exists."""

import re
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from producthead_mail.cli.app import app
from producthead_mail.cli.examples import EXAMPLES
from tests.docs.blocks import PAGES, said
from tests.docs.reference import BLOCK, PAGE, commands, page

ROOT_OPTIONS = re.compile(r"--(project|log-format) \S+")


def test_the_page_of_commands_has_each_in_the_programs_order() -> None:
    assert [found[2] for found in BLOCK.finditer(PAGE.read_text())] == [name for name, _ in commands()]


def test_usage_and_options_are_what_the_program_says() -> None:
    assert page(PAGE.read_text()) == PAGE.read_text(), "run `make reference`"


def unknown(text: str) -> list[str]:
    """The words of a command line that the program doesn't know; in capitals stands what may be anything."""
    command: Any = typer.main.get_command(app)
    context = command.make_context("producthead", ["list"], resilient_parsing=True)
    known, lost, group = options(command, context), [], command
    for word in (word.strip("[]()") for word in ROOT_OPTIONS.sub("", text).split()):
        found = [one for name in word.split("|") if (one := inner(group, name, context))]
        if found:
            known |= {name for one in found for name in options(one, context)}
            group = found[-1]
        elif group is command and word.islower() and not word.startswith("--"):
            lost.append(word)
        lost += [
            name for name in word.split("|") if name.startswith("--") and name.split("=")[0] not in known
        ]
    return lost


def inner(group: Any, name: str, context: Any) -> Any:
    return group.get_command(context, name) if hasattr(group, "get_command") else None


def options(command: Any, context: Any) -> set[str]:
    return {name for one in command.get_params(context) for name in (*one.opts, *one.secondary_opts)}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_named_commands_and_options_exist(path: Path) -> None:
    assert [(text, lost) for text in said(path) if (lost := unknown(text))] == []


@pytest.mark.parametrize("command", EXAMPLES)
def test_examples_are_of_their_command_and_can_be_typed(command: str) -> None:
    for line in EXAMPLES[command]:
        assert (line.startswith(f"producthead {command}"), unknown(line.removeprefix("producthead "))) == (
            True,
            [],
        )


def test_help_ends_with_the_examples() -> None:
    shown = CliRunner().invoke(app, ["audience", "import", "--help"]).output.split("\n")
    assert [line.strip() for line in shown if line.strip()][-2:] == [
        "For example:",
        "producthead audience import subscribers.csv",
    ]

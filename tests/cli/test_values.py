"""Plain values are converted without pydantic, all others as Typer does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import pytest
import typer
from typer.core import TyperCommand

from producthead_mail.cli.values import PlainCommand


def said(arguments: list[str], cls: type[TyperCommand], capsys: pytest.CaptureFixture[str]) -> object:
    app = typer.Typer(add_completion=False)

    @app.command(cls=cls)
    def show(
        name: str = "none",
        folder: Path | None = None,
        real: Annotated[Path | None, typer.Option(exists=True)] = None,
        number: int = 1,
        to: Annotated[list[str] | None, typer.Option()] = None,
        flag: bool = False,
    ) -> None:
        print(repr((name, folder, real, number, to, flag)))

    with pytest.raises(SystemExit) as caught:
        app(arguments)
    return caught.value.code, *capsys.readouterr()


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--name", "1", "--folder", "a/b", "--number", "2", "--flag"],
        ["--to", "a", "--to", "b"],
        ["--real", "."],
        ["--number", "x"],
        ["--real", "/no/such/file"],
        ["--nme", "x"],
    ],
)
def test_the_same_as_typer_says(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert said(arguments, PlainCommand, capsys) == said(arguments, TyperCommand, capsys)


def test_a_command_of_plain_values_imports_no_pydantic(tmp_path: Path) -> None:
    program = (
        "import sys\nfrom producthead_mail.cli.app import main\n"
        f"try:\n    main(['--project', '.', 'render', '--out', {str(tmp_path)!r}])\n"
        "except SystemExit:\n    pass\n"
        "assert 'typer' in sys.modules and 'pydantic.types' not in sys.modules"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr

"""Ctrl-C while the program still loads, at the import of one module after the other; closed streams."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

RUN = """
import os, signal, sys
from producthead_mail.start import main

class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == module:
            sys.meta_path.remove(self)
            os.kill(os.getpid(), signal.SIGINT)

module = sys.argv.pop(1)
sys.meta_path.insert(0, Interrupting())
main()
"""


@pytest.mark.parametrize(
    "module",
    [
        "producthead_mail.cli.app",
        "typer",
        "producthead_mail.cli.check",
        "producthead_mail.content.loader",
        "markdown_it",
        "premailer",
        "lxml.etree",
        "producthead_mail.checks.check",
    ],
)
def test_an_interrupt_at_any_import_is_one_line_and_130(project: Path, module: str) -> None:
    command = [sys.executable, "-c", RUN, module, "--project", str(project), "check"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout, result.stderr) == (130, "", "interrupted\n")


def test_where_interrupts_are_ignored_they_stay_ignored(project: Path) -> None:
    ignoring = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n" + RUN
    command = [sys.executable, "-c", ignoring, "typer", "--project", str(project), "check"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (result.returncode, "interrupted" in result.stderr) == (0, False)


CLOSED = ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", sys.executable]
OPENING = """
import os, sys
from producthead_mail.start import open_streams
open_streams()
print("talk", file=sys.stderr)
sys.exit(os.open(sys.argv[1], os.O_RDWR | os.O_CREAT))
"""


def test_with_closed_streams_a_file_takes_the_number_of_none(tmp_path: Path) -> None:
    result = subprocess.run([*CLOSED, "-c", OPENING, str(tmp_path / "ledger.db")], check=False)
    assert (result.returncode, (tmp_path / "ledger.db").read_bytes()) == (3, b"")


@pytest.mark.parametrize("arguments", [["--version"], ["list"]])
def test_with_closed_streams_a_command_does_its_work(project: Path, arguments: list[str]) -> None:
    command = [*CLOSED, "-m", "producthead_mail", "--project", str(project), *arguments]
    assert subprocess.run(command, check=False).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--version"], 4, "stdout: No space left on device\n"),
        (["list"], 4, "a file could not be written: No space left on device; make room, then run it again\n"),
    ],
)
def test_output_that_finds_no_room_is_a_line_and_a_code(
    project: Path, arguments: list[str], code: int, said: str
) -> None:
    command = [sys.executable, "-m", "producthead_mail", "--project", str(project), *arguments]
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with Path("/dev/full").open("wb", buffering=0) as full:
        result = subprocess.run(
            command, stdout=full, stderr=subprocess.PIPE, text=True, env=buffered, check=False
        )
    assert (result.returncode, result.stderr) == (code, said)

"""Ctrl-C while the program still loads: at the import of one module after the other."""

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

"""Opens a file in the curator's editor."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

from producthead_mail.cli.console import tell


def open_in_editor(path: Path) -> None:
    """Opens the file in $VISUAL or $EDITOR, and waits, where a person sits at a terminal and has set one.

    What goes wrong with the editor is said and no failure: the file is there.
    """
    wanted = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return
    if not wanted.strip():
        tell("set EDITOR to have it opened at once, such as `export EDITOR=nano`")
        return
    try:
        command = [*shlex.split(wanted), str(path)]
        done = subprocess.run(command, check=False)  # noqa: S603 - no shell; whom the user's own EDITOR names
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        tell(f"the editor {wanted!r} can't be started: {reason}; set EDITOR, or open the file yourself")
        return
    if done.returncode:
        tell(f"the editor {wanted!r} ended with {done.returncode}")

"""Where the `producthead` command begins: imports nothing slow before Ctrl-C ends it in one line."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from errno import EPIPE

FAILED = 4
"""As of `OutsideError`, which would have to be imported."""
INTERRUPTED = 130


def main() -> None:
    """Run the command line."""
    open_streams()
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # not where a shell script ignores it
        signal.signal(signal.SIGINT, leave)
    from producthead_mail.cli.app import main as run

    try:
        run()
    except SystemExit as stopped:
        code = flushed(stopped.code)
        if code != INTERRUPTED:
            raise SystemExit(code) from None
        # CPython kills itself by SIGINT where an interrupt once passed an exec(), as dataclasses use it,
        # though it was caught (unhandled_keyboard_interrupt in pythonrun.c): no exit code then.
        os._exit(INTERRUPTED)


def open_streams() -> None:
    """Leads each standard stream that is closed to nowhere, as it may be under cron.

    Else the next file that is opened, the ledger for one, takes its number, and what a program that is
    started from here prints goes into it.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free, which is this one
            setattr(sys, name, os.fdopen(number, "w" if number else "r", encoding="utf-8", closefd=False))


def flushed(code: str | int | None) -> str | int | None:
    """The code to exit with once stdout has all that was printed, or can't take it.

    Python would find out later, complain and exit 120, which none of our codes is.
    """
    try:
        sys.stdout.flush()
    except ValueError:  # closed by then
        return code
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if code:
            return code
        if error.errno == EPIPE:  # whoever reads has had enough
            return 1
        _say(f"stdout: {error.strerror}")
        return FAILED
    return code


def leave(*_: object) -> None:
    """Ends the process at once: nothing has been begun while it still loads.

    Python's own way, an exception, would come out of whatever import is under way, as a traceback.
    """
    _say("interrupted")
    os._exit(INTERRUPTED)


def _say(line: str) -> None:
    with suppress(OSError):  # stderr may be a log on the same full disk
        os.write(2, f"{line}\n".encode())

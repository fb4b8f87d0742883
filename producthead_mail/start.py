"""Where the `producthead` command begins: imports nothing slow before Ctrl-C ends it in one line."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress

INTERRUPTED = 130


def main() -> None:
    """Run the command line."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # not where a shell script ignores it
        signal.signal(signal.SIGINT, leave)
    from producthead_mail.cli.app import main as run

    try:
        run()
    except SystemExit as stopped:
        if stopped.code != INTERRUPTED:
            raise
        # CPython kills itself by SIGINT where an interrupt once passed an exec(), as dataclasses use it,
        # though it was caught (unhandled_keyboard_interrupt in pythonrun.c): no exit code then.
        with suppress(OSError, ValueError):
            sys.stdout.flush()
        os._exit(INTERRUPTED)


def leave(*_: object) -> None:
    """Ends the process at once: nothing has been begun while it still loads.

    Python's own way, an exception, would come out of whatever import is under way, as a traceback.
    """
    os.write(2, b"interrupted\n")
    os._exit(INTERRUPTED)

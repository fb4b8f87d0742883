"""The same work on many things, by as many processes as the machine has cores."""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, BinaryIO, TypeVar

T = TypeVar("T")
R = TypeVar("R")
FEWEST = 24
"""Things that are worth a process."""
MOST = 8
"""Processes: each takes some 60 MB."""


def spread(work: Callable[[T], R], things: Sequence[T]) -> list[R]:
    """What `work` gives for each, in their order; what it raises, too.

    A result has to be one that can be pickled. Whatever becomes of another process, its share is done here.
    """
    shares = _processes(len(things))
    helpers = [_begun(work, things[number::shares]) for number in range(1, shares)]
    found: list[Any] = [None] * len(things)
    try:
        found[::shares] = map(work, things[::shares])
        for number, helper in enumerate(helpers, 1):
            rows = helper.results() if helper else None
            found[number::shares] = map(work, things[number::shares]) if rows is None else rows
    finally:
        for helper in helpers:
            if helper:
                helper.end()
    return found


def _processes(things: int) -> int:
    # A process with threads can't be forked safely, nor one of macOS.
    if sys.platform != "linux" or threading.active_count() > 1:
        return 1
    return max(1, min(len(os.sched_getaffinity(0)), MOST, things // FEWEST))


@dataclass(frozen=True, slots=True)
class _Helper:
    """A forked process at work; it ends by itself, also where this one is killed."""

    process: int
    pipe: BinaryIO

    def results(self) -> Any:
        """What it made of its share; None where it died or `work` raised."""
        with suppress(EOFError, pickle.UnpicklingError):
            return pickle.load(self.pipe)  # noqa: S301 - written by this very program
        return None

    def end(self) -> None:
        """Nobody waits for it any more."""
        self.pipe.close()
        with suppress(ProcessLookupError):
            os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)


def _begun(work: Callable[[T], R], things: Sequence[T]) -> _Helper | None:
    """A process at its share; None where the system has no room for one."""
    reading, writing = os.pipe()
    try:
        process = os.fork()
    except OSError:
        os.close(reading)
        os.close(writing)
        return None
    if process:
        os.close(writing)
        return _Helper(process, os.fdopen(reading, "rb"))
    try:
        os.close(reading)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        with os.fdopen(writing, "wb") as pipe:
            pickle.dump([work(one) for one in things], pipe, pickle.HIGHEST_PROTOCOL)
    finally:
        os._exit(0)  # nothing of the first process is to be ended here

"""The same work on many things, by as many processes as the machine has cores."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")
FEWEST = 24
"""Things that are worth a process."""
MOST = 8
"""Processes: each takes some 60 MB."""
AT_ONCE = 4
"""Things that a process takes at a time."""
_task: list[Any] = []
"""In a process of the pool: the work, and all the things."""


def spread(work: Callable[[T], R], things: Sequence[T]) -> list[R]:
    """What `work` gives for each, in their order; what it raises, too.

    A result has to be one that can be pickled. Where a process dies, or an error can't be handed over, all is
    done here.
    """
    processes = _processes(len(things))
    if processes == 1:
        return [*map(work, things)]
    pool = ProcessPoolExecutor(processes, get_context("fork"), _begin, (work, things))
    try:
        return [*pool.map(_one, range(len(things)), chunksize=AT_ONCE)]
    except (
        BrokenProcessPool,
        OSError,
    ):  # one was killed, say for want of memory, or there was no room for it
        return [*map(work, things)]
    finally:
        pool.shutdown(cancel_futures=True)


def _processes(things: int) -> int:
    # A process with threads can't be forked safely, nor one of macOS.
    if sys.platform != "linux" or threading.active_count() > 1:
        return 1
    return max(1, min(len(os.sched_getaffinity(0)), MOST, things // FEWEST))


def _begin(work: Callable[[T], R], things: Sequence[T]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # the first process tells of an interrupt
    _task[:] = work, things


def _one(index: int) -> Any:
    work, things = _task
    return work(things[index])

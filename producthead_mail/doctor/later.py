"""Work that is waited for only so long: a name server or a database may never answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from threading import Thread
from typing import Generic, TypeVar

Result = TypeVar("Result")


class Later(Generic[Result]):
    """Work under way in a thread of its own, which doesn't keep the process from ending."""

    def __init__(self, work: Callable[[], Result]) -> None:
        self._future: Future[Result] = Future()
        Thread(target=self._run, args=(work,), daemon=True).start()

    def get(self, end: float) -> Result:
        """What the work gives, or raises; TimeoutError where it isn't done by `end` (monotonic)."""
        return self._future.result(max(0.0, end - time.monotonic()))

    def is_done(self, end: float) -> bool:
        """Whether there is something to get by `end`."""
        return bool(wait([self._future], max(0.0, end - time.monotonic())).done)

    def _run(self, work: Callable[[], Result]) -> None:
        try:
            self._future.set_result(work())
        except BaseException as error:  # noqa: BLE001 - raised again, where the result is asked for
            self._future.set_exception(error)

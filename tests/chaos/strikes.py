"""Keeps a few processes sending, and kills and freezes them at random moments."""

import contextlib
import multiprocessing
import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess

from tests.chaos.report import Report
from tests.chaos.setting import Setting
from tests.chaos.worker import work

KILLED = 0.8
"""Share of the strikes; the others freeze."""
LONG = 0.3
"""Share of the frozen that stand still for longer than a lease."""
FROZEN = 2
"""At once, at most."""


class Workers:
    """The processes that send, and the frozen among them."""

    def __init__(self, setting: Setting, report: Report) -> None:
        self._setting = setting
        self._report = report
        self._chance = random.Random(setting.seed)
        self._context = forkserver()
        self._running: list[BaseProcess] = []
        self._frozen: list[BaseProcess] = []

    def keep(self) -> None:
        """Starts processes in place of those that are gone or frozen."""
        self._running = [one for one in self._running if one.is_alive()]
        for _ in range(self._setting.workers - len(self._awake())):
            self._running.append(self._context.Process(target=work, args=(self._setting,)))
            self._running[-1].start()

    def strike(self) -> None:
        """After a while, kills or freezes one that runs."""
        time.sleep(self._chance.uniform(0.02, 0.45))
        one = self._chance.choice(self._awake() or self._running)
        kills, length = self._chance.random() < KILLED, self._length()
        if not one.is_alive():
            return  # it had just ended
        if kills or len(self._frozen) >= FROZEN:
            one.kill()
            self._report.kills += 1
            return
        self._freeze(one, length)

    def end(self) -> None:
        """Kills them all, frozen ones too."""
        for one in self._running:
            one.kill()
        for one in self._running:
            one.join()

    def _awake(self) -> list[BaseProcess]:
        return [one for one in self._running if one not in self._frozen]

    def _freeze(self, one: BaseProcess, length: float) -> None:
        _signal(one, signal.SIGSTOP)
        self._frozen.append(one)
        self._report.stops += 1
        self._report.long_stops += length > self._setting.lease_seconds
        # By a thread of its own: where it holds the lock of an SQLite file, whoever looks waits for it.
        alarm = threading.Timer(length, self._wake, [one])
        alarm.daemon = True
        alarm.start()

    def _wake(self, one: BaseProcess) -> None:
        _signal(one, signal.SIGCONT)
        self._frozen.remove(one)

    def _length(self) -> float:
        lease = self._setting.lease_seconds
        long = self._chance.random() < LONG
        return self._chance.uniform(lease * 1.1, lease * 1.8) if long else self._chance.uniform(0.1, 1.5)


@contextmanager
def workers(setting: Setting, report: Report) -> Iterator[Workers]:
    """The processes; none is left after the block."""
    found = Workers(setting, report)
    try:
        yield found
    finally:
        found.end()


def forkserver() -> multiprocessing.context.ForkServerContext:
    """Starts processes quickly, and without this one's threads."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.chaos.worker"])
    return context


def _signal(one: BaseProcess, number: int) -> None:
    if one.is_alive() and one.pid:
        with contextlib.suppress(ProcessLookupError):  # it has just ended
            os.kill(one.pid, number)

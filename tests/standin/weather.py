"""Faults by chance instead of by script: the same seed gives the same weather."""

import random
import threading
from dataclasses import dataclass, field

from tests.standin.faults import Fault, Kind

NAMED = {"message": "Does not contain a valid address.", "field": "personalizations.0.to", "help": None}
MIX = (
    (0.01, Fault(Kind.LIMITED, seconds=1)),
    (0.02, Fault(Kind.STATUS, status=500)),
    (0.002, Fault(Kind.STATUS, status=400, errors=(NAMED,))),
    (0.002, Fault(Kind.HANG_ACCEPTED, seconds=5)),
    (0.002, Fault(Kind.CLOSE_AFTER)),
    (0.01, Fault(Kind.FAILED_ACCEPTED)),
    (0.02, Fault(Kind.RESET_BEFORE)),
    (0.01, Fault(Kind.RESET_LOST)),
    (0.01, Fault(Kind.TRUNCATED)),
    (0.005, Fault(Kind.GARBAGE)),
    (0.005, Fault(Kind.REDIRECT)),
)
"""Chance and fault; the rest of the requests are answered as ever, a little late."""


@dataclass
class Weather:
    """Which fault the next request meets."""

    seed: int = 1
    latency: float = 0.05
    """Seconds of an answer without a fault, at most."""
    calm: bool = False
    """No faults any more, only latency."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def next_fault(self) -> Fault:
        with self._lock:
            chance, latency = self._random.random(), self._random.uniform(0, self.latency)
        for share, fault in MIX:
            chance -= share
            if chance < 0 and not self.calm:
                return fault
        return Fault(Kind.SLOW, seconds=latency)

"""A set of recipients' ids in a few bytes each: a million of them take 16 MB."""

from __future__ import annotations

from array import array
from collections.abc import Iterable

FIRST = 1 << 12


class IdSet:
    """Ids of 63 bits, to be added and asked for."""

    def __init__(self, ids: Iterable[int] = ()) -> None:
        self._slots = array("Q", bytes(8 * FIRST))
        self._mask = FIRST - 1
        self._size = 0
        for one in ids:
            self.add(one)

    def __len__(self) -> int:
        return self._size

    def __contains__(self, number: int) -> bool:
        return self._slots[self._place(number)] != 0

    def add(self, number: int) -> bool:
        """Whether it was not there before."""
        at = self._place(number)
        if self._slots[at]:
            return False
        self._slots[at] = number + 1  # zero is an empty slot
        self._size += 1
        if 2 * self._size > self._mask:
            self._grow()
        return True

    def _place(self, number: int) -> int:
        """Its slot, or the empty one where it belongs; ids are random bits, which need no hash."""
        slots, mask, wanted = self._slots, self._mask, number + 1
        at = number & mask
        while slots[at] and slots[at] != wanted:
            at = (at + 1) & mask
        return at

    def _grow(self) -> None:
        old = self._slots
        self._mask = 2 * self._mask + 1
        self._slots = array("Q", bytes(8 * (self._mask + 1)))
        for one in old:
            if one:
                self._slots[self._place(one - 1)] = one

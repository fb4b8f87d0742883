"""Recipient ids of a batch as bytes: ascending, 8 each, big-endian, so that bytes sort as numbers."""

from __future__ import annotations

import struct
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

BYTES = 8


def pack(rids: Sequence[int]) -> bytes:
    """The ids as bytes; ValueError where they don't ascend."""
    if any(one >= next_ for one, next_ in pairwise(rids)):
        raise ValueError("recipient ids must ascend")
    return struct.pack(f">{len(rids)}q", *rids)


def unpack(data: bytes) -> tuple[int, ...]:
    """The ids that `pack` was given."""
    return struct.unpack(f">{len(data) // BYTES}q", data)


def contains(data: bytes, rid: int) -> bool:
    """True where the id is among them."""
    position = bisect_left(
        range(len(data) // BYTES), rid, key=lambda at: int.from_bytes(data[at * BYTES : (at + 1) * BYTES])
    )
    return data[position * BYTES : (position + 1) * BYTES] == rid.to_bytes(BYTES)

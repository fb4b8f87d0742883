"""Recipients without duplicates and suppressed ones, in the order of their ids, in flat memory."""

from __future__ import annotations

import marshal
import tempfile
from collections.abc import Callable, Iterable, Iterator
from typing import IO

from producthead_mail.audience.address import recipient_id
from producthead_mail.audience.recipient import Excluded, Recipient
from producthead_mail.errors import InputError, OutsideError, Problem
from producthead_mail.ledger.states import Exclusion

BUCKETS = 256
SHIFT = 63 - 8
"""An id's first eight bits are its bucket, so that buckets in turn are ids in order."""
CHUNK = 64
"""Recipients a bucket gathers before they are written."""

Record = tuple[int, int, str, int, tuple[str, ...]]
"""Recipient id, row, address, number of the header, values."""


def select(
    rows: Iterable[Recipient | Excluded],
    *,
    key: bytes,
    suppressed: Callable[[int], str | None],
) -> Iterator[tuple[int, Recipient] | Excluded]:
    """Who gets the edition, by id, the first row of each; and every row that gets nothing, and why."""
    try:
        # A file without a name: nothing of it stays, even if the program is killed.
        with tempfile.TemporaryFile(buffering=0) as file:
            spool = _Spool(file)
            for row in rows:
                if isinstance(row, Excluded):
                    yield row
                else:
                    spool.add(recipient_id(row.email, key), row)
            for bucket in range(BUCKETS):
                yield from choose(spool.take(bucket), suppressed)
    except OSError as error:
        raise OutsideError(
            f"{tempfile.gettempdir()}: {error.strerror}; make room there, or set TMPDIR to another folder"
        ) from None


def choose(
    found: Iterable[tuple[int, Recipient]], suppressed: Callable[[int], str | None]
) -> Iterator[tuple[int, Recipient] | Excluded]:
    """Of recipients by id and row the first of each id, unless suppressed; the others as duplicates."""
    last, first = -1, None
    for number, recipient in found:
        if first and number == last:
            yield _duplicate(first, recipient)
            continue
        last, first = number, recipient
        reason = suppressed(number)
        if reason is None:
            yield number, recipient
        else:
            yield Excluded(Exclusion.SUPPRESSED, recipient.row, reason, recipient.email)


def _duplicate(first: Recipient, other: Recipient) -> Excluded:
    if first.email.lower() != other.email.lower():
        message = f"rows {first.row} and {other.row} have different addresses and the same id"
        raise InputError([Problem("audience", other.row, 0, message, "take one of the two rows out")])
    return Excluded(Exclusion.DUPLICATE, other.row, f"same address as row {first.row}", other.email)


class _Spool:
    """Recipients on disk, by bucket: in chunks of one file, since 256 open files are too many for some."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._end = 0
        self._pending: list[list[Record]] = [[] for _ in range(BUCKETS)]
        self._chunks: list[list[tuple[int, int]]] = [[] for _ in range(BUCKETS)]
        self._headers: dict[tuple[str, ...], int] = {}

    def add(self, number: int, recipient: Recipient) -> None:
        fields = recipient.fields
        header = self._headers.setdefault(tuple(fields), len(self._headers))
        pending = self._pending[number >> SHIFT]
        pending.append((number, recipient.row, recipient.email, header, tuple(fields.values())))
        if len(pending) >= CHUNK:
            self._write(number >> SHIFT)

    def take(self, bucket: int) -> list[tuple[int, Recipient]]:
        """All of one bucket, by id and row."""
        records, self._pending[bucket] = self._pending[bucket], []
        for offset, size in self._chunks[bucket]:
            chunk = self._read(offset, size)
            records += marshal.loads(chunk)  # noqa: S302 - from an unnamed file that only this process has
        records.sort()
        headers = list(self._headers)
        return [
            (number, Recipient(email, dict(zip(headers[header], values, strict=True)), row))
            for number, row, email, header, values in records
        ]

    def _write(self, bucket: int) -> None:
        data = marshal.dumps(self._pending[bucket])
        view = memoryview(data)
        written = 0
        while written < len(data):
            written += self._file.write(view[written:])
        self._chunks[bucket].append((self._end, written))
        self._end += written
        self._pending[bucket].clear()

    def _read(self, offset: int, size: int) -> bytes:
        self._file.seek(offset)
        data = bytearray()
        while len(data) < size and (part := self._file.read(size - len(data))):
            data += part
        return bytes(data)

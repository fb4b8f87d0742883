"""An endpoint that takes mail and answers at once: what sending costs without the other side."""

from __future__ import annotations

import asyncio
import multiprocessing
import re
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

LENGTH = re.compile(rb"content-length:\s*(\d+)", re.IGNORECASE)
ACCEPTED = b"HTTP/1.1 202 Accepted\r\nX-Message-Id: bench\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
REFUSED = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"
NOTHING = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n[]"
)


class _Request(asyncio.Protocol):
    """One connection with one request; its body is counted and forgotten."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._head = b""
        self._missing = -1

    def data_received(self, data: bytes) -> None:
        if self._missing < 0:
            self._head += data
            end = self._head.find(b"\r\n\r\n")
            if end < 0:
                return
            length = LENGTH.search(self._head, 0, end)
            self._missing = (int(length[1]) if length else 0) - (len(self._head) - end - 4)
        else:
            self._missing -= len(data)
        if self._missing <= 0:
            self._transport.write(self._answer if b"/mail/send " in self._head[:80] else NOTHING)
            self._transport.close()


@contextmanager
def endpoint(*, refusing: bool = False) -> Iterator[str]:
    """The URL of an endpoint in a process of its own; it has no suppressions and forgets all mail.

    Where it is refusing it takes no mail, as if the key were wrong.
    """
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=_serve, args=(theirs, refusing), daemon=True
    )
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}"
    finally:
        process.kill()
        process.join()


def _serve(ready: Connection, refusing: bool) -> None:
    def request() -> _Request:
        return _Request(REFUSED if refusing else ACCEPTED)

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(request, "127.0.0.1", 0, backlog=128)
        ready.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())

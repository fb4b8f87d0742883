"""A server that has its port: bound first, so that its address can be told before it runs."""

from __future__ import annotations

import logging
import socket
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

import uvicorn
from starlette.types import ASGIApp

from producthead_mail.errors import UsageError


@dataclass(frozen=True, slots=True)
class Bound:
    """An application that has its port and waits to be run."""

    url: str
    """Where to open it, with the token where one is asked for."""
    _app: ASGIApp
    _socket: socket.socket

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def run(self) -> None:
        """Serve until stopped."""
        config = uvicorn.Config(
            self._app, log_level="warning", ws="none", server_header=False, timeout_graceful_shutdown=1
        )
        logging.getLogger("uvicorn.error").addFilter(_is_news)
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[self._socket])


def _is_news(record: logging.LogRecord) -> bool:
    """False for what uvicorn says of every page that still follows saves when the studio is stopped."""
    return "returned without completing response" not in record.getMessage()


def listen(host: str, port: int, options: str = "--port or --host") -> socket.socket:
    """A socket that listens there; UsageError, which names the options, where the address can't be had."""
    try:
        if not host:
            raise OSError("no host")
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family)
    except OSError as error:
        why = error.strerror or error
        message = f"can't listen on {host} port {port}: {why}; choose another {options}"
        raise UsageError(message) from None

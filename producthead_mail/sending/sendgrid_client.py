"""The SDK's client for SendGrid, made to say how far a request got; no retry, no redirect."""

from __future__ import annotations

import logging
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from io import BufferedReader, RawIOBase
from typing import Any
from urllib.parse import urlsplit
from urllib.request import (
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    build_opener,
)

from python_http_client.client import Client

from producthead_mail.config import url_fault
from producthead_mail.errors import InputError, Problem
from producthead_mail.sending.outcome import Phase, Seen
from producthead_mail.sending.transport import NOT_BEGUN, at_once

ANSWER_BYTES = 30_000_000
TIMEOUT_SECONDS = 60.0


@dataclass(slots=True)
class Trace:
    """What one request has come to so far."""

    phase: Phase = Phase.CONNECTING
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    error: str = ""


class SendGridClient:
    """Requests to one account: a fresh connection each, one client a thread."""

    def __init__(self, api_key: str, base_url: str, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        problems = [*_key_problems(api_key), *_url_problems(base_url)]
        if problems:
            raise InputError(problems)
        self._key = api_key.strip()
        self._url = base_url.rstrip("/")
        self._timeout = timeout_seconds if timeout_seconds > 0 else TIMEOUT_SECONDS
        self._context = ssl.create_default_context()  # 20 ms to make, so shared
        self._threads = threading.local()
        logging.getLogger("python_http_client.client").addFilter(_say_nothing)

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: bytes = b"",
        begin: Callable[[], bool] = at_once,
    ) -> Seen:
        """What came of one request to `/v3/PATH`; never raises for the network's sake.

        `begin` is called once the connection is open and before the first byte leaves; where it
        gives False nothing is sent.
        """
        client = self._client()
        trace = client.take(body, begin)
        try:
            getattr(client._(path), method.lower())(query_params=dict(query) if query else None)
        except (OSError, HTTPException, ValueError) as error:
            trace.error = self._words(error)
        text = self._without_key(trace.body.decode("utf-8", "replace"))
        headers = {name: self._without_key(value) for name, value in trace.headers.items()}
        return Seen(trace.phase, trace.status, headers, text, trace.error)

    def close(self) -> None:
        """Forgets the threads' clients; connections are closed after each request."""
        self._threads = threading.local()

    def _client(self) -> _Client:
        if not hasattr(self._threads, "client"):
            self._threads.client = _Client(self._url, self._key, self._context, self._timeout)
        client: _Client = self._threads.client
        return client

    def _words(self, error: Exception) -> str:
        reason = getattr(error, "reason", None) or error
        words = " ".join(f"{type(reason).__name__}: {reason}".split())
        return self._without_key(words)

    def _without_key(self, text: str) -> str:
        # Proxies and error pages may say what they were sent.
        return text.replace(self._key, "***")


class _Exchange:
    """State shared by the SDK's chain of clients in one thread: the request under way."""

    def __init__(self, key: str, opener: OpenerDirector) -> None:
        self.key = key
        self.opener = opener
        self.body = b""
        self.begin: Callable[[], bool] = at_once
        self.trace = Trace()


class _Client(Client):  # type: ignore[misc]  # the SDK has no types
    """The SDK's client; its chain `client.mail.send` keeps this class and this exchange."""

    def __init__(self, url: str, key: str, context: ssl.SSLContext, timeout: float) -> None:
        super().__init__(host=url, version=3, timeout=timeout, request_headers={"Accept": "application/json"})
        self._exchange = _Exchange(key, _opener(context, self, direct=url.startswith("http:")))

    def take(self, body: bytes, begin: Callable[[], bool]) -> Trace:
        """A new trace that the next request will fill."""
        self._exchange.body, self._exchange.begin, self._exchange.trace = body, begin, Trace()
        return self._exchange.trace

    @property
    def trace(self) -> Trace:
        return self._exchange.trace

    def begun(self) -> bool:
        """True where the request may leave."""
        return self._exchange.begin()

    def _build_client(self, name: str | None = None) -> _Client:
        link = _Client.__new__(_Client)
        path = [*self._url_path, name] if name else self._url_path
        Client.__init__(
            link, self.host, dict(self.request_headers), self._version, path, self.append_slash, self.timeout
        )
        link._exchange = self._exchange
        return link

    def _make_request(self, _: Any, request: Request, timeout: float | None = None) -> _Answer:
        # Body and key come in here, so that the SDK never has them to log.
        exchange = self._exchange
        request.data = exchange.body or None
        request.add_unredirected_header("Content-Type", "application/json")
        request.add_unredirected_header("Authorization", f"Bearer {exchange.key}")
        response = exchange.opener.open(request, timeout=timeout or self.timeout)
        try:
            _read(response, exchange.trace)
        finally:
            response.close()
        return _Answer(exchange.trace)


class _Answer:
    """What the SDK wants of urllib's response."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace

    def getcode(self) -> int | None:
        return self._trace.status

    def read(self) -> bytes:
        return self._trace.body

    def info(self) -> Mapping[str, str]:
        return self._trace.headers


class _AsItIs(HTTPErrorProcessor):
    """Hands out every answer: no redirect is followed, no status raises."""

    def http_response(self, _: Request, response: Any) -> Any:
        return response

    def https_response(self, _: Request, response: Any) -> Any:
        return response


class _Within(RawIOBase):
    """What a socket gives until a deadline; its own time-out would begin anew with every byte."""

    def __init__(self, raw: RawIOBase, connection: socket.socket) -> None:
        self._raw = raw
        self._socket = connection
        self._end = time.monotonic() + (connection.gettimeout() or TIMEOUT_SECONDS)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        self._socket.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Timed(HTTPResponse):
    """An answer that has to be there in whole before the time is up."""

    def __init__(self, sock: socket.socket, *arguments: Any, **options: Any) -> None:
        super().__init__(sock, *arguments, **options)
        self.fp.close()
        self.fp = BufferedReader(_Within(sock.makefile("rb", buffering=0), sock))


class _Phases(HTTPConnection):
    """A connection that notes how far the request got."""

    response_class = _Timed
    owner: _Client

    def connect(self) -> None:
        super().connect()
        # Only now: a connection that can't be made, or takes its time, leaves nothing begun.
        if not self.owner.begun():
            raise ConnectionError(NOT_BEGUN)
        self.owner.trace.phase = Phase.WRITING

    def request(self, *arguments: Any, **options: Any) -> None:
        try:
            super().request(*arguments, **options)
        except (BrokenPipeError, ConnectionResetError):
            if self.owner.trace.phase is Phase.CONNECTING:
                raise
            return  # the server may have refused the request before it read all of it: see what it says
        self.owner.trace.phase = Phase.WAITING

    def getresponse(self) -> HTTPResponse:
        response = super().getresponse()
        trace = self.owner.trace
        trace.phase, trace.status = Phase.ANSWERED, response.status
        trace.headers = {name.lower(): value for name, value in response.getheaders()}
        return response


class _SecurePhases(_Phases, HTTPSConnection):
    """The same over TLS: connected means that the handshake is done."""


def _read(response: HTTPResponse, trace: Trace) -> None:
    """Reads the answer's body; a body cut short doesn't undo the status."""
    try:
        trace.body = response.read(ANSWER_BYTES)
    except HTTPException as error:
        trace.body, trace.error = getattr(error, "partial", b""), type(error).__name__
    except OSError as error:
        trace.error = type(error).__name__


def _opener(context: ssl.SSLContext, owner: _Client, *, direct: bool) -> OpenerDirector:
    """urllib's opener over our connections; proxies as in the SDK, but never for plain http."""

    class Plain(HTTPHandler):
        def http_open(self, request: Request) -> Any:
            return self.do_open(_bound(_Phases, owner), request)

    class Secure(HTTPSHandler):
        def https_open(self, request: Request) -> Any:
            return self.do_open(_bound(_SecurePhases, owner), request, context=context)

    proxies = [ProxyHandler({})] if direct else []
    return build_opener(*proxies, Plain(), Secure(context=context), _AsItIs())


def _bound(kind: type[_Phases], owner: _Client) -> Any:
    return type(kind.__name__, (kind,), {"owner": owner})


def _say_nothing(_: logging.LogRecord) -> bool:
    return False


def _key_problems(key: str) -> list[Problem]:
    if not key or not key.strip():
        remedy = "put it into the environment or the project's .env; `send --transport outbox` needs none"
        return [Problem("environment SENDGRID_API_KEY", 0, 0, "missing", remedy)]
    if not re.fullmatch(r"[!-~]+", key.strip()):
        fault = "holds spaces, line breaks or characters outside ASCII"
        return [Problem("environment SENDGRID_API_KEY", 0, 0, fault, "copy the key again")]
    return []


def _url_problems(url: str) -> list[Problem]:
    fault = url_fault(url) or _extra(url)
    remedy = "such as https://api.sendgrid.com"
    return [Problem("environment PRODUCTHEAD_SENDGRID_URL", 0, 0, fault, remedy)] if fault else []


def _extra(url: str) -> str:
    """Why this is more than a host and perhaps a path, else an empty string."""
    parts = urlsplit(url)
    try:
        more = parts.port == 0 or "@" in parts.netloc or parts.query or parts.fragment
    except ValueError:
        return "not a URL: its port is no number"
    return "holds more than a host and a path" if more else ""

"""A web server on loopback that answers what a test puts there, and notes what it was asked."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol, TypeVar


class Placed(Protocol):
    port: int


S = TypeVar("S", bound=Placed)


@dataclass
class Answer:
    body: bytes = b""
    kind: str = "text/html; charset=utf-8"
    status: int = 200
    etag: str = ""


@dataclass
class Site:
    """What it answers by path; anything else is 404."""

    port: int = 0
    pages: dict[str, Answer] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)
    """The path of each request, in order."""

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def put(self, path: str, body: str, **more: Any) -> str:
        """The address of a page that is there from now on."""
        self.pages[path] = Answer(body.encode(), **more)
        return self.url(path)


class Handler(BaseHTTPRequestHandler):
    site: Site

    def do_GET(self) -> None:
        self.site.seen.append(self.path)
        found = self.site.pages.get(self.path.partition("?")[0], Answer(status=404))
        fresh = bool(found.etag) and self.headers.get("If-None-Match") == found.etag
        self.send_response(304 if fresh else found.status)
        self.send_header("Content-Type", found.kind)
        if found.etag:
            self.send_header("ETag", found.etag)
        self.end_headers()
        self.wfile.write(b"" if fresh else found.body)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def loopback() -> Iterator[Site]:
    with served(Handler, Site()) as site:
        yield site


@contextmanager
def served(handler: type, site: S, context: ssl.SSLContext | None = None) -> Iterator[S]:
    """The site, at a port of its own while a server answers by this handler."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Its", (handler,), {"site": site}))
    site.port = server.server_port
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


async def resolve(host: str, port: int) -> list[str]:
    """Everything is here, but for what lies inside; an address is itself."""
    known = {"inside.example.com": ["10.0.0.1"], "both.example.com": ["127.0.0.1", "192.168.0.1"]}
    if host == "nowhere.example.com":
        raise socket.gaierror(socket.EAI_NONAME, "no such name")
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError:
        return known.get(host, ["127.0.0.1"])

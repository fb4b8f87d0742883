"""What the studio refuses before any page sees it, and the headers that every answer carries."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from producthead_mail.config import is_loopback

LONGEST_TARGET = 4096
"""Bytes of path and query."""
LARGEST_BODY = 4096
"""Bytes of what a page posts."""
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
TOKEN_HEADER = "x-studio-token"  # noqa: S105 - the name of a header
SECURITY = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
    # Without it a browser looks up the names of all links as soon as a page over http is open.
    "X-DNS-Prefetch-Control": "off",
}
"""What an answer carries unless it says otherwise itself."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who may use the studio."""

    hosts: frozenset[str] | None = LOOPBACK
    """Names it answers to; None for any, which only a token makes safe."""
    locked: bool = False
    """Whether even reading takes the token."""
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)

    @classmethod
    def of(cls, host: str) -> Access:
        """Open on loopback; on any other host the token is asked for on every page."""
        if is_loopback(host):
            return cls(LOOPBACK | {host})
        anywhere = host in {"0.0.0.0", "::"}  # noqa: S104 - compared, not bound
        return cls(None if anywhere else LOOPBACK | {host.lower()}, locked=True)


class Guard:
    """An application behind its checks: Host, Origin, token, size."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self.app = app
        self.access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        answer = refusal(scope, self.access)
        await (answer or self.app)(scope, receive, _with_headers(send))


def refusal(scope: Scope, access: Access) -> Response | None:
    """The answer to a request that must not reach a page, None where it may."""
    headers = Headers(scope=scope)
    host = headers.get("host", "")
    if access.hosts is not None and _name(host) not in access.hosts:
        return PlainTextResponse("this host is not served", 400)
    if len(scope["raw_path"]) + len(scope["query_string"]) > LONGEST_TARGET:
        return PlainTextResponse("the address is too long", 414)
    if (size := _body_size(headers)) is None:
        return PlainTextResponse("a body needs its length", 411)
    if size > LARGEST_BODY:
        return PlainTextResponse("the request is too large", 413)
    if _foreign(headers, host):
        return PlainTextResponse("asked for by another site", 403)
    if scope["method"] not in {"GET", "HEAD"} and not _may_act(headers, access):
        return PlainTextResponse("an effect needs this page's origin and token", 403)
    return _lock(scope, headers, access) if access.locked else None


def _body_size(headers: Headers) -> int | None:
    """What the request says its body measures; None where it doesn't say, but sends one."""
    length = headers.get("content-length", "0")
    return int(length) if length.isdecimal() and "transfer-encoding" not in headers else None


def _foreign(headers: Headers, host: str) -> bool:
    """Whether a page of another site makes the request; following a link to here is no such thing."""
    origin = headers.get("origin")
    if origin is not None:
        return origin != f"http://{host}"
    site = headers.get("sec-fetch-site", "none")
    return site not in {"none", "same-origin"} and headers.get("sec-fetch-mode") != "navigate"


def _may_act(headers: Headers, access: Access) -> bool:
    return "origin" in headers and _same(headers.get(TOKEN_HEADER, ""), access.token)


def _lock(scope: Scope, headers: Headers, access: Access) -> Response | None:
    """None for who has the cookie; the token in the address is exchanged for it."""
    cookie_name = f"studio-{scope['server'][1]}"
    if _same(_cookie(headers, cookie_name), access.token):
        return None
    query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
    if not _same(query.pop("token", ""), access.token):
        return PlainTextResponse("open the address that `producthead preview` printed", 403)
    path = "/" + scope["raw_path"].decode("latin-1").lstrip("/")
    answer = RedirectResponse(path + (f"?{urlencode(query)}" if query else ""), 303)
    answer.set_cookie(cookie_name, access.token, httponly=True, samesite="strict")
    return answer


def _cookie(headers: Headers, name: str) -> str:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(name)
    except CookieError:
        return ""
    return found.value if found else ""


def _same(given: str, token: str) -> bool:
    return secrets.compare_digest(given.encode("utf-8", "surrogateescape"), token.encode())


def _name(host: str) -> str:
    """The host's name without port and brackets; empty where it is none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _with_headers(send: Send) -> Send:
    async def carried(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in SECURITY.items():
                headers.setdefault(name, value)
        await send(message)

    return carried

"""The built archive on this machine, as a web host would serve it."""

from __future__ import annotations

import os
from pathlib import PurePath
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

from producthead_mail.preview.bound import Bound, listen
from producthead_mail.preview.guard import Access, Guard

HOST = "127.0.0.1"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".txt": "text/plain; charset=utf-8",
    ".xml": "application/xml",
    "feed.xml": "application/atom+xml",
    "rss.xml": "application/rss+xml",
}
"""By suffix or name: what the machine's own table says of them differs from machine to machine."""
POLICY = "default-src 'self' 'unsafe-inline' data:; img-src * data:; object-src 'none'"
"""Pictures of curated links may lie anywhere, as on the published page."""


def application(folder: os.PathLike[str], base: str = "/") -> ASGIApp:
    """The folder's pages below the path `base`, for requests that name this machine as their host."""
    return Guard(Starlette(routes=[Mount("/", _Site(folder, base))]), Access.of(HOST))


class _Site(StaticFiles):
    """`SLUG/` is its index.html, what is not there is 404.html; nothing hidden and nothing outside."""

    def __init__(self, folder: os.PathLike[str], base: str) -> None:
        super().__init__(directory=folder, html=True)
        self.base = base

    def get_path(self, scope: Scope) -> str:
        inside = scope["path"].startswith(self.base)
        return (
            super().get_path({**scope, "path": "/" + scope["path"].removeprefix(self.base)}) if inside else ""
        )

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        if not path or any(part.startswith(".") and part != "." for part in PurePath(path).parts):
            return "", None
        return super().lookup_path(path)

    async def get_response(self, path: str, scope: Scope) -> Response:
        if not path and f"{scope['path'].rstrip('/')}/" in {"/", self.base}:
            return RedirectResponse(quote(self.base))
        answer = await super().get_response(path, scope)
        if isinstance(answer, FileResponse):
            file = PurePath(answer.path)
            kind = TYPES.get(file.name) or TYPES.get(file.suffix)
            answer.headers["Content-Type"] = kind or answer.headers["Content-Type"]
        answer.headers["Content-Security-Policy"] = POLICY
        return answer


def bind(folder: os.PathLike[str], port: int, base: str = "/") -> Bound:
    """The archive on a port of this machine; UsageError where the port can't be had.

    `base` is the path that it will have on the web, decoded and with a slash at both ends: there, too, it is
    found here, so that what leads to the root of a host does so on both.
    """
    listener = listen(HOST, port, "--port")
    url = f"http://{HOST}:{listener.getsockname()[1]}{quote(base)}"
    return Bound(url, application(folder, base), listener)

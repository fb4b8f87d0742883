"""Test sends from the page: asked for by one request at a time, answered in words."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from producthead_mail.config import Project
from producthead_mail.errors import MailError

TRANSPORTS = ("outbox", "sendgrid")
Tester = Callable[[Project, str, str], str]
"""Sends a test of the edition (slug) by the transport and says what became of it, or raises a MailError."""


@dataclass(slots=True)
class Testing:
    """What the page's button does: the same test as `producthead send --test`."""

    project: Project
    tester: Tester
    _busy: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def answer(self, request: Request) -> Response:
        """What became of the test; 422 with the reason where it wasn't taken."""
        transport, slug = _transport(await request.body()), request.path_params["slug"]
        if transport is None:
            return _words("no such transport", 400)
        if not _is_edition(self.project, slug):
            return _words("no such edition", 404)
        if self._busy.locked():
            return _words("a test is on its way: wait for its answer", 409)
        async with self._busy:
            try:
                said = await asyncio.to_thread(self.tester, self.project, slug, transport)
            except MailError as error:
                return _words(str(error), 422)
        return _words(said, 200)


def _transport(body: bytes) -> str | None:
    try:
        asked = json.loads(body)
    except ValueError:
        return None
    name = asked.get("transport") if isinstance(asked, dict) else None
    return name if name in TRANSPORTS else None


def _is_edition(project: Project, slug: str) -> bool:
    return any(path.stem == slug for path in project.editions.glob("*.md"))


def _words(said: str, status: int) -> Response:
    return JSONResponse({"said": said}, status)

"""The studio's server: pages, the message under its own policy, and live reload."""

from __future__ import annotations

import asyncio
import webbrowser
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sse_starlette import EventSourceResponse
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from watchfiles import awatch

from producthead_mail.config import Project
from producthead_mail.preview.studio import Studio, View

HERE = Path(__file__).parent
SHELL_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "frame-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
MAIL_POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; "
    "sandbox allow-same-origin; frame-ancestors 'self'"
)
COMMON = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}


def application(project: Project, hosts: list[str]) -> Starlette:
    """The studio of a project, answering GET for the given host names only."""
    pages = Pages(project)
    routes = [
        Route("/", pages.shell, methods=["GET"]),
        Route("/edition/{slug}", pages.shell, methods=["GET"]),
        Route("/mail/{slug}", pages.mail, methods=["GET"]),
        Route("/images/{path:path}", pages.image, methods=["GET"]),
        Route("/events", pages.events, methods=["GET"]),
        Mount("/static", StaticFiles(directory=HERE / "static")),
    ]
    guard = Middleware(TrustedHostMiddleware, allowed_hosts=hosts)
    return Starlette(routes=routes, middleware=[guard], lifespan=pages.watching)


class Pages:
    """Answers of the studio; rendering runs in one thread beside the event loop."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.studio = Studio(project)
        self.thread = ThreadPoolExecutor(1)
        self.saves = 0
        self.changed = asyncio.Condition()
        self.templates = Environment(
            loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined
        )

    async def _view(self, slug: str) -> View | None:
        return await asyncio.get_running_loop().run_in_executor(self.thread, self.studio.view, slug)

    async def shell(self, request: Request) -> Response:
        """The page around one edition, the newest if none is named."""
        slugs = self.studio.slugs()
        slug = request.path_params.get("slug") or (slugs[0] if slugs else "")
        view = await self._view(slug)
        if view is None:
            return PlainTextResponse("no such edition", 404, COMMON)
        page = self.templates.get_template("studio.html").render(slugs=slugs, view=view)
        return HTMLResponse(page, headers={**COMMON, "Content-Security-Policy": SHELL_POLICY})

    async def mail(self, request: Request) -> Response:
        """The message itself, without scripts and without the network."""
        view = await self._view(request.path_params["slug"])
        if view is None:
            return PlainTextResponse("no such edition", 404, COMMON)
        return HTMLResponse(view.html, headers={**COMMON, "Content-Security-Policy": MAIL_POLICY})

    async def image(self, request: Request) -> Response:
        """One of the project's own images."""
        root = (self.project.content / "images").resolve()
        path = (root / request.path_params["path"]).resolve()
        if not path.is_relative_to(root) or not path.is_file():
            return PlainTextResponse("no such image", 404, COMMON)
        return FileResponse(path, headers={**COMMON, "Content-Security-Policy": MAIL_POLICY})

    async def events(self, _request: Request) -> Response:
        """A server-sent event for every save."""
        return EventSourceResponse(self._saves(), headers=COMMON)

    async def _saves(self) -> AsyncIterator[dict[str, str]]:
        seen = self.saves
        while True:
            async with self.changed:
                while self.saves == seen:
                    await self.changed.wait()
            seen = self.saves
            yield {"event": "saved", "data": ""}

    async def watch(self) -> None:
        """Forget and announce at every save, whether or not a page is open."""
        async for _ in awatch(self.project.content, self.project.layouts, debounce=50, step=10):
            # In the rendering thread, so that no render under way keeps what it read before the save.
            await asyncio.get_running_loop().run_in_executor(self.thread, self.studio.saved)
            async with self.changed:
                self.saves += 1
                self.changed.notify_all()

    @asynccontextmanager
    async def watching(self, _app: Starlette) -> AsyncIterator[None]:
        """Watch the files for as long as the server runs."""
        task = asyncio.create_task(self.watch())
        yield
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        self.thread.shutdown(wait=False)


def serve(project: Project, host: str, port: int, open_browser: bool) -> None:
    """Run the studio until it is stopped."""
    if open_browser:
        webbrowser.open(f"http://{host}:{port}/")
    app = application(project, ["127.0.0.1", "localhost", host])
    uvicorn.run(app, host=host, port=port, log_level="warning", timeout_graceful_shutdown=1)

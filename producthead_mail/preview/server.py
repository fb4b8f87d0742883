"""The studio's server: pages, the message under its own policy, and live reload."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from sse_starlette import EventSourceResponse
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from producthead_mail.config import Project
from producthead_mail.errors import InputError
from producthead_mail.preview.bound import Bound, listen
from producthead_mail.preview.choice import Choice
from producthead_mail.preview.client_log import simulated
from producthead_mail.preview.guard import Access, Guard
from producthead_mail.preview.pages import HERE, environment, words
from producthead_mail.preview.pictures import PICTURES, within
from producthead_mail.preview.rendered import Rendered
from producthead_mail.preview.saves import Saves
from producthead_mail.preview.screenshots import screenshots
from producthead_mail.preview.studio import Studio, Touched
from producthead_mail.preview.testing import Tester, Testing
from producthead_mail.preview.view import View, entry, view

SHELL_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "frame-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
MAIL_POLICY = (
    "default-src 'none'; img-src {images}; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "sandbox allow-same-origin; frame-ancestors 'self'"
)
LARGEST_PICTURE = 20_000_000
T = TypeVar("T")


def application(project: Project, access: Access, tester: Tester) -> ASGIApp:
    """The studio of a project behind its guard."""
    pages = Pages(project, access)
    testing = Testing(project, tester)
    routes = [
        Route("/", pages.shell, methods=["GET"]),
        Route("/edition/{slug}", pages.shell, methods=["GET"]),
        Route("/findings/{slug}", pages.findings, methods=["GET"]),
        Route("/mail/{slug}", pages.mail, methods=["GET"]),
        Route("/content/{path:path}", pages.picture, methods=["GET"]),
        Route("/events", pages.events, methods=["GET"]),
        Route("/test/{slug}", testing.answer, methods=["POST"]),
        Mount("/static", StaticFiles(directory=HERE / "static")),
    ]
    return Guard(Starlette(routes=routes, lifespan=pages.watching), access)


class Pages:
    """Answers of the studio; rendering runs in one thread beside the event loop."""

    def __init__(self, project: Project, access: Access) -> None:
        self.project = project
        self.access = access
        self.studio = Studio(project)
        self.saves = Saves()
        self.thread = ThreadPoolExecutor(1)
        self.composer = ThreadPoolExecutor(2)  # so that no page waits for another's checks
        self.templates = environment()
        self.words = {**words(), "project": project, "token": access.token, "is_live": True}

    async def _rendering(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self.thread, work)

    async def _composing(self, work: Callable[[], str]) -> str:
        """Pages and checks, beside the rendering: a save's message never waits for them."""
        return await asyncio.get_running_loop().run_in_executor(self.composer, work)

    async def shell(self, request: Request) -> Response:
        """The page around one edition, the newest if none is named."""
        slug, choice = request.path_params.get("slug", ""), Choice.of(request.query_params)
        page, status = await self._shell(slug, choice)
        return HTMLResponse(page, status, headers={"Content-Security-Policy": SHELL_POLICY})

    async def _shell(self, slug: str, choice: Choice) -> tuple[str, int]:
        slugs = await self._rendering(self.studio.slugs)
        shown = slug or next(iter(slugs), "")
        # Taken before rendering: a save in between is then announced once too often, not once too few.
        seen = self.saves.newest(shown)
        look = await self._rendering(lambda: self.studio.look(shown))

        def page() -> str:
            return self.templates.get_template("studio.html").render(
                self.words,
                is_ready=False,
                entries=[entry(one) for one in slugs],
                view=view(shown, look, choice, self.project) if look else View(shown, choice),
                screenshots=screenshots(self.project, shown, choice) if look else (),
                known=look is not None,
                seen=seen,
            )

        return await self._composing(page), 404 if slug and look is None else 200

    async def findings(self, request: Request) -> Response:
        """What the checks say: asked for apart, since they take longer than all else."""
        slug, choice = request.path_params["slug"], Choice.of(request.query_params)
        look = await self._rendering(lambda: self.studio.look(slug))
        if look is None:
            return PlainTextResponse("no such edition", 404)

        def page() -> str:
            shown = view(slug, look, choice, self.project)
            return self.templates.get_template("findings.html").render(self.words, view=shown)

        return HTMLResponse(await self._composing(page))

    async def mail(self, request: Request) -> Response:
        """The message itself, without scripts and, unless asked for, without the network."""
        slug, choice = request.path_params["slug"], Choice.of(request.query_params)
        page = await self._rendering(lambda: self._mail(slug, choice))
        if page is None:
            return PlainTextResponse("no such edition, or nothing of it to show yet", 404)
        policy = MAIL_POLICY.format(images=_image_sources(choice))
        return HTMLResponse(page, headers={"Content-Security-Policy": policy})

    def _mail(self, slug: str, choice: Choice) -> str | None:
        look = self.studio.look(slug)
        if look is None or look.rendered is None:
            return None
        return _message(look.rendered, choice)

    async def picture(self, request: Request) -> Response:
        """One of the project's own pictures."""
        path = within(self.project.content, request.path_params["path"])
        if path is None or path.suffix.lower() not in PICTURES:
            return PlainTextResponse("no such picture", 404)
        if path.stat().st_size > LARGEST_PICTURE:
            return PlainTextResponse("the picture is too large for any mail", 413)
        # The address names the bytes (`?v=digest`): fetched anew on every save they would delay the message.
        kept = "private, max-age=86400, immutable" if "v" in request.query_params else "no-store"
        return FileResponse(path, headers={"Cache-Control": kept})

    async def events(self, request: Request) -> Response:
        """A server-sent event for every save that concerns the page's edition."""
        if self.saves.full:
            return PlainTextResponse("too many pages are open", 503)
        slug, seen = request.query_params.get("edition", ""), request.query_params.get("seen", "")
        return EventSourceResponse(self.saves.after(slug, request.headers.get("last-event-id") or seen))

    async def _forget(self, paths: Iterable[Path]) -> Touched:
        # In the rendering thread, so that no render under way keeps what it read before the save.
        return await self._rendering(lambda: self.studio.saved(paths))

    @asynccontextmanager
    async def watching(self, _app: Starlette) -> AsyncIterator[None]:
        """Watch the files for as long as the server runs."""
        task = asyncio.create_task(self.saves.watch(self.project, self._forget))
        task.add_done_callback(_tell_if_failed)
        yield
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        self.thread.shutdown(wait=False)
        self.composer.shutdown(wait=False, cancel_futures=True)


def _message(rendered: Rendered, choice: Choice) -> str:
    with suppress(InputError):  # a layout that can't do without the part: the page around it says so
        rendered = rendered.variant(choice.variant)
    page = rendered.read_by(choice.reader).filled.html
    return rendered.served(simulated(page, choice.profile, choice.inversion).html)


def _image_sources(choice: Choice) -> str:
    if not choice.images:
        return "'none'"
    return "'self' data: https: http:" if choice.remote else "'self' data:"


def _tell_if_failed(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()):
        logging.getLogger(__name__).error("saves are followed no longer, start the studio again: %s", error)


def bind(project: Project, host: str, port: int, tester: Tester, slug: str = "") -> Bound:
    """The studio on its address, opened at the edition; UsageError where the address can't be had."""
    access = Access.of(host)
    listener = listen(host, port)
    shown = f"[{host}]" if ":" in host else host
    path = f"edition/{quote(slug)}" if slug else ""
    query = f"?token={access.token}" if access.locked else ""
    url = f"http://{shown}:{listener.getsockname()[1]}/{path}{query}"
    return Bound(url, application(project, access, tester), listener)

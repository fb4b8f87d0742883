"""Saves: watched once for all pages, counted, and told to every open page that they concern."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from watchfiles import Change, DefaultFilter, awatch

from producthead_mail.clients.support import TABLE
from producthead_mail.config import Project
from producthead_mail.preview.studio import EVERYONE, Touched

STREAMS = 32
"""Pages that can listen at once."""


@dataclass(slots=True)
class Saves:
    """The newest save of each edition, and how to wait for the next."""

    run: str = field(default_factory=lambda: secrets.token_hex(4))
    count: int = 0
    listening: int = 0
    _everyone: int = 0
    _last: dict[str, int] = field(default_factory=dict)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    def newest(self, slug: str) -> str:
        """A name of the newest save that concerns the edition, which no other run of the studio uses."""
        return f"{self.run}-{max(self._everyone, self._last.get(slug, 0))}"

    @property
    def full(self) -> bool:
        return self.listening >= STREAMS

    async def announce(self, touched: Touched) -> None:
        """Wake the pages of these editions, or every page."""
        async with self._changed:
            self.count += 1
            if touched is EVERYONE:
                self._everyone = self.count
                self._last.clear()
            else:
                self._last |= dict.fromkeys(touched, self.count)
            self._changed.notify_all()

    async def after(self, slug: str, seen: str) -> AsyncIterator[dict[str, str]]:
        """An event for each save that concerns the edition and that its page hasn't seen."""
        self.listening += 1
        try:
            while True:
                async with self._changed:
                    while self.newest(slug) == seen:
                        await self._changed.wait()
                    seen = self.newest(slug)
                yield {"event": "saved", "id": seen, "data": seen}
        finally:
            self.listening -= 1

    async def watch(self, project: Project, forget: Callable[[Iterable[Path]], Awaitable[Touched]]) -> None:
        """Forget and announce at every save, whether or not a page is open."""
        folders = (project.content, project.layouts, project.state)
        watched = [folder for folder in folders if folder.is_dir()]
        # What cron keeps there under another name may be closed to us, and would end all watching.
        async for changes in awatch(
            *watched, watch_filter=_Shown(project), debounce=20, step=4, ignore_permission_denied=True
        ):
            await self.announce(await forget([Path(path) for _, path in changes]))


class _Shown(DefaultFilter):
    """What a page may show: of the project's state the support table, and neither ledger nor outbox."""

    def __init__(self, project: Project) -> None:
        super().__init__()
        self._state = f"{project.state}{os.sep}"
        self._table = str(project.state / TABLE)

    def __call__(self, change: Change, path: str) -> bool:
        if path.startswith(self._state) and path != self._table:
            return False
        return super().__call__(change, path)

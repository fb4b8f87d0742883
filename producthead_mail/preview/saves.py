"""Saves: watched once for all pages, counted, and told to every page that is open."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from watchfiles import awatch

from producthead_mail.config import Project

STREAMS = 32
"""Pages that can listen at once."""


@dataclass(slots=True)
class Saves:
    """The newest save, and how to wait for the next."""

    run: str = field(default_factory=lambda: secrets.token_hex(4))
    count: int = 0
    listening: int = 0
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def newest(self) -> str:
        """A name of the newest save that no other run of the studio uses."""
        return f"{self.run}-{self.count}"

    @property
    def full(self) -> bool:
        return self.listening >= STREAMS

    async def announce(self) -> None:
        """Wake every page."""
        async with self._changed:
            self.count += 1
            self._changed.notify_all()

    async def after(self, seen: str) -> AsyncIterator[dict[str, str]]:
        """An event for each save that the page hasn't seen."""
        self.listening += 1
        try:
            while True:
                async with self._changed:
                    while self.newest == seen:
                        await self._changed.wait()
                seen = self.newest
                yield {"event": "saved", "id": seen, "data": seen}
        finally:
            self.listening -= 1

    async def watch(self, project: Project, forget: Callable[[Iterable[Path]], Awaitable[None]]) -> None:
        """Forget and announce at every save, whether or not a page is open."""
        folders = [folder for folder in (project.content, project.layouts) if folder.is_dir()]
        async for changes in awatch(*folders, debounce=20, step=4):
            await forget([Path(path) for _, path in changes])
            await self.announce()

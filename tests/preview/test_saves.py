"""Saves: counted, and told to every page that hasn't seen them."""

from __future__ import annotations

import asyncio

from producthead_mail.preview.saves import STREAMS, Saves
from producthead_mail.preview.studio import EVERYONE


def test_a_page_that_missed_a_save_hears_at_once() -> None:
    async def scenario() -> list[dict[str, str]]:
        saves = Saves(run="run")
        await saves.announce(EVERYONE)
        page = saves.after("one", "run-0")
        first = await anext(page)
        waiting = asyncio.create_task(anext(page))
        await asyncio.sleep(0)
        await saves.announce(frozenset({"one"}))
        second = await waiting
        await page.aclose()
        assert saves.listening == 0
        return [first, second]

    assert asyncio.run(scenario()) == [
        {"event": "saved", "id": "run-1", "data": "run-1"},
        {"event": "saved", "id": "run-2", "data": "run-2"},
    ]


def test_a_save_of_another_edition_is_not_told() -> None:
    async def scenario() -> list[dict[str, str]]:
        saves = Saves(run="run")
        page = saves.after("one", "run-0")
        waiting = asyncio.create_task(anext(page))
        await asyncio.sleep(0)
        await saves.announce(frozenset({"other"}))
        await saves.announce(frozenset())
        await asyncio.sleep(0)
        assert not waiting.done()
        assert saves.newest("other") == "run-1"
        await saves.announce(EVERYONE)
        told = [await waiting]
        await page.aclose()
        return told

    assert asyncio.run(scenario()) == [{"event": "saved", "id": "run-3", "data": "run-3"}]


def test_a_page_of_an_earlier_run_hears_at_once() -> None:
    async def scenario() -> dict[str, str]:
        return await anext(Saves(run="now").after("one", "before-7"))

    assert asyncio.run(scenario())["id"] == "now-0"


def test_listeners_are_bounded() -> None:
    assert Saves(listening=STREAMS - 1).full is False
    assert Saves(listening=STREAMS).full is True

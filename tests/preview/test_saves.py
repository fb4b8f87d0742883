"""Saves: counted, and told to every page that hasn't seen them."""

from __future__ import annotations

import asyncio

from producthead_mail.preview.saves import STREAMS, Saves


def test_a_page_that_missed_a_save_hears_at_once() -> None:
    async def scenario() -> list[dict[str, str]]:
        saves = Saves(run="run")
        await saves.announce()
        page = saves.after("run-0")
        first = await anext(page)
        waiting = asyncio.create_task(anext(page))
        await asyncio.sleep(0)
        await saves.announce()
        second = await waiting
        await page.aclose()
        assert saves.listening == 0
        return [first, second]

    assert asyncio.run(scenario()) == [
        {"event": "saved", "id": "run-1", "data": "run-1"},
        {"event": "saved", "id": "run-2", "data": "run-2"},
    ]


def test_a_page_of_an_earlier_run_hears_at_once() -> None:
    async def scenario() -> dict[str, str]:
        return await anext(Saves(run="now").after("before-7"))

    assert asyncio.run(scenario())["id"] == "now-0"


def test_listeners_are_bounded() -> None:
    assert Saves(listening=STREAMS - 1).full is False
    assert Saves(listening=STREAMS).full is True

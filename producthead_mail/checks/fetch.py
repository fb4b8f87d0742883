"""Asks addresses of the web what they answer: the only part of the checks that touches the network.

How a server is reached, and which never is, `web.dial` says.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterable
from dataclasses import dataclass

import httpx

from producthead_mail import __version__
from producthead_mail.checks import limits
from producthead_mail.checks.answer import Answer
from producthead_mail.web.dial import Reach, answer, client, dial, follow, location, no_answer
from producthead_mail.web.trouble import NoAnswer, Trouble

HEADERS = {
    "User-Agent": f"producthead/{__version__} (link check)",
    "Accept": "*/*",
    "Accept-Encoding": "identity",  # a small answer can't unfold into a large one
}
Said = tuple[tuple[int, str], int, str]
"""Status and content type, the status again, and where it redirects to."""


@dataclass(frozen=True)
class Web(Reach):
    """How the network is reached, and for how long."""

    seconds: float = limits.FETCH_SECONDS
    seconds_all: float = limits.FETCH_SECONDS_ALL


def ask(urls: Iterable[str], web: Web | None = None) -> dict[str, Answer]:
    """What each http or https address answers, asked once each, a few at a time, within the limits."""
    return asyncio.run(_ask(list(dict.fromkeys(urls)), web or Web()))


async def _ask(urls: list[str], web: Web) -> dict[str, Answer]:
    context = web.context or httpx.create_ssl_context()
    gate = asyncio.Semaphore(limits.FETCH_AT_ONCE)
    tasks = {url: asyncio.ensure_future(_one(url, web, context, gate)) for url in urls[: limits.FETCH_COUNT]}
    if tasks:
        _, late = await asyncio.wait(tasks.values(), timeout=web.seconds_all)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
    done = {url: task.result() for url, task in tasks.items() if not task.cancelled()}
    return {url: done.get(url) or Answer(url, trouble=Trouble.NOT_ASKED) for url in urls}


async def _one(url: str, web: Web, context: ssl.SSLContext, gate: asyncio.Semaphore) -> Answer:
    chain: list[tuple[int, str]] = []
    try:
        # A client for each: no connection and no cookie of one is the other's.
        async with gate, asyncio.timeout(web.seconds), client(context, HEADERS, web.seconds) as caller:
            status, kind = await follow(
                url, lambda one: _fetch(caller, web, one), chain, limits.FETCH_REDIRECTS
            )
    except TimeoutError:
        return _without(url, chain, Trouble.SLOW, f"does not answer within {web.seconds:g} s")
    except NoAnswer as error:
        return _without(url, chain, error.trouble, error.reason)
    except (ValueError, httpx.InvalidURL):  # of a redirect's target or a header
        return _without(url, chain, Trouble.UNREACHABLE, "answers what can't be read")
    return Answer(url, status, tuple(chain), kind)


def _without(url: str, chain: list[tuple[int, str]], trouble: Trouble, reason: str) -> Answer:
    return Answer(url, chain=tuple(chain), trouble=trouble, reason=reason)


async def _fetch(caller: httpx.AsyncClient, web: Web, url: str) -> Said:
    return await dial(web, url, lambda target, address: _from(caller, target, address))


async def _from(caller: httpx.AsyncClient, target: httpx.URL, address: str) -> Said:
    try:
        said = await _say(caller, "HEAD", target, address)
        if said[1] >= 400:  # many servers take HEAD for an attack
            said = await _say(caller, "GET", target, address)
    except httpx.RemoteProtocolError:
        return await _get(caller, target, address)
    except httpx.HTTPError as error:
        raise no_answer(error) from None
    return said


async def _get(caller: httpx.AsyncClient, target: httpx.URL, address: str) -> Said:
    try:
        return await _say(caller, "GET", target, address)
    except httpx.HTTPError as error:
        raise no_answer(error) from None


async def _say(caller: httpx.AsyncClient, method: str, target: httpx.URL, address: str) -> Said:
    async with answer(caller, method, target, address) as response:
        read = 0
        async for part in response.aiter_raw():
            read += len(part)
            if read >= limits.FETCH_BYTES:
                break
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        return (response.status_code, kind), response.status_code, location(target, response)

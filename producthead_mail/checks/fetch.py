"""Asks addresses of the web what they answer: the only part of the checks that touches the network.

A name is resolved first, every address it has is held against `refused`, and the connection is made to the
very address that passed; each redirect anew. So no name can lead inside, not even one that changes its mind.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urljoin

import httpx

from producthead_mail import __version__
from producthead_mail.checks import limits
from producthead_mail.checks.answer import Answer, Trouble
from producthead_mail.web.addresses import refused

REDIRECTS = {301, 302, 303, 307, 308}
HEADERS = {
    "User-Agent": f"producthead/{__version__} (link check)",
    "Accept": "*/*",
    "Accept-Encoding": "identity",  # a small answer can't unfold into a large one
}
Resolve = Callable[[str, int], Awaitable[list[str]]]


async def resolve(host: str, port: int) -> list[str]:
    """Every address of a name; OSError where it has none."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


@dataclass(frozen=True)
class Web:
    """How the network is reached; tests bring their own."""

    resolve: Resolve = resolve
    refused: Callable[[str], str] = refused
    context: ssl.SSLContext | None = None
    seconds: float = limits.FETCH_SECONDS
    seconds_all: float = limits.FETCH_SECONDS_ALL


class _NoAnswer(Exception):
    def __init__(self, trouble: Trouble, reason: str) -> None:
        super().__init__(reason)
        self.trouble, self.reason = trouble, reason


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
        async with gate, asyncio.timeout(web.seconds), _client(web, context) as client:
            status, kind = await _follow(client, web, url, chain)
    except TimeoutError:
        return _without(url, chain, Trouble.SLOW, f"does not answer within {web.seconds:g} s")
    except _NoAnswer as error:
        return _without(url, chain, error.trouble, error.reason)
    except (ValueError, httpx.InvalidURL):  # of a redirect's target or a header
        return _without(url, chain, Trouble.UNREACHABLE, "answers what can't be read")
    return Answer(url, status, tuple(chain), kind)


def _without(url: str, chain: list[tuple[int, str]], trouble: Trouble, reason: str) -> Answer:
    return Answer(url, chain=tuple(chain), trouble=trouble, reason=reason)


def _client(web: Web, context: ssl.SSLContext) -> httpx.AsyncClient:
    # One for each, without proxies: no cookie goes from one to another, and what is checked is dialled.
    return httpx.AsyncClient(verify=context, trust_env=False, headers=HEADERS, timeout=web.seconds)


async def _follow(
    client: httpx.AsyncClient, web: Web, url: str, chain: list[tuple[int, str]]
) -> tuple[int, str]:
    while True:
        status, kind, to = await _fetch(client, web, chain[-1][1] if chain else url)
        if not to:
            return status, kind
        if len(chain) == limits.FETCH_REDIRECTS:
            raise _NoAnswer(Trouble.LOOP, f"redirects more than {limits.FETCH_REDIRECTS} times")
        chain.append((status, to))


async def _fetch(client: httpx.AsyncClient, web: Web, url: str) -> tuple[int, str, str]:
    """Status, content type and where it redirects to."""
    target = _target(url)
    addresses = await _addresses(web, target)
    for address in addresses[:-1]:
        try:
            return await _from(client, target, address)
        except _NoAnswer as error:
            if error.trouble is not Trouble.UNREACHABLE:
                raise
    return await _from(client, target, addresses[-1])


def _target(url: str) -> httpx.URL:
    try:
        target = httpx.URL(url)
    except (httpx.InvalidURL, ValueError, UnicodeError):
        raise _NoAnswer(Trouble.UNREACHABLE, "is malformed") from None
    if target.scheme not in {"http", "https"} or not target.host:
        raise _NoAnswer(Trouble.UNREACHABLE, f"is no web address but {target.scheme or 'relative'}")
    return target


async def _addresses(web: Web, target: httpx.URL) -> list[str]:
    port = target.port or {"http": 80, "https": 443}[target.scheme]
    try:
        found = await web.resolve(target.raw_host.decode("ascii").strip("[]"), port)
    except (OSError, UnicodeError) as error:
        if isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN:
            # No name server answered: that says nothing of the host.
            raise _NoAnswer(Trouble.SLOW, f"could not be looked up now: {target.host}") from None
        raise _NoAnswer(Trouble.UNREACHABLE, f"has a host without an address: {target.host}") from None
    for address in found:
        if reason := web.refused(address):
            raise _NoAnswer(Trouble.PRIVATE, f"leads to {address}, which {reason}")
    if not found:
        raise _NoAnswer(Trouble.UNREACHABLE, f"has a host without an address: {target.host}")
    return found[:2]


async def _from(client: httpx.AsyncClient, target: httpx.URL, address: str) -> tuple[int, str, str]:
    try:
        status, kind, to = await _say(client, "HEAD", target, address)
        if status >= 400:  # many servers take HEAD for an attack
            status, kind, to = await _say(client, "GET", target, address)
    except httpx.RemoteProtocolError:
        return await _get(client, target, address)
    except httpx.HTTPError as error:
        raise _trouble(error) from None
    return status, kind, to


async def _get(client: httpx.AsyncClient, target: httpx.URL, address: str) -> tuple[int, str, str]:
    try:
        return await _say(client, "GET", target, address)
    except httpx.HTTPError as error:
        raise _trouble(error) from None


async def _say(
    client: httpx.AsyncClient, method: str, target: httpx.URL, address: str
) -> tuple[int, str, str]:
    dialled = target.copy_with(host=f"[{address}]" if ":" in address else address)
    request = client.build_request(
        method,
        dialled,
        headers={"Host": target.netloc.decode("ascii")},
        # The certificate is held against the name, not against the address dialled.
        extensions={"sni_hostname": target.raw_host.decode("ascii").strip("[]")},
    )
    response = await client.send(request, stream=True)
    try:
        read = 0
        async for part in response.aiter_raw():
            read += len(part)
            if read >= limits.FETCH_BYTES:
                break
    finally:
        await response.aclose()
    to = response.headers.get("location", "") if response.status_code in REDIRECTS else ""
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    return response.status_code, kind, urljoin(str(target), to) if to else ""


def _trouble(error: BaseException) -> _NoAnswer:
    if isinstance(error, httpx.TimeoutException):
        return _NoAnswer(Trouble.SLOW, "does not answer in time")
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _NoAnswer(Trouble.CERTIFICATE, f"has a bad certificate: {cause.verify_message}")
        if isinstance(cause, ssl.SSLError):
            return _NoAnswer(Trouble.CERTIFICATE, f"fails at TLS: {cause.reason or cause}")
        cause = cause.__cause__ or cause.__context__
    return _NoAnswer(Trouble.UNREACHABLE, "takes no connection")

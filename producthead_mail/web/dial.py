"""Reaches a server of the web by an address that was looked at first; whatever asks the web goes this way.

A name is resolved, every address it has is held against `refused`, and the connection is made to the very
address that passed; each redirect anew. So no name can lead inside, not even one that changes its mind.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urljoin

import httpx

from producthead_mail.web.addresses import refused
from producthead_mail.web.trouble import NoAnswer, Trouble

T = TypeVar("T")
Resolve = Callable[[str, int], Awaitable[list[str]]]
REDIRECTS = {301, 302, 303, 307, 308}
MOST_ADDRESSES = 2
"""Tried of a name that has several: one of each kind, where it has both, since one kind may lead nowhere."""


async def resolve(host: str, port: int) -> list[str]:
    """Every address of a name; OSError where it has none.

    In a thread of its own that nobody waits for: asyncio's would be joined at the end, however long a silent
    name server keeps it.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[list[str]] = loop.create_future()

    def look() -> None:
        try:
            found: list[str] | Exception = _looked_up(host, port)
        except (OSError, UnicodeError) as error:
            found = error
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(_settle, future, found)

    threading.Thread(target=look, daemon=True).start()
    return await future


def _looked_up(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def _settle(future: asyncio.Future[list[str]], found: list[str] | Exception) -> None:
    if future.done():  # given up
        return
    if isinstance(found, Exception):
        future.set_exception(found)
    else:
        future.set_result(found)


@dataclass(frozen=True)
class Reach:
    """How the network is reached; tests bring their own."""

    resolve: Resolve = resolve
    refused: Callable[[str], str] = refused
    context: ssl.SSLContext | None = None


def client(context: ssl.SSLContext, headers: Mapping[str, str], seconds: float) -> httpx.AsyncClient:
    """A client without proxies: what was looked at is dialled; and a new connection for each request.

    Connections are kept by address, and the certificate of one was held against another name.
    """
    return httpx.AsyncClient(
        verify=context,
        trust_env=False,
        headers=dict(headers),
        # Half of the time is left for the second address of a name whose first takes no connection.
        timeout=httpx.Timeout(seconds, connect=seconds / MOST_ADDRESSES),
        limits=httpx.Limits(max_keepalive_connections=0),
    )


async def follow(
    url: str, ask: Callable[[str], Awaitable[tuple[T, int, str]]], chain: list[tuple[int, str]], most: int
) -> T:
    """What the end of a chain of redirects answers; each, status and where to, is put into `chain`.

    `ask` gives an answer, its status, and where it redirects to.
    """
    while True:
        found, status, to = await ask(chain[-1][1] if chain else url)
        if not to:
            return found
        if len(chain) == most:
            raise NoAnswer(Trouble.LOOP, f"redirects more than {most} times")
        chain.append((status, to))


async def dial(reach: Reach, url: str, ask: Callable[[httpx.URL, str], Awaitable[T]]) -> T:
    """What `ask` gets from the first address of a host that takes a connection; NoAnswer else."""
    target = _target(url)
    addresses = await _addresses(reach, target)
    for address in addresses[:-1]:
        try:
            return await ask(target, address)
        except NoAnswer as error:
            if error.trouble not in (Trouble.UNREACHABLE, Trouble.SLOW):
                raise
    return await ask(target, addresses[-1])


@asynccontextmanager
async def answer(
    client: httpx.AsyncClient, method: str, target: httpx.URL, address: str
) -> AsyncIterator[httpx.Response]:
    """The answer of `target` at one address, its body still to be read."""
    request = client.build_request(
        method,
        target.copy_with(host=f"[{address}]" if ":" in address else address),
        headers={"Host": target.netloc.decode("ascii")},
        # The certificate is held against the name, not against the address dialled.
        extensions={"sni_hostname": _host(target)},
    )
    response = await client.send(request, stream=True)
    client.cookies.clear()  # two names may share an address, and no cookie goes from one to the other
    try:
        yield response
    finally:
        await response.aclose()


def location(target: httpx.URL, response: httpx.Response) -> str:
    """Where an answer redirects to, or an empty string."""
    to = response.headers.get("location", "") if response.status_code in REDIRECTS else ""
    return urljoin(str(target), to) if to else ""


def no_answer(error: BaseException) -> NoAnswer:
    """What kept httpx from an answer, in words."""
    if isinstance(error, httpx.TimeoutException):
        return NoAnswer(Trouble.SLOW, "does not answer in time")
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return NoAnswer(Trouble.CERTIFICATE, f"has a bad certificate: {cause.verify_message}")
        if isinstance(cause, ssl.SSLError):
            return NoAnswer(Trouble.CERTIFICATE, f"fails at TLS: {cause.reason or cause}")
        cause = cause.__cause__ or cause.__context__
    return NoAnswer(Trouble.UNREACHABLE, "takes no connection")


def _host(target: httpx.URL) -> str:
    return target.raw_host.decode("ascii").strip("[]")


def _target(url: str) -> httpx.URL:
    try:
        target = httpx.URL(url)
    except (httpx.InvalidURL, ValueError, UnicodeError):
        raise NoAnswer(Trouble.UNREACHABLE, "is malformed") from None
    if target.scheme not in {"http", "https"} or not target.host:
        raise NoAnswer(Trouble.UNUSABLE, f"is no web address but {target.scheme or 'relative'}")
    return target


async def _addresses(reach: Reach, target: httpx.URL) -> list[str]:
    port = target.port or {"http": 80, "https": 443}[target.scheme]
    try:
        found = await reach.resolve(_host(target), port)
    except (OSError, UnicodeError) as error:
        if isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN:
            # No name server answered: that says nothing of the host.
            raise NoAnswer(Trouble.SLOW, f"could not be looked up now: {target.host}") from None
        raise NoAnswer(Trouble.UNREACHABLE, f"has a host that is not found: {target.host}") from None
    for address in found:
        if reason := reach.refused(address):
            raise NoAnswer(Trouble.PRIVATE, f"leads to {address}, which {reason}")
    if not found:
        raise NoAnswer(Trouble.UNREACHABLE, f"has a host that is not found: {target.host}")
    # Those of the other kind than the first come right after it; each kind stays in its order.
    first = ":" in found[0]
    others = sorted(found[1:], key=lambda address: (":" in address) is first)
    return [found[0], *others][:MOST_ADDRESSES]

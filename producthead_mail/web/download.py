"""Fetches pages and feeds of the web, whole and within limits on time, size and where they may lie."""

from __future__ import annotations

import asyncio
import gzip
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from email.message import Message
from io import BytesIO

import httpx

from producthead_mail import __version__
from producthead_mail.errors import InputError, MailError, OutsideError, Problem, Refusal
from producthead_mail.web.dial import Reach, answer, client, dial, follow, location, no_answer
from producthead_mail.web.trouble import NoAnswer, Trouble

MOST_BYTES = 5_000_000
"""Of one page, as sent and as unfolded; a long article with its markup is a tenth of that."""
SECONDS = 20.0
"""For one address, with its redirects."""
SECONDS_ALL = 60.0
AT_ONCE = 4
MOST_REDIRECTS = 10
HEADERS = {
    "User-Agent": f"Mozilla/5.0 (compatible; producthead/{__version__})",
    "Accept": "text/html, application/xhtml+xml, application/atom+xml, application/rss+xml, */*;q=0.5",
    "Accept-Encoding": "identity",  # a small answer can't unfold into a large one
}
_GZIP = {"gzip", "x-gzip"}


@dataclass(frozen=True, slots=True)
class Download:
    """What an address answered."""

    url: str
    """Where it was found: after the redirects."""
    status: int
    """200 or another under 300; 304 where a conditional request found nothing new."""
    kind: str = ""
    """Content type in lower case, without parameters."""
    charset: str = ""
    """As the content type says it, in lower case; empty where it doesn't."""
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Of the answer, names in lower case."""


def download(
    url: str,
    *,
    allow_private: bool = False,
    headers: Mapping[str, str] | None = None,
    max_bytes: int = MOST_BYTES,
    seconds: float = SECONDS,
    reach: Reach | None = None,
) -> Download:
    """What the address answers, after at most 10 redirects.

    InputError where it is no web address, Refusal where it leads inside a network and `allow_private` doesn't
    say that it may, OutsideError where there is no connection, the answer is late or too large, or its status
    is 400 or more. No proxy, cookie or credential of the environment is used.
    """
    return asyncio.run(_one(url, _Limits(max_bytes, seconds), headers or {}, _reach(reach, allow_private)))


def download_all(
    urls: Iterable[str],
    *,
    allow_private: bool = False,
    max_bytes: int = MOST_BYTES,
    seconds: float = SECONDS,
    seconds_all: float = SECONDS_ALL,
    reach: Reach | None = None,
) -> dict[str, Download | MailError]:
    """What each address answers or why it doesn't, a few at a time, each asked once, in the order given."""
    limits = _Limits(max_bytes, seconds)
    return asyncio.run(_all(list(dict.fromkeys(urls)), limits, seconds_all, _reach(reach, allow_private)))


@dataclass(frozen=True, slots=True)
class _Limits:
    most_bytes: int
    seconds: float


def _reach(reach: Reach | None, allow_private: bool) -> Reach:
    return replace(reach or Reach(), refused=lambda _: "") if allow_private else reach or Reach()


async def _all(
    urls: list[str], limits: _Limits, seconds_all: float, reach: Reach
) -> dict[str, Download | MailError]:
    gate = asyncio.Semaphore(AT_ONCE)
    reach = replace(reach, context=reach.context or httpx.create_ssl_context())
    tasks = {url: asyncio.ensure_future(_gated(gate, url, limits, reach)) for url in urls}
    if tasks:
        _, late = await asyncio.wait(tasks.values(), timeout=seconds_all)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
    return {
        url: OutsideError(f"{url}: was not answered within {seconds_all:g} s of all; try it again")
        if task.cancelled()
        else task.result()
        for url, task in tasks.items()
    }


async def _gated(gate: asyncio.Semaphore, url: str, limits: _Limits, reach: Reach) -> Download | MailError:
    async with gate:
        try:
            return await _one(url, limits, {}, reach)
        except MailError as error:
            return error


async def _one(url: str, limits: _Limits, headers: Mapping[str, str], reach: Reach) -> Download:
    if not re.match(r"https?://[^/\s]", url, re.IGNORECASE):
        raise InputError([Problem(url, 0, 0, "is not an http or https address", "write the whole address")])
    context = reach.context or httpx.create_ssl_context()
    chain: list[tuple[int, str]] = []
    try:
        async with (
            asyncio.timeout(limits.seconds),
            client(context, {**HEADERS, **headers}, limits.seconds) as caller,
        ):
            found = await follow(
                url, lambda one: _fetch(caller, reach, one, limits.most_bytes), chain, MOST_REDIRECTS
            )
    except TimeoutError:
        raise OutsideError(
            f"{_way(url, chain)} does not answer within {limits.seconds:g} s; try it again"
        ) from None
    except NoAnswer as error:
        raise _failure(_way(url, chain), error) from None
    except (ValueError, httpx.InvalidURL):  # of a redirect's target or a header
        raise OutsideError(f"{_way(url, chain)} answers what can't be read; open it in a browser") from None
    if found.status >= 400 or 300 <= found.status != 304:
        raise OutsideError(f"{_way(url, chain)} answers {found.status}; {_remedy(found.status)}")
    return found


def _way(url: str, chain: list[tuple[int, str]]) -> str:
    return f"{url}: redirects to {chain[-1][1]}, which" if chain else f"{url}:"


def _failure(way: str, error: NoAnswer) -> MailError:
    if error.trouble is Trouble.PRIVATE:
        return Refusal(f"{way} {error.reason}; allow it with --allow-private, if that is meant")
    remedies = {
        Trouble.SLOW: "try it again",
        Trouble.UNREACHABLE: "are you online? If so, look at it in a browser",
        Trouble.CERTIFICATE: "open it in a browser, and tell its owner",
        Trouble.LOOP: "open it in a browser and use the address that it shows",
    }
    return OutsideError(f"{way} {error.reason}; {remedies.get(error.trouble, 'look at it in a browser')}")


def _remedy(status: int) -> str:
    if status in (404, 410):
        return "there is no such page: look at the address"
    if status >= 500 or status in (408, 425):
        return "the server is at fault: try it again later"
    if status == 429:
        return "it was asked too often: try it again later"
    return "it may be closed to programs: open it in a browser"


async def _fetch(caller: httpx.AsyncClient, reach: Reach, url: str, most: int) -> tuple[Download, int, str]:
    return await dial(reach, url, lambda target, address: _get(caller, target, address, most))


async def _get(
    caller: httpx.AsyncClient, target: httpx.URL, address: str, most: int
) -> tuple[Download, int, str]:
    try:
        async with answer(caller, "GET", target, address) as response:
            to = location(target, response)
            body = await _body(response, most) if response.is_success else b""
    except httpx.HTTPError as error:
        raise no_answer(error) from None
    kind, charset = _content_type(response.headers.get("content-type", ""))
    # Without a name and a password, which may go on from here to an edition.
    bare = str(target.copy_with(userinfo=b""))
    found = Download(bare, response.status_code, kind, charset, body, dict(response.headers))
    return found, response.status_code, to


def _content_type(header: str) -> tuple[str, str]:
    parsed = Message()
    parsed["Content-Type"] = header or "/"
    kind = header.partition(";")[0].strip().lower()
    return kind, str(parsed.get_param("charset") or "").lower()


async def _body(response: httpx.Response, most: int) -> bytes:
    """The whole body; NoAnswer where it is too large, before more than that is held."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in _GZIP | {"identity", "deflate", ""}:
        raise NoAnswer(Trouble.UNUSABLE, f"answers packed as {encoding!r}, which it was not asked for")
    sent = bytearray()
    async for part in response.aiter_raw():
        sent += part
        if len(sent) > most:
            raise _too_large(most)
    is_plain = encoding in ("", "identity") or not sent
    return bytes(sent) if is_plain else _unfolded(bytes(sent), encoding, most)


def _unfolded(data: bytes, encoding: str, most: int) -> bytes:
    try:
        found = _inflated(data, most + 1) if encoding == "deflate" else _unzipped(data, most + 1)
    except (zlib.error, gzip.BadGzipFile, EOFError):
        raise NoAnswer(Trouble.UNUSABLE, "answers what can't be unpacked") from None
    if len(found) > most:
        raise _too_large(most)
    return found


def _inflated(data: bytes, most: int) -> bytes:
    """The first bytes; EOFError where the data end before their own end."""
    bare = data[:1] != b"\x78"  # some servers leave zlib's head away
    unfold = zlib.decompressobj(-15 if bare else 15)
    found = unfold.decompress(data, most)
    if len(found) < most and not unfold.eof:
        raise EOFError
    return found


def _unzipped(data: bytes, most: int) -> bytes:
    """The first bytes, of all parts: a gzip file may have several; what stands behind them is left out."""
    found = bytearray()
    with gzip.GzipFile(fileobj=BytesIO(data)) as file:
        try:
            while len(found) < most and (part := file.read1(most - len(found))):
                found += part
        except gzip.BadGzipFile as error:
            if not found or "Not a gzipped file" not in str(error):
                raise
    return bytes(found)


def _too_large(most: int) -> NoAnswer:
    return NoAnswer(Trouble.UNUSABLE, f"sends more than {most / 1_000_000:g} MB")

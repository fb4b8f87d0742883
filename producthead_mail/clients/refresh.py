"""A new support table from caniemail's JSON, a file or an https address: only when asked, within caps."""

from __future__ import annotations

import time
from http.client import HTTPMessage
from pathlib import Path
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from producthead_mail import __version__
from producthead_mail.clients.caniemail import compact
from producthead_mail.clients.support import Support, support_of
from producthead_mail.config import url_fault
from producthead_mail.errors import InputError, OutsideError, Problem
from producthead_mail.files import put

BYTES = 8_000_000
"""Most that is read; the data had 635,529 bytes in June 2026."""
SECONDS = 30.0
"""Longest a download may take in all."""
SILENCE = 10.0
"""Longest the server may say nothing."""


def refresh(source: str, out: Path) -> Support:
    """The table of `source`, which `out` holds from now on; `out` stays as it was where anything is wrong.

    InputError where the source is no caniemail data, OutsideError where it can't be had.
    """
    text = compact(_decoded(_fetched(source) if "://" in source else _read(Path(source)), source), source)
    support = support_of(text.encode(), source)
    put(out, text.encode())
    return support


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return _capped(file.read(BYTES + 1), str(path))
    except OSError as error:
        raise InputError([Problem(str(path), 0, 0, error.strerror or "can't be read")]) from None


def _capped(content: bytes, name: str) -> bytes:
    if len(content) > BYTES:
        raise InputError([Problem(name, 0, 0, f"over {BYTES:,} bytes: not caniemail's data")])
    return content


def _decoded(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError([Problem(name, 0, 0, "not UTF-8")]) from None


class _Wary(HTTPRedirectHandler):
    """Follows no redirect from https to plain http."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        return None if url_fault(newurl) else super().redirect_request(req, fp, code, msg, headers, newurl)


def _fetched(url: str) -> bytes:
    if fault := url_fault(url):
        raise InputError([Problem(url, 0, 0, fault, "use https")])
    request = Request(url, headers={"User-Agent": f"producthead/{__version__}"})  # noqa: S310 - http or https: url_fault
    deadline = time.monotonic() + SECONDS
    content = b""
    try:
        with build_opener(_Wary).open(request, timeout=SILENCE) as answer:
            while len(content) <= BYTES and (part := answer.read1(65_536)):
                content += part
                if time.monotonic() > deadline:
                    raise OutsideError(f"{url}: not read within {SECONDS:.0f} s; try again, or give a file")
    except HTTPError as error:
        raise OutsideError(f"{url}: answered {error.code}") from None
    except (URLError, OSError) as error:
        raise OutsideError(f"{url}: {getattr(error, 'reason', error)}; try again, or give a file") from None
    return _capped(content, url)

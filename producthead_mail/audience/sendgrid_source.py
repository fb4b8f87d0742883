"""Recipients from a list of SendGrid's Marketing contacts: exported there, downloaded, read as CSV.

The export is as SendGrid's OpenAPI document has it (tsg_mc_contacts_v3, `/v3/marketing/contacts/exports`).
"""

from __future__ import annotations

import gzip
import os
import shutil
import tempfile
import time
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from http.client import HTTPException
from itertools import chain, repeat
from pathlib import Path
from typing import IO, Any, BinaryIO
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, build_opener

from producthead_mail.audience.api import Api, Reply, refusal
from producthead_mail.audience.csv_source import open_table
from producthead_mail.audience.recipient import Excluded, Recipient
from producthead_mail.config import url_fault
from producthead_mail.errors import InputError, OutsideError, Problem

EXPORTS = "marketing/contacts/exports"
PAUSES = (1.0, 2.0, 4.0, 8.0)
"""Seconds before the export is asked for again; the last for all further ones."""
LONGEST_WAIT = 900.0
"""Seconds until an export that is still not ready is given up."""
TIMEOUT_SECONDS = 60.0
"""Without a byte of a download."""
CHUNK = 1 << 20
AGAIN = "run it again; if it stays so, export the list as CSV and name the file in audience.csv"
MEND = "mend it in SendGrid, or export the list as CSV, mend that and name the file in audience.csv"


@dataclass(frozen=True, slots=True)
class Contacts:
    """What it takes to read a list."""

    api: Api
    folder: Path
    """Where a download is kept until it is read; what is kept there has no name and no other reader."""
    tell: Callable[[str], object]
    """Says to the person what is waited for."""
    sleep: Callable[[float], object] = time.sleep


@dataclass(frozen=True, slots=True)
class _Export:
    urls: tuple[str, ...]
    contacts: int | None
    """How many SendGrid says it has; None where it doesn't."""


def read_list(
    list_id: str, contacts: Contacts, path: Path
) -> tuple[str, tuple[str, ...], Generator[Recipient | Excluded, None, None]]:
    """The list's name, its slot fields and every contact; a list that is none is a fault of `path`."""
    name = f"SendGrid list {list_id}"
    export_id = _begin(list_id, contacts.api, path)
    contacts.tell(f"{name}: SendGrid exports it; that may take some minutes")
    records = _records(name, _wait(name, export_id, contacts), contacts.folder, path)
    return name, next(records), records


def _begin(list_id: str, api: Api, path: Path) -> str:
    """The id of a new export."""
    reply = api.call("POST", EXPORTS, body={"list_ids": [list_id], "file_type": "csv"})
    if reply.status in {400, 404}:
        message = f"audience.sendgrid_list: {refusal(reply)}"
        remedy = f"is {list_id} a list of this account? Its page in SendGrid has its id in the address"
        raise InputError([Problem(str(path), 0, 0, message, remedy)])
    found = reply.body.get("id") if isinstance(reply.body, dict) else None
    if reply.status != 202 or not isinstance(found, str) or not found:
        raise OutsideError(f"POST /v3/{EXPORTS}: {refusal(reply)}, and no export; {AGAIN}")
    return found


def _wait(name: str, export_id: str, contacts: Contacts) -> _Export:
    """The export once it is ready; OutsideError where it fails or takes too long."""
    waited = 0.0
    for pause in chain(PAUSES, repeat(PAUSES[-1])):
        reply = contacts.api.call("GET", f"{EXPORTS}/{export_id}")
        document = reply.body if reply.status == 200 and isinstance(reply.body, dict) else {}
        status = document.get("status")
        if status == "ready":
            return _export(name, document)
        if status == "failure":
            words = " ".join(str(document.get("message") or "SendGrid doesn't say why").split())[:500]
            raise OutsideError(f"{name}: its export failed: {words}; {AGAIN}")
        if status != "pending":
            raise OutsideError(f"{name}: {_strange(reply, status)}; {AGAIN}")
        if waited >= LONGEST_WAIT:
            break
        contacts.sleep(pause)
        waited += pause
    raise OutsideError(f"{name}: its export is not ready after {waited / 60:.0f} minutes; {AGAIN}")


def _strange(reply: Reply, status: object) -> str:
    if reply.status != 200:
        return f"its export can't be asked for: {refusal(reply)}"
    return f"its export has a status that SendGrid doesn't document: {str(status)[:80]!r}"


def _export(name: str, document: dict[str, Any]) -> _Export:
    urls, number = document.get("urls"), document.get("contact_count")
    if not isinstance(urls, list) or not all(isinstance(one, str) for one in urls):
        raise OutsideError(f"{name}: its export is ready and names no file; {AGAIN}")
    return _Export(tuple(urls), number if isinstance(number, int) else None)


def _records(name: str, export: _Export, folder: Path, path: Path) -> Generator[Any, None, None]:
    """The slot fields, then every contact of every file; the files are gone afterwards."""
    names: tuple[str, ...] = ()
    seen = above = 0
    with ExitStack() as kept:
        files = [kept.enter_context(_downloaded(name, url, folder)) for url in export.urls]
        for file in files:
            try:
                with open_table(name, partial(_reopened, file), above) as table:
                    if not names:
                        yield (names := table.names)
                    if set(table.names) != set(names):
                        raise OutsideError(f"{name}: the files of its export differ in columns; {AGAIN}")
                    for row in table.rows():
                        seen += 1
                        yield row
                    above = table.line
            except InputError as error:
                raise InputError(replace(one, remedy=MEND) for one in error.problems) from None
    if not seen:
        remedy = "add contacts to it, or name another list in audience.sendgrid_list"
        raise InputError([Problem(str(path), 0, 0, f"{name} has no contacts", remedy)])
    if export.contacts is not None and seen < export.contacts:
        raise OutsideError(f"{name}: {seen} of {export.contacts} contacts came; {AGAIN}")


def _downloaded(name: str, url: str, folder: Path) -> IO[bytes]:
    """A file without a name that holds what the address gives, unpacked; OutsideError where it can't."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as kept:
            file = kept.enter_context(tempfile.TemporaryFile(dir=folder))
            for chunk in _chunks(name, url):
                file.write(chunk)
            file.flush()
            if _is_packed(file):
                plain = kept.enter_context(tempfile.TemporaryFile(dir=folder))
                with file, _reopened(file) as packed, gzip.GzipFile(fileobj=packed) as unpacked:
                    shutil.copyfileobj(unpacked, plain, CHUNK)
                file = plain
                file.flush()
            kept.pop_all()
            return file
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise OutsideError(f"{name}: the download of its export is damaged or cut short; {AGAIN}") from None
    except OSError as error:
        raise OutsideError(f"{folder}: {error.strerror}; make room there and run it again") from None


def _is_packed(file: IO[bytes]) -> bool:
    with _reopened(file) as start:
        return start.read(2) == b"\x1f\x8b"


def _reopened(file: IO[bytes]) -> BinaryIO:
    """The file from its beginning: a file without a name can't be opened again."""
    number = os.dup(file.fileno())
    os.lseek(number, 0, os.SEEK_SET)
    return os.fdopen(number, "rb")


def _chunks(name: str, url: str) -> Iterator[bytes]:
    """What the address gives; OutsideError where it gives nothing or not all.

    Whoever has the address may read: it is signed, so no key goes with it, and it isn't shown.
    """
    if fault := url_fault(url):
        raise OutsideError(f"{name}: SendGrid gives no usable address of its export: {fault}; {AGAIN}")
    direct = [ProxyHandler({})] if url.startswith("http:") else []
    size = 0
    try:
        with build_opener(_Nowhere(), *direct).open(url, timeout=TIMEOUT_SECONDS) as response:
            expected = int(response.headers.get("Content-Length") or 0)
            while chunk := response.read(CHUNK):
                size += len(chunk)
                yield chunk
    except HTTPError as error:
        error.close()
        raise OutsideError(f"{name}: {_refused(url, error.code)}; {AGAIN}") from None
    except (OSError, HTTPException, ValueError) as error:
        reason = error.reason if isinstance(error, URLError) else error
        words = " ".join(f"{type(reason).__name__} {reason}".split()).replace(url, "its address")
        raise OutsideError(f"{name}: the download of its export broke off: {words}; {AGAIN}") from None
    if size < expected:
        message = f"the download of its export ended after {size} of {expected} bytes"
        raise OutsideError(f"{name}: {message}; {AGAIN}")


def _refused(url: str, status: int) -> str:
    late = ", since its address may be used for some hours only" if status in {403, 404, 410} else ""
    return f"{urlsplit(url).hostname} answered {status} to the download of its export{late}"


class _Nowhere(HTTPRedirectHandler):
    """Follows no redirect: it would lead a reader's addresses to a host that nobody named."""

    def redirect_request(self, *_: Any) -> None:
        """None: the redirect is the answer."""

"""A download that is sent only where it has changed since the last time."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from producthead_mail.files import put
from producthead_mail.web.download import Download, download

_CONDITIONS = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}


def download_changed(url: str, folder: Path, **options: Any) -> Download:
    """What the address answers; with status 304, what it answered before and was kept in `folder`.

    Options and errors are those of `download`. What is kept and can't be read is asked for anew.
    """
    file = folder / f"{hashlib.sha256(url.encode()).hexdigest()[:24]}.json"
    kept, conditions = _kept(file, url)
    found = download(url, headers=conditions, **options)
    if found.status == 304 and kept:
        return replace(kept, status=304)
    if any(name in found.headers for name in _CONDITIONS):
        with suppress(OSError):  # a cache, and the folder may be read-only
            put(file, json.dumps(_document(url, found)).encode())
    return found


def _document(url: str, found: Download) -> Mapping[str, object]:
    return {
        "asked": url,
        "url": found.url,
        "kind": found.kind,
        "charset": found.charset,
        "body": base64.b64encode(found.body).decode(),
        "headers": {name: found.headers[name] for name in _CONDITIONS if name in found.headers},
    }


def _kept(file: Path, url: str) -> tuple[Download | None, dict[str, str]]:
    """What was kept, and the headers that ask whether it still holds."""
    try:
        document = json.loads(file.read_bytes())
        headers = {str(name): str(value) for name, value in document["headers"].items()}
        body = base64.b64decode(document["body"], validate=True)
        found = Download(document["url"], 200, document["kind"], document["charset"], body, headers)
        own = document["asked"] == url
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None, {}
    conditions = {_CONDITIONS[name]: value for name, value in headers.items() if _is_sayable(name, value)}
    return (found, conditions) if own else (None, {})


def _is_sayable(name: str, value: str) -> bool:
    """Whether a request can ask by it: servers have sent marks that are no ASCII."""
    return name in _CONDITIONS and value.isascii()

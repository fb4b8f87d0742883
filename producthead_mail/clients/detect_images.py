"""The format of a picture, by its address or, where the message carries it, by its bytes."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from functools import lru_cache
from urllib.parse import unquote_to_bytes, urlsplit

EXTENSIONS = {
    "apng": "image-apng",
    "avif": "image-avif",
    "bmp": "image-bmp",
    "gif": "image-gif",
    "hdr": "image-hdr",
    "heic": "image-heif",
    "heif": "image-heif",
    "ico": "image-ico",
    "jfif": "image-jpg",
    "jpeg": "image-jpg",
    "jpg": "image-jpg",
    "mp4": "image-mp4",
    "png": "image-png",
    "svg": "image-svg",
    "tif": "image-tiff",
    "tiff": "image-tiff",
    "webp": "image-webp",
}
TYPES = {
    "image/apng": "image-apng",
    "image/avif": "image-avif",
    "image/bmp": "image-bmp",
    "image/gif": "image-gif",
    "image/heic": "image-heif",
    "image/heif": "image-heif",
    "image/jpeg": "image-jpg",
    "image/jpg": "image-jpg",
    "image/png": "image-png",
    "image/svg+xml": "image-svg",
    "image/tiff": "image-tiff",
    "image/vnd.microsoft.icon": "image-ico",
    "image/vnd.radiance": "image-hdr",
    "image/webp": "image-webp",
    "image/x-icon": "image-ico",
    "video/mp4": "image-mp4",
}
IMAGES = ("image-base64", *sorted(set(EXTENSIONS.values())))
"""All slugs that are found here."""

_DATA = re.compile(r"data:([\w.+/-]*)((?:;[\w=.+-]+)*?)(;base64)?,(.*)", re.I | re.S)
_EXTENSION = re.compile(r"\.(\w+)\Z")
_SMALL = 200_000
"""Longest picture in the message that is looked into, in characters."""


@lru_cache(maxsize=1024)
def formats(address: str) -> tuple[str, ...]:
    """The slugs of a picture's format; none where the address doesn't tell."""
    if address[:5].lower() == "data:":
        return _carried(address)
    try:
        path = urlsplit(address).path
    except ValueError:
        return ()
    found = _EXTENSION.search(path)
    slug = EXTENSIONS.get(found[1].lower()) if found else None
    return (slug,) if slug else ()


def _carried(address: str) -> tuple[str, ...]:
    found = _DATA.fullmatch(address)
    if found is None:
        return ()
    slug = TYPES.get(found[1].lower())
    content = _bytes(found[4], bool(found[3]))
    if slug == "image-png" and b"acTL" in content[:200]:
        slug = "image-apng"
    if slug in {"image-png", "image-jpg"} and (b"cICP" in content[:200] or b"hdrgm:" in content[:60_000]):
        slug = "image-hdr"
    slugs = (slug,) if slug else ()
    return ("image-base64", *slugs) if found[3] else slugs


@lru_cache(maxsize=256)
def is_animated(address: str) -> bool | None:
    """Whether a GIF or WebP moves; None where the message doesn't carry it."""
    found = _DATA.fullmatch(address)
    if found is None or len(found[4]) > _SMALL:
        return None
    content = _bytes(found[4], bool(found[3]))
    return content.count(b"\x21\xf9\x04") > 1 or b"ANIM" in content[:60]


def _bytes(text: str, is_base64: bool) -> bytes:
    if not is_base64:
        return unquote_to_bytes(text[:_SMALL])
    try:
        return b64decode("".join(text[:_SMALL].split()))
    except (binascii.Error, ValueError):
        return b""

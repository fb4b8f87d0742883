"""Rules about pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from producthead_mail.checks.page import Hit, Page, name_of, short

FILE_NAME = re.compile(r"(?:https?://\S+|\S+\.(?:png|jpe?g|gif|webp|svg|avif))", re.I)
LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1", "0.0.0.0"}  # noqa: S104 - compared, not bound


def img_alt(page: Page) -> Iterator[Hit]:
    """A hit for each picture without an alt attribute; an empty one is fine for decoration."""
    for image in page.tagged("img"):
        if image.get("alt") is None:
            yield _hit(image, "has no alt text", "say what it shows, or alt: '' where it only decorates")


def img_alt_filename(page: Page) -> Iterator[Hit]:
    """A hit for each alt text that is a file name or URL."""
    for image in page.tagged("img"):
        alt = (image.get("alt") or "").strip()
        if FILE_NAME.fullmatch(alt):
            yield Hit(f"alt text “{short(alt)}” is a file name", "say what the picture shows", needle=alt)


def img_link_alt(page: Page) -> Iterator[Hit]:
    """A hit for each picture that is the whole of a link and has no words."""
    for link in page.links:
        images = [image for image in link.iter("img") if image.get("alt") is not None]
        if images and not name_of(link):
            yield _hit(images[0], "is a link and has an empty alt text", "say where the link leads")


def img_width(page: Page) -> Iterator[Hit]:
    """A hit for each picture that Outlook would show at its full size."""
    for image in page.tagged("img"):
        if not re.fullmatch(r"\d+", image.get("width") or ""):
            yield _hit(image, "has no width in pixels; Outlook shows it at its full size", "set its width")


def img_src(page: Page) -> Iterator[Hit]:
    """A hit for each picture that a reader's mail client cannot load."""
    for image in page.tagged("img"):
        src = (image.get("src") or "").strip()
        if fault := _src_fault(page.without_tokens(src, "x")):
            yield _hit(image, fault, "use an https URL, or a file under content/")


def _src_fault(src: str) -> str:
    if not src:
        return "has no source"
    if src.startswith(("cid:", "data:image/")):
        return ""
    try:
        parts = urlsplit(src)
        host = parts.hostname
    except ValueError:
        return "has a malformed source"
    if host in LOCAL_HOSTS:
        return "is on this computer only"
    if parts.scheme == "http":
        return "is loaded over plain http; many clients block it"
    return "" if parts.scheme == "https" and host else "has a source no mail client can load"


def img_data_uri(page: Page) -> Iterator[Hit]:
    """A hit for each picture written into the HTML; Gmail and Outlook don't show it."""
    for image in page.tagged("img"):
        if (image.get("src") or "").startswith("data:"):
            yield _hit(image, "is a data: URI; Gmail and Outlook do not show it", "use a file under content/")


def _hit(image: Any, fault: str, remedy: str) -> Hit:
    src = image.get("src") or ""
    needle = "" if src.startswith("data:") else src
    return Hit(f"picture {short(src) or '(no source)'} {fault}", remedy, needle=needle)

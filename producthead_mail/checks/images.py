"""Rules about pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from producthead_mail.checks import limits
from producthead_mail.checks.finding import Severity
from producthead_mail.checks.page import Hit, Page, name_of, short
from producthead_mail.clients.profile import PROFILES
from producthead_mail.clients.removal import Mark
from producthead_mail.clients.support import load_support
from producthead_mail.config import is_loopback

FILE_NAME = re.compile(r"(?:https?://\S+|\S+\.(?:png|jpe?g|gif|webp|svg|avif))", re.I)
COMMON = {"png", "jpg", "jpeg", "gif"}
"""Formats that every client shows."""
FORMATS = {"tif": "tiff", "heic": "heif", "svgz": "svg"}
"""Other endings of a format's name."""


def is_this_computer(host: str | None) -> bool:
    """True where a reader would be led to their own computer."""
    return host is not None and (is_loopback(host) or _is_unspecified(host))


def _is_unspecified(host: str) -> bool:
    """True for 0.0.0.0 and ::, which browsers take for this computer though they are no loopback."""
    try:
        return ip_address(host).is_unspecified
    except ValueError:
        return False


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
    if is_this_computer(host):
        return "is on this computer only"
    if parts.scheme == "http":
        return "is loaded over plain http; many clients block it"
    return "" if parts.scheme == "https" and host else "has a source no mail client can load"


def img_data_uri(page: Page) -> Iterator[Hit]:
    """A hit for each picture written into the HTML; Gmail and Outlook don't show it."""
    for image in page.tagged("img"):
        if (image.get("src") or "").startswith("data:"):
            yield _hit(image, "is a data: URI; Gmail and Outlook do not show it", "use a file under content/")


def img_format(page: Page) -> Iterator[Hit]:
    """A hit for each picture in a format that one of the simulated clients can't show, by its tests."""
    for image in page.tagged("img"):
        src = image.get("src") or ""
        ending = re.search(r"\.(\w{2,5})$", _path(page.without_tokens(src, "x")))
        name = ending[1].lower() if ending else ""
        if name and name not in COMMON and (lacking := _lacking(FORMATS.get(name, name))):
            yield _hit(image, f"is a .{name}, which {lacking} can't show", "use PNG, JPEG or GIF")


def _path(src: str) -> str:
    try:
        return urlsplit(src).path
    except ValueError:
        return ""


def _lacking(name: str) -> str:
    """The clients whose newest mark for a format is no, as words."""
    support = load_support()
    cells = {one.name: support.cell(f"image-{name}", one.platform) for one in PROFILES if one.own_account}
    return " and ".join(client for client, cell in cells.items() if cell and cell.mark is Mark.NO)


def img_bytes(page: Page) -> Iterator[Hit]:
    """A hit for each heavy picture of the project, and for all of them together."""
    sizes = {
        src: page.pictures[src] for image in page.tagged("img") if (src := image.get("src")) in page.pictures
    }
    for src, picture in sizes.items():
        if (picture.size or 0) > limits.IMAGE_BYTES:
            message = (
                f"{picture.src} weighs {_weight(picture.size or 0)}, more than {_weight(limits.IMAGE_BYTES)}"
            )
            yield Hit(message, "scale it down to twice the size it is shown at", needle=src)
    total = sum(picture.size or 0 for picture in sizes.values())
    if total > limits.IMAGES_BYTES_INFO:
        severity = Severity.WARNING if total > limits.IMAGES_BYTES else Severity.INFO
        message = f"the project's pictures in this edition weigh {_weight(total)} together"
        yield Hit(
            message,
            "scale down the heaviest",
            severity=severity,
            needle=max(sizes, key=lambda src: sizes[src].size or 0),
        )


def _weight(size: int) -> str:
    return f"{size / 1024 / 1024:.1f} MB" if size >= 1024 * 1024 else f"{size / 1024:.0f} kB"


def _hit(image: Any, fault: str, remedy: str) -> Hit:
    src = image.get("src") or ""
    needle = "" if src.startswith("data:") else src
    return Hit(f"picture {short(src) or '(no source)'} {fault}", remedy, needle=needle)

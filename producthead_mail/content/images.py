"""Our own pictures: their bytes, dimensions and the URL that follows their content."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from producthead_mail.content.edition import Image
from producthead_mail.content.urls import mail_url


@dataclass(slots=True)
class ImageFolder:
    """Where pictures lie and under which address they are published."""

    content: Path
    base_url: str

    def image(self, src: str, alt: str) -> Image:
        """The picture; ValueError with the reason where there is none."""
        if ":" in src.split("/", 1)[0]:
            return Image(src, alt, mail_url(src, schemes=("http", "https")))
        data = self._read(src)
        digest = hashlib.sha256(data).hexdigest()[:8]
        width, height = dimensions(data) or (None, None)
        return Image(src, alt, f"{self.base_url}/{quote(src)}?v={digest}", width, height, len(data))

    def _read(self, src: str) -> bytes:
        try:
            path = (self.content / src).resolve()
            if not path.is_relative_to(self.content.resolve()):
                raise ValueError(f"image {src!r} lies outside content/")
            return path.read_bytes()
        except OSError as error:
            raise ValueError(f"image {src!r} can't be read: {error.strerror or error}") from None


def dimensions(data: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG, GIF or JPEG; None for anything else."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 24:
        return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    if data[:6] in (b"GIF87a", b"GIF89a") and len(data) >= 10:
        return int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
    return _jpeg(data) if data.startswith(b"\xff\xd8") else None


def _jpeg(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return int.from_bytes(data[at + 7 : at + 9], "big"), int.from_bytes(data[at + 5 : at + 7], "big")
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None

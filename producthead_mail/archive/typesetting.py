"""Lines of text as the archive's pictures set them: measured, wrapped, cut, drawn."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from PIL import Image, ImageDraw
from PIL.ImageFont import FreeTypeFont, Layout, truetype

BLACK, SEMIBOLD, REGULAR, ITALIC = "Black", "Semibold", "Regular", "It"
"""Cuts of Source Serif Pro."""
ELLIPSIS = "…"
LONGEST = 1000
"""Signs that are looked at: more than any picture has room for."""
_BREAKS = re.compile(r"[^\S\u00a0]+")


@dataclass(frozen=True, slots=True)
class Face:
    """A cut of the font in one size."""

    cut: str
    size: int
    """Pixels of the em."""

    @property
    def font(self) -> FreeTypeFont:
        return _font(self.cut, self.size)

    def length(self, text: str) -> float:
        """Pixels that the line takes."""
        return sum(map(_advances(self.cut, self.size).__getitem__, text))

    def mask(self, text: str) -> tuple[Image.Image, int, int]:
        """The line in grey, where it begins beside its origin, and the baseline's row in it."""
        return _mask(self, text)

    def wrapped(self, text: str, room: float) -> list[str]:
        """Lines no longer than `room`; a word that is longer is broken anywhere."""
        lines: list[str] = []
        line = ""
        for word in self._words(text, room):
            longer = f"{line} {word}" if line else word
            if line and self.length(longer) > room:
                lines.append(line)
                longer = word
            line = longer
        return [*lines, line] if line else lines

    def _words(self, text: str, room: float) -> Iterator[str]:
        for word in _BREAKS.split(text):
            while word and self.length(word) > room:
                end = max(1, self._most(word, room))
                yield word[:end]
                word = word[end:]
            yield word

    def balanced(self, text: str, room: int, count: int) -> list[str]:
        """The same number of lines, of lengths as even as can be: the narrowest that do."""
        low, high = room // 2, room
        while high - low > 8:
            middle = (low + high) // 2
            if len(self.wrapped(text, middle)) > count:
                low = middle
            else:
                high = middle
        return self.wrapped(text, high)

    def shortened(self, text: str, room: float) -> str:
        """The text, or as much of it as there is room for and an ellipsis."""
        if self.length(text) <= room:
            return text
        end = self._most(text, room, ELLIPSIS)
        between = text.rfind(" ", end // 2, end + 1)
        return text[: between if between > 0 else end].rstrip(" \u00a0,;:.–—-") + ELLIPSIS

    def _most(self, text: str, room: float, tail: str = "") -> int:
        """How many characters of the text there is room for beside the tail."""
        low, high = 0, len(text)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self.length(text[:middle] + tail) <= room else (low, middle)
        return low


def drawable(text: str) -> str:
    """The text without signs that the font lacks; empty where it lacks a letter, since boxes say nothing."""
    kept = ""
    for character in unicodedata.normalize("NFC", _BREAKS.sub(" ", text[:LONGEST]).strip()):
        if _is_drawn(character):
            kept += character
            continue
        plain = unicodedata.normalize("NFKC", character)
        if all(map(_is_drawn, plain)):
            kept += plain
        elif unicodedata.category(character)[0] in "LN":
            return ""
    return _BREAKS.sub(" ", kept).strip()


@lru_cache(maxsize=4096)
def _is_drawn(character: str) -> bool:
    if unicodedata.category(character)[0] in "CM":
        return False
    return character.isspace() or _shape(character) != _shape("\U0010ffff")


def _shape(character: str) -> bytes:
    """What the font draws for it; for one that it lacks, always the same box."""
    return bytes(_font(REGULAR, 24).getmask(character))


@lru_cache(maxsize=16)  # name, tagline and address stand on every picture
def _mask(face: Face, text: str) -> tuple[Image.Image, int, int]:
    ascent, descent = face.font.getmetrics()
    edge = face.size // 4  # letters may reach over their origin
    image = Image.new("L", (round(face.length(text)) + 2 * edge, ascent + descent), 0)
    ImageDraw.Draw(image).text((edge, ascent), text, 255, face.font, anchor="ls")
    return image, -edge, ascent


class _Advances(dict[str, float]):
    """Letter -> pixels to the next one."""

    def __init__(self, font: FreeTypeFont) -> None:
        super().__init__()
        self.font = font

    def __missing__(self, character: str) -> float:
        self[character] = self.font.getlength(character)
        return self[character]


@lru_cache(maxsize=32)
def _advances(cut: str, size: int) -> _Advances:
    return _Advances(_font(cut, size))


@lru_cache(maxsize=32)
def _font(cut: str, size: int) -> FreeTypeFont:
    # Not Raqm, which would kern, but is on some machines only: the same bytes are to come from all. Not the
    # TrueType files, which without it have too little room for quotation marks.
    path = _files() / f"SourceSerifPro-{cut}.otf"
    return truetype(str(path), size, layout_engine=Layout.BASIC)


@lru_cache(maxsize=1)
def _files() -> Path:
    # Its own module lists font files on import, and nothing else.
    spec = find_spec("font_source_serif_pro")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "files"

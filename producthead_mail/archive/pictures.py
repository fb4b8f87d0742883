"""The picture of an edition that other sites show where someone links to it (Open Graph), as PNG bytes."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw

from producthead_mail.archive.card import Card
from producthead_mail.archive.typesetting import BLACK, ITALIC, REGULAR, SEMIBOLD, Face, drawable

WIDTH, HEIGHT = 1200, 630
"""Pixels: the shape that readers of Open Graph show whole."""
MARGIN = 88
PAPER = (0xF8, 0xF4, 0xEC)
INK, MUTED, ACCENT = (0x16, 0x14, 0x12), (0x6B, 0x63, 0x5A), (0xC4, 0x49, 0x2F)
TITLE_SIZES = (124, 104, 92, 82, 72, 62)
TITLE_TOP, TITLE_BOTTOM = 200, 484
"""Between these its lines stand, on the lower one."""
LEADING = 1.12
SHADES = 15
"""Steps from paper to a colour: enough for smooth letters, few enough for a small file."""
_LEVELS = [round(grey * SHADES / 255) for grey in range(256)]
_INKED = [255 if level else 0 for level in _LEVELS]


def draw(card: Card) -> bytes:
    """The card as PNG: the same bytes for the same card and version of Pillow."""
    sheet = _Sheet()
    sheet.block((0, 0, 20, HEIGHT), ACCENT)
    sheet.line(WIDTH - MARGIN, 150, "»", Face(BLACK, 176), ACCENT, right=True)
    name, title = drawable(card.name), drawable(card.title)
    if title:
        sheet.line(MARGIN, 124, name, Face(BLACK, 60), INK, room=820)
        sheet.line(MARGIN, 168, drawable(card.tagline), Face(ITALIC, 32), MUTED, room=820)
    _title(sheet, title or name or drawable(card.site), SEMIBOLD if title else BLACK)
    sheet.line(MARGIN, 566, drawable(card.date), Face(REGULAR, 34), MUTED, room=400)
    sheet.line(WIDTH - MARGIN, 566, drawable(card.site), Face(REGULAR, 34), MUTED, room=600, right=True)
    return sheet.png()


def _title(sheet: _Sheet, title: str, cut: str) -> None:
    face, lines = _fitted(title, cut)
    step = round(face.size * LEADING)
    for n, line in enumerate(reversed(lines)):
        sheet.line(MARGIN, TITLE_BOTTOM - round(face.size * 0.24) - n * step, line, face, INK)


def _fitted(title: str, cut: str) -> tuple[Face, list[str]]:
    """The title in the largest letters that let it stand whole; in the smallest, cut with an ellipsis."""
    room = WIDTH - 2 * MARGIN
    for size in TITLE_SIZES:
        face = Face(cut, size)
        most = int((TITLE_BOTTOM - TITLE_TOP) / (size * LEADING))
        lines = face.wrapped(title, room)
        if len(lines) <= most:
            return face, face.balanced(title, room, len(lines))
    return face, [*lines[: most - 1], face.shortened(" ".join(lines[most - 1 : most + 1]), room)]


class _Sheet:
    """Paper to print on; every colour has its run of shades in the palette."""

    def __init__(self) -> None:
        self.image = Image.new("P", (WIDTH, HEIGHT), 0)
        self.pen = ImageDraw.Draw(self.image)
        self.palette: list[int] = list(PAPER)

    def _shades(self, colour: tuple[int, int, int]) -> int:
        """Where the colour's shades begin in the palette, the faintest first."""
        run = [
            round(paper + (full - paper) * step / SHADES)
            for step in range(1, SHADES + 1)
            for paper, full in zip(PAPER, colour, strict=True)
        ]
        for start in range(1, len(self.palette) // 3, SHADES):
            if self.palette[3 * start : 3 * (start + SHADES)] == run:
                return start
        self.palette += run
        return len(self.palette) // 3 - SHADES

    def block(self, box: tuple[int, int, int, int], colour: tuple[int, int, int]) -> None:
        """A filled rectangle, the lower right corner not in it."""
        left, top, right, bottom = box
        self.pen.rectangle((left, top, right - 1, bottom - 1), self._shades(colour) + SHADES - 1)

    def line(
        self,
        x: int,
        baseline: int,
        text: str,
        face: Face,
        colour: tuple[int, int, int],
        *,
        room: int = WIDTH,
        right: bool = False,
    ) -> None:
        """One line of text from `x` on, or up to it, cut where it is longer than `room`."""
        text = face.shortened(text, room)
        if not text:
            return
        mask, offset, ascent = face.mask(text)
        left = x - round(face.length(text)) if right else x
        first = self._shades(colour)
        where = (left + offset, baseline - ascent)
        shades = mask.point([first + level - 1 if level else 0 for level in _LEVELS])
        self.image.paste(shades, where, mask.point(_INKED))

    def png(self) -> bytes:
        """The sheet as a file."""
        self.image.putpalette(self.palette)
        out = BytesIO()
        self.image.save(out, "PNG", compress_level=3)  # 6 takes twice as long for a fifth less
        return out.getvalue()

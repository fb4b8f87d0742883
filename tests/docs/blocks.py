"""The commands that the documentation tells a reader to type."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
_SCENE = re.compile(r"<!-- scene: (\w+) -->\n\Z")
_EXITS = re.compile(r"#.*\bexits (\d+)")
_SAID = re.compile(r"`producthead ([^`\n]+)`")


@dataclass(frozen=True)
class Command:
    """One line of a page's block `sh`."""

    page: str
    line: int
    scene: str
    """What is there before it, from a comment above the block; else what the page's blocks before it left."""
    words: tuple[str, ...]
    exits: int
    """What the line's comment says, such as `# exits 5 while doubt is left`; else 0."""

    def __str__(self) -> str:
        return f"{self.page}:{self.line}: {shlex.join(self.words)}"


def typed(page: Path) -> Iterator[Command]:
    """Every line that a reader is to type, in the order of the page."""
    text, scene = page.read_text(), ""
    for fence in FENCE.finditer(text):
        if fence[1] != "sh":
            continue
        named = _SCENE.search(text, 0, fence.start())
        scene = named[1] if named else ""
        first = text.count("\n", 0, fence.start(2)) + 1
        for number, line in enumerate(fence[2].splitlines()):
            exits = _EXITS.search(line)
            if words := shlex.split(line, comments=True):
                yield Command(page.name, first + number, scene, tuple(words), int(exits[1]) if exits else 0)
                scene = ""


def said(page: Path) -> Iterator[str]:
    """What stands after `producthead` wherever a page names a command, within text and in other blocks."""
    text = page.read_text()
    for fence in FENCE.finditer(text):
        if fence[1] != "sh":
            yield from re.findall(r"\bproducthead ((?:--|[a-z])\S* ?[^\n#]*)", fence[2])
    yield from _SAID.findall(FENCE.sub("", text))

"""Keeps slots out of the way while a text is parsed: alphanumeric placeholders stand for them."""

from __future__ import annotations

import re
from html import escape

_MARK = re.compile(r"\\\[\[|\[\[((?:(?!\]\]|\[\[|\n[ \t]*\n).)*)\]\]|\[\[", re.DOTALL)


class SlotGuard:
    """A text with placeholders for `[[ … ]]`, for a literal `\\[[` and for a `[[` never closed."""

    def __init__(self, source: str) -> None:
        self.prefix = "phslot"
        while self.prefix in source.lower():
            self.prefix += "x"
        self._originals: list[str] = []
        self.text = _MARK.sub(self._protect, source)
        self._placeholder = re.compile(rf"{self.prefix}q(\d+)q", re.IGNORECASE)

    def _protect(self, match: re.Match[str]) -> str:
        self._originals.append(match[0])
        return f"{self.prefix}q{len(self._originals) - 1}q"

    def _original(self, match: re.Match[str]) -> str:
        return self._originals[int(match[1])]

    def source(self, text: str) -> str:
        """The text as it was written."""
        return self._placeholder.sub(self._original, text)

    def unclosed(self, text: str) -> bool:
        """Whether a `[[` without its `]]` stands in the text."""
        return any(self._original(match) == "[[" for match in self._placeholder.finditer(text))

    def literal(self, text: str) -> str:
        """The text for a code span or block, where `[[` means itself."""
        return self._placeholder.sub(self._code, text)

    def _code(self, match: re.Match[str]) -> str:
        original = self._original(match)
        opening = original.index("[[")
        literal = f"{self.prefix}q{len(self._originals)}q"
        self._originals.append("\\[[")
        return original[:opening] + literal + original[opening + 2 :]

    def restore(self, text: str, *, html: bool = False) -> str:
        """The text with its slots again; any other `[[` in it becomes a literal `\\[[`."""
        literal = text.replace("[[", "\\[[")
        return self._placeholder.sub(
            lambda match: escape(self._original(match)) if html else self._original(match), literal
        )

"""The plain text of parsed Markdown: links with their URL, headings underlined, code as it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.token import Token

_TAG = re.compile(r"<!--.*?-->|</?[A-Za-z!?][^>]*>", re.DOTALL)
_MARKS = {"em_open": "_", "em_close": "_", "strong_open": "*", "strong_close": "*"}


def inline_text(tokens: Sequence[Token]) -> str:
    """The words of one paragraph."""
    parts: list[str] = []
    links: list[tuple[str, int]] = []
    for token in tokens:
        if token.type == "link_open":
            links.append((str(token.attrGet("href") or ""), len(parts)))
        elif token.type == "link_close" and links:
            href, start = links.pop()
            parts.append(_address(href, "".join(parts[start:])))
        else:
            parts.append(_words(token))
    return "".join(parts)


def _address(href: str, words: str) -> str:
    plain = href.removeprefix("mailto:")
    if words in (href, plain):
        return ""
    return f" ({plain})" if words else plain


def _words(token: Token) -> str:
    if token.type == "softbreak":
        return " "
    if token.type == "hardbreak":
        return "\n"
    if token.type == "html_inline":
        return "\n" if re.match(r"<br\b", token.content, re.IGNORECASE) else ""
    return _MARKS.get(token.type, token.content)


def block_text(tokens: Sequence[Token]) -> str:
    """Whole paragraphs, lists, quotes, tables and code, one blank line between blocks."""
    return _Writer().write(tokens)


class _Writer:
    """Walks the tokens once and keeps what each line has to start with."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._prefixes: list[str] = []
        self._bullet = ""
        self._counters: list[int | None] = []
        self._cells: list[str] = []
        self._in_cell = False
        self._heading = ""
        self._gap_prefix: str | None = None

    def write(self, tokens: Sequence[Token]) -> str:
        for token in tokens:
            if token.nesting == 1:
                self._opened(token)
            elif token.nesting == -1:
                self._closed(token)
            else:
                self._content(token)
        return "\n".join(line.rstrip() for line in self._lines).strip("\n")

    def _opened(self, token: Token) -> None:
        if token.type == "blockquote_open":
            self._prefixes.append("> ")
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            ordered = token.type == "ordered_list_open"
            self._counters.append(int(token.attrGet("start") or 1) if ordered else None)
        elif token.type == "list_item_open":
            self._item()
        elif token.type == "heading_open":
            self._heading = "=" if token.tag <= "h2" else "-"
        elif token.type in ("th_open", "td_open"):
            self._in_cell = True

    def _item(self) -> None:
        count = self._counters[-1]
        self._bullet = "- " if count is None else f"{count}. "
        if count is not None:
            self._counters[-1] = count + 1
        self._prefixes.append(" " * len(self._bullet))

    def _closed(self, token: Token) -> None:
        if token.type in ("blockquote_close", "list_item_close"):
            self._prefixes.pop()
            self._bullet = ""
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            self._counters.pop()
            if not self._counters:
                self._gap()
        elif token.type in ("paragraph_close", "heading_close") and not token.hidden:
            self._gap()
        elif token.type == "tr_close":
            self._emit(" | ".join(self._cells))
            self._cells.clear()
        elif token.type == "table_close":
            self._gap()

    def _content(self, token: Token) -> None:
        if token.type == "inline":
            self._inline(inline_text(token.children or ()))
        elif token.type in ("fence", "code_block"):
            for line in token.content.rstrip("\n").split("\n"):
                self._emit("    " + line)
            self._gap()
        elif token.type == "hr":
            self._emit("* * *")
            self._gap()
        elif token.type == "html_block":
            self._inline(unescape(_TAG.sub("", token.content)).strip())
            self._gap()

    def _inline(self, words: str) -> None:
        if self._in_cell:
            self._cells.append(words)
            self._in_cell = False
            return
        if not words:
            return
        for line in words.split("\n"):
            self._emit(line)
        if self._heading:
            self._emit(self._heading * min(max(map(len, words.split("\n"))), 72))
            self._heading = ""

    def _emit(self, line: str) -> None:
        prefix = "".join(self._prefixes)
        if self._gap_prefix is not None and self._lines:
            self._lines.append(min(self._gap_prefix, prefix, key=len))
        self._gap_prefix = None
        if self._bullet:
            prefix = prefix[: -len(self._bullet)] + self._bullet
            self._bullet = ""
        self._lines.append(prefix + line)

    def _gap(self) -> None:
        self._gap_prefix = "".join(self._prefixes)

"""Edits of a front matter that leave every other byte as it is: comments, order, quotes, line ends.

Each edit is read back: it either gives exactly what was asked for, or InputError.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as MappingType
from dataclasses import dataclass
from typing import Any

from producthead_mail.content.authoring.filling import merged
from producthead_mail.content.authoring.items import Values, block_item, flow_item
from producthead_mail.content.authoring.outline import Entry, Item, Kind, Outline, Place, Span, outline
from producthead_mail.content.authoring.scalars import quoted
from producthead_mail.content.front_matter import front_matter
from producthead_mail.content.yaml_source import Mapping, Node, Scalar, parse_yaml
from producthead_mail.errors import InputError, Problem

Notes = Sequence[Sequence[str]]
_AS_BLOCK = "write it as a list with a line `- ` for each item"


def items_of(text: str, key: str, *, shown: str = "edition") -> list[Any]:
    """The items of a list as plain texts and mappings; what is left blank is an empty text.

    InputError where the front matter is no YAML or what stands there is no list.
    """
    return _Sheet(text, shown).items(key)


def address_of(item: Any) -> str:
    """The `url` of an item; empty where it has none."""
    url = item.get("url") if isinstance(item, MappingType) else ""
    return url if isinstance(url, str) else ""


def text_of(text: str, key: str, *, shown: str = "edition") -> str:
    """The text under a key; empty where there is none."""
    found = _Sheet(text, shown).tree.get(key)
    return found if isinstance(found, str) else ""


def append_items(
    text: str, key: str, items: Sequence[Values], *, notes: Notes = (), shown: str = "edition"
) -> str:
    """The text with `items` at the end of the list under a key, each with its notes as comments.

    A list in brackets stays one, and then takes no notes. InputError where the front matter is no YAML, what
    stands there is no list, or the edit can't be done without a loss.
    """
    sheet = _Sheet(text, shown)
    if not items:
        return text
    return sheet.proven(sheet.appended(key, items, notes), key, [*sheet.items(key), *map(_plain, items)])


def replace_items(
    text: str, key: str, items: Sequence[Values], *, notes: Notes = (), shown: str = "edition"
) -> str:
    """The text with `items` as the list under a key, those that are new with their notes as comments.

    An item that was there stays byte for byte, with the comments around it; one with the same `url` takes its
    place, under the comments over it; what stands over the first one is of the list and stays too.
    InputError as for `append_items`.
    """
    sheet = _Sheet(text, shown)
    wanted = [_plain(item) for item in items]
    if wanted == sheet.items(key):
        return text
    return sheet.proven(sheet.replaced(key, items, notes), key, wanted)


def fill_item(
    text: str, key: str, number: int, item: Values, *, notes: Sequence[str] = (), shown: str = "edition"
) -> str:
    """The text with `item` for the one at a place of the list under a key, with its notes as comments.

    Lines of what does not change stay, and all comments but the note that the page was not read; an item in
    braces is written anew. InputError as for `append_items`.
    """
    sheet = _Sheet(text, shown)
    items = sheet.items(key)
    wanted = [*items[:number], item, *items[number + 1 :]]
    try:
        return sheet.proven(sheet.filled(key, number, item, notes), key, list(map(_plain, wanted)))
    except InputError:  # what was merged doesn't read as it should
        return replace_items(text, key, wanted, notes=[()] * number + [notes], shown=shown)


def set_text(text: str, key: str, value: str, *, shown: str = "edition") -> str:
    """The text with one line `key: value`, where the key is or at the end of the front matter."""
    sheet = _Sheet(text, shown)
    return sheet.proven(sheet.with_text(key, value), key, value)


def _plain(value: Any) -> Any:
    if isinstance(value, MappingType):
        return {key: _plain(one) for key, one in value.items()}
    return value if isinstance(value, str) else [_plain(one) for one in value]


def _read(node: Node | None) -> Any:
    if node is None:
        return ""
    if isinstance(node, Scalar):
        return "" if node.empty else node.value
    if isinstance(node, Mapping):
        return {key: _read(value) for key, (_, value) in node.entries.items()}
    return [_read(item) for item in node.items]


def _tree(front: str, shown: str) -> dict[str, Any]:
    problems: list[Problem] = []
    node = parse_yaml(front.replace("\r\n", "\n").replace("\r", "\n"), shown, 2, problems)
    if problems:
        raise InputError(problems)
    found = _read(node) or {}
    if not isinstance(found, dict):
        raise InputError([Problem(shown, 2, 1, "must be keys with values", "such as `title: …`")])
    return found


@dataclass(frozen=True, slots=True)
class _Style:
    """How lists are written here."""

    column: int
    inset: int
    spaced: bool
    """With a blank line between items."""


class _Sheet:
    """One text being edited."""

    def __init__(self, text: str, shown: str) -> None:
        found = front_matter(text)
        if found is None:
            raise InputError([Problem(shown, 1, 1, "the front matter is missing or never closed")])
        self._text, self._shown, self._at = text, shown, found
        front = text[found.start : found.end]
        self.tree = _tree(front, shown)
        self._outline: Outline = outline(front)
        self._lines = list(self._outline.lines)
        if not self._outline.is_block:
            raise self._refusal(0, "the keys stand in braces", "write each key on a line of its own")

    def items(self, key: str) -> list[Any]:
        self._list(key)
        found = self.tree.get(key)
        return found if isinstance(found, list) else []

    def proven(self, lines: Sequence[str], key: str, wanted: Any) -> str:
        """The text with these lines for its front matter, if they read as before but for `key`."""
        edited = "".join(lines)
        text = self._text[: self._at.start] + edited + self._text[self._at.end :]
        again = front_matter(text)
        expected = {**self.tree, key: wanted or ""}
        entry = self._outline.entries.get(key)
        try:
            found = _tree(edited, self._shown)
        except InputError:
            found = {}
        found[key] = found.get(key) or ""
        if again is None or text[again.end :] != self._text[self._at.end :] or found != expected:
            line = entry.line if entry else 0
            raise self._refusal(line, f"{key!r} can't be edited here without a loss", "edit it by hand")
        return text

    def _refusal(self, line: int, message: str, remedy: str) -> InputError:
        return InputError([Problem(self._shown, line + 2, 0, message, remedy)])

    def _ended(self, lines: Sequence[str]) -> list[str]:
        return [line + self._at.line_end for line in lines]

    def _list(self, key: str) -> Entry | None:
        """Where the list of a key is; None where there is no such key."""
        entry = self._outline.entries.get(key)
        if entry is None or entry.kind in (Kind.NOTHING, Kind.BLOCK, Kind.FLOW):
            return entry
        raise self._refusal(entry.value.start.line, f"{key!r} must be a list", _AS_BLOCK)

    def appended(self, key: str, items: Sequence[Values], notes: Notes) -> list[str]:
        entry, lines = self._list(key), self._lines
        style = self._style(entry)
        new = [self._written(item, n, notes, style) for n, item in enumerate(items)]
        if entry is None:
            return self._with_key(key, list(_joined(new, style.spaced)))
        if entry.kind is Kind.FLOW and not self._is_emptied(entry):
            return self._bracketed(entry, items)
        if entry.kind is not Kind.BLOCK:
            head = entry.line
            at = head + 1 + self._comments(head + 1, self._outline.column + 1)
            first = [*self._emptied(entry), *lines[head + 1 : at]]
            return [*lines[:head], *first, *self._ended(list(_joined(new, style.spaced))), *lines[at:]]
        at = self._end(entry.items[-1])
        gap = [""] if style.spaced and not _is_blank(lines[at - 1]) else []
        return [*lines[:at], *self._ended([*gap, *_joined(new, style.spaced)]), *lines[at:]]

    def _written(self, item: Values, number: int, notes: Notes, style: _Style) -> list[str]:
        own = notes[number] if number < len(notes) else ()
        return block_item(item, own, style.column, style.inset)

    def replaced(self, key: str, items: Sequence[Values], notes: Notes) -> list[str]:
        entry = self._list(key)
        if entry is None or entry.kind is Kind.NOTHING or self._is_emptied(entry):
            return self.appended(key, items, notes)
        if entry.kind is Kind.FLOW:
            return self._unbracketed(key, entry, items)
        style, lines = self._style(entry), self._lines
        first, last = entry.items[0].span.start.line, self._end(entry.items[-1])
        chunks, blank = self._chunks(entry), self._ended([""] if style.spaced else [])
        new: list[str] = []
        for n, (item, place, same) in enumerate(_matched(items, self.items(key))):
            lead, own = chunks[place] if place is not None else ([], [])
            if not place and new and not _is_blank(new[-1]):
                lead = blank
            written = own if same else self._ended(self._written(item, n, notes, style))
            new += [*(lead if new else lead[_leading(lead) :]), *written]
        return [*lines[:first], *new, *lines[last:]]

    def filled(self, key: str, number: int, item: Values, notes: Sequence[str]) -> list[str]:
        entry, before = self._list(key), self.items(key)[number]
        if entry is None or entry.kind is not Kind.BLOCK:
            return self._lines
        inset, start = entry.items[number].inset, entry.items[number].span.start
        old = self._chunks(entry)[number][1]
        new = block_item(item, notes, start.column, inset)
        changed = [name for name, value in item.items() if name in before and before[name] != value]
        lines = merged([line.rstrip("\r\n") for line in old], new, start.column + inset, changed)
        return [*self._lines[: start.line], *self._ended(lines), *self._lines[start.line + len(old) :]]

    def with_text(self, key: str, value: str) -> list[str]:
        entry, lines = self._outline.entries.get(key), self._lines
        if entry is None:
            line = f"{' ' * self._outline.column}{key}: {quoted(value)}"
            return [*lines, *self._ended([line])]
        span, head = entry.value, entry.line
        if entry.kind not in (Kind.TEXT, Kind.NOTHING) or not head == span.start.line == span.end.line:
            raise self._refusal(head, f"{key!r} must be one text on the line of its key", "write it there")
        gap = " " if span.start == entry.colon else ""
        return self._with(span, gap + quoted(value))

    def _with_key(self, key: str, items: list[str]) -> list[str]:
        """The list under a new key at the end."""
        spaced = any(map(_is_blank, self._lines)) and not _is_blank(self._lines[-1])
        line = f"{' ' * self._outline.column}{key}:"
        return [*self._lines, *self._ended([*([""] if spaced else []), line, *items])]

    def _with(self, span: Span, words: str) -> list[str]:
        """The lines with other words in a span that lies on one line."""
        lines, (at, start, end) = list(self._lines), (span.start.line, span.start.column, span.end.column)
        lines[at] = lines[at][:start] + words + lines[at][end:]
        return lines

    def _style(self, entry: Entry | None) -> _Style:
        """Of the list itself, else of the others of this front matter."""
        if entry and entry.kind is Kind.BLOCK:
            inset = min(entry.items[-1].inset, 8)
            return _Style(entry.items[0].span.start.column, inset, self._is_spaced(entry))
        others = (one for one in self._outline.entries.values() if one.kind is Kind.BLOCK)
        columns = [one.items[0].span.start.column for one in others]
        return _Style(columns[0] if columns else self._outline.column + 2, 2, spaced=True)

    def _is_spaced(self, entry: Entry) -> bool:
        starts = [item.span.start.line for item in entry.items[1:]]
        return not starts or any(self._leads(line) for line in starts)

    def _leads(self, line: int) -> bool:
        """Whether a blank line stands above a line and the comments over it."""
        while line and self._lines[line - 1].lstrip(" ").startswith("#"):
            line -= 1
        return bool(line) and _is_blank(self._lines[line - 1])

    def _end(self, item: Item) -> int:
        """The line after the last item and the comments right under it that are indented like it."""
        at = item.span.end.line + 1
        return at + self._comments(at, max(item.span.start.column, self._outline.column + 1))

    def _comments(self, at: int, column: int) -> int:
        """How many lines of comment, indented at least to `column`, start at a line."""
        number = 0
        for line in self._lines[at:]:
            words = line.lstrip(" ")
            if not words.startswith("#") or len(line) - len(words) < column:
                break
            number += 1
        return number

    def _chunks(self, entry: Entry) -> list[tuple[list[str], list[str]]]:
        """For each item what stands between it and the one before, and its lines with the comments in it."""
        column = entry.items[0].span.start.column + 1
        starts = [item.span.start.line for item in entry.items]
        inner = [item.span.end.line + 1 for item in entry.items[:-1]]
        ends = [*(at + self._comments(at, column) for at in inner), self._end(entry.items[-1])]
        before = [starts[0], *ends[:-1]]
        return [
            (self._lines[one:start], self._lines[start:end])
            for one, start, end in zip(before, starts, ends, strict=True)
        ]

    def _is_emptied(self, entry: Entry) -> bool:
        """Whether `[]` stands beside its key with nothing in it."""
        span = entry.value
        beside = entry.line == span.start.line == span.end.line
        return entry.kind is Kind.FLOW and not entry.items and beside

    def _emptied(self, entry: Entry) -> list[str]:
        """The line of a key without its `[]` or `~`."""
        span = entry.value
        if span.start == span.end:
            return [self._lines[entry.line]]
        if span.start.line != entry.line:
            raise self._refusal(span.start.line, "the value stands on another line than its key", _AS_BLOCK)
        line = self._with(span, "")[entry.line]
        words = line.rstrip("\r\n")
        return [line if words[entry.colon.column :].strip() else words.rstrip() + line[len(words) :]]

    def _bracketed(self, entry: Entry, items: Sequence[Values]) -> list[str]:
        words = ", ".join(map(flow_item, items))
        if entry.items:
            end = entry.items[-1].span.end
            return self._with(Span(end, end), f", {words}")
        start = Place(entry.value.start.line, entry.value.start.column + 1)
        return self._with(Span(start, start), words)

    def _unbracketed(self, key: str, entry: Entry, items: Sequence[Values]) -> list[str]:
        """A list in brackets as one with dashes: who replaces it can't keep its layout."""
        span, head = entry.value, entry.line
        if entry.has_comments or span.start.line != head:
            raise self._refusal(span.start.line, f"{key!r} is a list in brackets with comments", _AS_BLOCK)
        style = self._style(None)
        new = [
            [f"{' ' * style.column}- {words}"]
            if same and place is not None and (words := self._words(entry.items[place]))
            else block_item(item, (), style.column, style.inset)
            for item, place, same in _matched(items, self.items(key))
        ]
        rest = self._lines[span.end.line][span.end.column :]
        line = self._lines[head][: span.start.column].rstrip() + (rest if rest.strip() else self._at.line_end)
        written = self._ended(list(_joined(new, style.spaced)))
        return [*self._lines[:head], line, *written, *self._lines[span.end.line + 1 :]]

    def _words(self, item: Item) -> str:
        """An item in brackets as it stands, or an empty string where it takes several lines."""
        start, end = item.span.start, item.span.end
        return self._lines[start.line][start.column : end.column] if start.line == end.line else ""


def _matched(items: Sequence[Values], present: Sequence[Any]) -> Iterator[tuple[Values, int | None, bool]]:
    """Each item with the number of the present one in whose place it comes, and whether that is the same."""
    left = dict(enumerate(present))
    plain = [_plain(item) for item in items]
    same = [_taken(left, [n for n, one in left.items() if one == item]) for item in plain]
    for item, number in zip(items, same, strict=True):
        url = address_of(item)
        near = [n for n, one in left.items() if url and address_of(one) == url]
        yield item, number if number is not None else _taken(left, near), number is not None


def _taken(left: dict[int, Any], numbers: Sequence[int]) -> int | None:
    """The first of the numbers, which is then no longer left."""
    for number in numbers[:1]:
        del left[number]
        return number
    return None


def _joined(items: Sequence[Sequence[str]], spaced: bool) -> Iterator[str]:
    for number, lines in enumerate(items):
        if number and spaced:
            yield ""
        yield from lines


def _is_blank(line: str) -> bool:
    return not line.strip()


def _leading(lines: Sequence[str]) -> int:
    """How many blank lines there are before anything else."""
    return next((number for number, line in enumerate(lines) if not _is_blank(line)), len(lines))

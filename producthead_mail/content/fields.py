"""Typed reading of a YAML mapping that notes every problem instead of stopping at the first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeVar

from producthead_mail.content.edition import EMPTY_TEXT, Button, Image, Position, RichText
from producthead_mail.content.images import ImageFolder
from producthead_mail.content.markdown import inline
from producthead_mail.content.urls import mail_url
from producthead_mail.content.yaml_source import Mapping, Node, Scalar, Sequence
from producthead_mail.errors import Problem, suggestion

T = TypeVar("T")


@dataclass(slots=True)
class Sheet:
    """One file being read: what was wrong and where its values stand."""

    shown: str
    images: ImageFolder
    language: str = "en"
    source: str = ""
    problems: list[Problem] = field(default_factory=list)
    positions: dict[str, Position] = field(default_factory=dict)

    def problem(self, position: Position, message: str, remedy: str = "") -> None:
        self.problems.append(Problem(self.shown, position.line, position.column, message, remedy))


class Fields:
    """The keys of one mapping."""

    def __init__(self, sheet: Sheet, node: Mapping, known: Iterable[str], prefix: str = "") -> None:
        self.sheet, self.position, self._node, self._prefix = sheet, node.position, node, prefix
        names = list(known)
        for key, (position, value) in node.entries.items():
            if key not in names:
                hint = suggestion(key, names) or f"known are {', '.join(names)}"
                sheet.problem(position, f"unknown key {prefix + key!r}", hint)
            sheet.positions[prefix + key] = _place(value, position)

    def __contains__(self, key: str) -> bool:
        return self._value(key) is not None

    def _value(self, key: str) -> Node | None:
        entry = self._node.entries.get(key)
        if entry is None or (isinstance(entry[1], Scalar) and entry[1].empty):
            return None
        return entry[1]

    def name(self, key: str) -> str:
        """The key with those above it."""
        return self._prefix + key

    def place(self, key: str) -> Position:
        """Where the value of a key stands, or the mapping where there is none."""
        return self.sheet.positions.get(self._prefix + key, self.position)

    def missing(self, key: str) -> None:
        """Notes that a key is required."""
        self.sheet.problem(self.place(key), f"{self.name(key)!r} is missing", f"add `{key}: …`")

    def exactly_one(self, keys: tuple[str, ...]) -> None:
        """Notes a problem unless one of the keys is there, and only one."""
        if sum(key in self for key in keys) != 1:
            name = self._prefix.rstrip(".")
            self.sheet.problem(self.position, f"{name!r} needs exactly one of {', '.join(keys)}")

    def scalar(self, key: str, *, required: bool = False) -> Scalar | None:
        """The value as a text with its place."""
        node = self._value(key)
        if node is None:
            if required:
                self.missing(key)
            return None
        return _text(self.sheet, node, self.name(key))

    def text(self, key: str, *, required: bool = False) -> str:
        """The value as one line of plain text."""
        found = self.scalar(key, required=required)
        words = " ".join(found.value.split()) if found else ""
        if required and found and not words:
            self.missing(key)
        return words

    def parsed(
        self, key: str, parse: Callable[[str], T], remedy: str = "", *, required: bool = False
    ) -> T | None:
        """The value as `parse` makes it; its ValueError becomes a problem."""
        found = self.scalar(key, required=required)
        if found is None:
            return None
        try:
            return parse(found.value.strip())
        except ValueError as error:
            self.sheet.problem(found.position, f"{self.name(key)}: {error}", remedy)
            return None

    def url(self, key: str, *, required: bool = False) -> str:
        """The value as a URL that mail programs take."""
        remedy = "write the whole address, such as https://example.com/page"
        return self.parsed(key, mail_url, remedy, required=required) or ""

    def rich(self, key: str) -> RichText:
        """The value as inline Markdown."""
        found = self.scalar(key)
        return _rich(self.sheet, found) if found else EMPTY_TEXT

    def _items(self, key: str) -> Iterator[tuple[str, Node]]:
        node = self._value(key)
        if node is None:
            return
        if not isinstance(node, Sequence):
            self.sheet.problem(
                self.place(key), f"{self.name(key)!r} must be a list", "start each item with `- `"
            )
            return
        for index, item in enumerate(node.items):
            name = f"{self.name(key)}.{index}"
            self.sheet.positions[name] = _place(item, item.position)
            yield name, item

    def texts(self, key: str) -> tuple[str, ...]:
        """The value as a list of plain texts."""
        found = (_text(self.sheet, item, name) for name, item in self._items(key))
        return tuple(" ".join(item.value.split()) for item in found if item)

    def rich_texts(self, key: str) -> tuple[RichText, ...]:
        """The value as a list of inline Markdown."""
        found = [_text(self.sheet, item, name) for name, item in self._items(key)]
        return tuple(_rich(self.sheet, item) for item in found if item)

    def mappings(self, key: str, known: Iterable[str]) -> Iterator[Fields]:
        """The value as a list of mappings."""
        names = list(known)
        for name, item in self._items(key):
            if isinstance(item, Mapping):
                yield Fields(self.sheet, item, names, name + ".")
            else:
                self.sheet.problem(item.position, f"{name!r} must have keys", f"such as {names[0]}: …")

    def mapping(
        self, key: str, known: Iterable[str] | None = None, *, required: bool = False
    ) -> Fields | None:
        """The value as a mapping; any keys go where `known` is None."""
        node = self._value(key)
        if node is None:
            if required:
                self.missing(key)
            return None
        if not isinstance(node, Mapping):
            names = ", ".join(known or ("name",))
            self.sheet.problem(self.place(key), f"{self.name(key)!r} must have keys", f"such as {names}")
            return None
        return Fields(self.sheet, node, node.entries if known is None else known, self.name(key) + ".")

    def strings(self, *, required: bool = False) -> dict[str, str]:
        """Every key with its value as plain text; with `required` none may be empty."""
        return {key: self.text(key, required=required) for key in self._node.entries}

    def image(self, key: str) -> Image | None:
        """The value as a picture: `{src, alt}`."""
        fields = self.mapping(key, ("src", "alt"))
        if fields is None:
            return None
        alt = fields.text("alt")
        remedy = "give a path relative to content/ or an https URL"
        return fields.parsed("src", lambda src: self.sheet.images.image(src, alt), remedy, required=True)

    def button(self, key: str) -> Button | None:
        """The value as a button: `{label, url}`."""
        fields = self.mapping(key, ("label", "url"))
        if fields is None:
            return None
        return Button(fields.text("label", required=True), fields.url("url", required=True))


def matching(pattern: str, message: str) -> Callable[[str], str]:
    """A parser that takes what matches a pattern."""

    def parse(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(f"{text!r} {message}")
        return text

    parse.__dict__["pattern"] = pattern
    return parse


def one_of(*words: str) -> Callable[[str], str]:
    """A parser that takes one of some words, in any case."""

    def parse(text: str) -> str:
        if text.lower() not in words:
            raise ValueError(f"{text!r} is none of {', '.join(words)}")
        return text.lower()

    parse.__dict__["words"] = words
    return parse


def _place(node: Node, otherwise: Position) -> Position:
    if isinstance(node, Scalar) and node.empty:
        return otherwise  # it has no place but the next word's
    if isinstance(node, Scalar):
        return node.position if node.style not in ("|", ">") else Position(node.first_line, 1)
    return node.position if node.position.line != otherwise.line else otherwise


def _text(sheet: Sheet, node: Node, name: str) -> Scalar | None:
    if isinstance(node, Scalar):
        return node
    kind = "list" if isinstance(node, Sequence) else "mapping"
    remedy = "quote a text that starts with [ or {" if kind == "list" else "quote a text that holds `: `"
    sheet.problem(node.position, f"{name!r} must be a text, not a {kind}", remedy)
    return None


def _rich(sheet: Sheet, node: Scalar) -> RichText:
    text, problems = inline(
        node.value.strip(), path=sheet.shown, line=node.first_line, language=sheet.language
    )
    sheet.problems += (_located(sheet, node, problem) for problem in problems)
    return text


def _located(sheet: Sheet, node: Scalar, problem: Problem) -> Problem:
    """The problem at the line of the words it quotes: folded lines have lost theirs."""
    quoted = re.search(r"'(.+)'", problem.message)
    if node.style == "|" or quoted is None:
        return problem
    lines = sheet.source.split("\n")[node.position.line - 1 : node.last_line]
    found = (n for n, line in enumerate(lines, node.position.line) if quoted[1] in line)
    return replace(problem, line=next(found, problem.line))

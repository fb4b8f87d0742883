"""YAML as a tree with positions: untyped scalars, no aliases, bounded nesting, every duplicate key named."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from producthead_mail.content.edition import Position
from producthead_mail.errors import InputError, Problem, place_of

MAX_BYTES = 1_000_000
MAX_DEPTH = 16
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff]")

_REMEDIES = {
    r"'\t'": "indent with spaces",
    "mapping values": "quote a text that holds `: `, or indent the key like those around it",
    "found '<block": "give keys that belong together, and the `- ` of a list, the same indent",
    "found ('<block": "begin every key at the left margin",
    "expected <block end>": "quote the whole text; within '…' write '' for ', within \"…\" write \\\" for \"",
    "could not find expected ':'": "write `key: value`, or indent what belongs to the text above",
    "end of stream": "close the quote that is open",
    "expected ',' or": "close the bracket that is open",
    "escape": "write \\\\ for \\ within \"…\", or take '…'",
    "sequence entries": "begin a list below its key, or quote the text",
    "indentation indicators": "quote the text, or begin it on the next line",
    "comment or a line break": "quote the text, or begin it on the next line",
}
"""Part of the parser's reason -> what to do; these are the mistakes that are made most."""
_UNFINISHED = ("could not find expected ':'", "end of stream", "<stream end>")
"""Part of a reason that the parser sees late: what it is about begins elsewhere, and is shown there."""


@dataclass(slots=True)
class Scalar:
    """A text."""

    value: str
    position: Position
    style: str = ""
    """Empty for a plain one, else the quote or block sign."""
    last_line: int = 0

    @property
    def empty(self) -> bool:
        return not self.style and self.value in ("", "~")

    @property
    def first_line(self) -> int:
        """The line where its words start."""
        return self.position.line + (self.style in ("|", ">"))


@dataclass(slots=True)
class Sequence:
    """A list."""

    position: Position
    items: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Mapping:
    """Keys with values."""

    position: Position
    entries: dict[str, tuple[Position, Node]] = field(default_factory=dict)


Node = Scalar | Sequence | Mapping


def read_text(path: Path, shown: str) -> str:
    """The text of a file as it stands; InputError where it isn't text of a sane size."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError([Problem(shown, 0, 0, f"can't be read: {error.strerror or error}")]) from None
    if len(data) > MAX_BYTES:
        raise InputError([Problem(shown, 0, 0, f"is {len(data):,} bytes", f"keep it below {MAX_BYTES:,}")])
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        raise InputError([Problem(shown, line, column, "is not UTF-8", "save it as UTF-8")]) from None
    _check(_unmarked(text), shown)
    return text


def read_source(path: Path, shown: str) -> str:
    """The text of a file with line ends as `\\n` and without a byte order mark; InputError as `read_text`."""
    return _unmarked(read_text(path, shown))


def _unmarked(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _check(text: str, shown: str) -> None:
    problems = []
    for match in _FORBIDDEN.finditer(text):
        message = f"holds the control character U+{ord(match[0]):04X}"
        problems.append(Problem(shown, *place_of(match.start(), text), message, "delete it"))
        if len(problems) == 20:
            break
    if problems:
        raise InputError(problems)


def parse_yaml(text: str, shown: str, first_line: int, problems: list[Problem]) -> Node | None:
    """The tree of a document, or None with a problem where it is no YAML that we take; not to be changed."""
    root, found = _parsed(text, shown, first_line)
    problems += found
    return root


@lru_cache(maxsize=64)
def _parsed(text: str, shown: str, first_line: int) -> tuple[Node | None, tuple[Problem, ...]]:
    """Kept for the next time: half of a message's time, and most saves change another file or the essay."""
    problems: list[Problem] = []
    return _built(text, shown, first_line, problems), tuple(problems)


def _built(text: str, shown: str, first_line: int, problems: list[Problem]) -> Node | None:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    builder, event = _Builder(shown, first_line, problems), None
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            if not builder.take(event):
                return None
    except MarkedYAMLError as error:
        mark, reason, remedy = _fault(error, event, first_line)
        line, column = (mark.line + first_line, mark.column + 1) if mark else (first_line, 0)
        problems.append(Problem(shown, line, column, f"YAML: {reason}", remedy))
        return None
    except (YAMLError, ValueError, IndexError, TypeError, AttributeError, AssertionError) as error:
        reason = (str(error).splitlines() or ["not YAML"])[0]
        problems.append(Problem(shown, first_line, 0, f"YAML: {reason}"))
        return None
    return builder.root


def _fault(error: Any, last: Any, first_line: int) -> tuple[Any, str, str]:
    """Where something is wrong, what, and what to do; `last` is what the parser took before."""
    reason = error.problem or error.context or "not YAML"
    if "expected <block end>" in reason and getattr(last, "style", None) in ("'", '"'):
        end = last.end_mark.line
        if last.start_mark.line < end:
            return (
                last.start_mark,
                f"this quote ends on line {end + first_line}",
                "close it where the text ends",
            )
    marks = [error.problem_mark, error.context_mark]
    if any(part in reason for part in _UNFINISHED):
        marks.reverse()
    remedies = (remedy for part, remedy in _REMEDIES.items() if part in reason)
    return marks[0] or marks[1], reason, next(remedies, "quote texts with special signs")


class _Builder:
    """Puts the tree together from parser events, without recursion."""

    def __init__(self, shown: str, first_line: int, problems: list[Problem]) -> None:
        self.root: Node | None = None
        self._shown, self._first_line, self._problems = shown, first_line, problems
        self._open: list[Node] = []
        self._keys: list[Scalar | None] = []
        self._documents = 0

    def take(self, event: Any) -> bool:
        """Whether to go on."""
        kind = type(event).__name__
        position = Position(event.start_mark.line + self._first_line, event.start_mark.column + 1)
        if kind == "AliasEvent" or getattr(event, "anchor", None):
            remedy = "write the value out, or quote a text that begins with & or *"
            return self._refuse(position, "anchors and aliases are not taken", remedy)
        if getattr(event, "tag", None):
            return self._refuse(position, "tags are not taken", "quote a text that begins with !")
        if kind == "DocumentStartEvent":
            self._documents += 1
            return self._documents == 1 or self._refuse(position, "a second YAML document", "keep one")
        if kind == "ScalarEvent":
            style = event.style if event.style in ("|", ">", "'", '"') else ""
            last_line = event.end_mark.line + self._first_line
            return self._add(Scalar(self._checked(event.value, position), position, style, last_line))
        if kind in ("SequenceStartEvent", "MappingStartEvent"):
            if len(self._open) >= MAX_DEPTH:
                return self._refuse(position, f"nested deeper than {MAX_DEPTH} levels", "flatten it")
            node: Node = Sequence(position) if kind.startswith("S") else Mapping(position)
            going_on = self._add(node)
            self._open.append(node)
            self._keys.append(None)
            return going_on
        if kind in ("SequenceEndEvent", "MappingEndEvent"):
            self._open.pop()
            self._keys.pop()
        return True

    def _checked(self, value: str, position: Position) -> str:
        found = _FORBIDDEN.search(value)
        if found:
            message = f"stands for the control character U+{ord(found[0]):04X}"
            self._refuse(position, message, "delete its escape")
        return _FORBIDDEN.sub("", value)

    def _refuse(self, position: Position, message: str, remedy: str) -> bool:
        self._problems.append(Problem(self._shown, position.line, position.column, message, remedy))
        return False

    def _add(self, node: Node) -> bool:
        if not self._open:
            self.root = node
            return True
        parent = self._open[-1]
        if isinstance(parent, Sequence):
            parent.items.append(node)
        elif isinstance(parent, Mapping):
            return self._entry(parent, node)
        return True

    def _entry(self, parent: Mapping, node: Node) -> bool:
        key = self._keys[-1]
        if key is None:
            if not isinstance(node, Scalar):
                return self._refuse(node.position, "a key must be a text", "quote a text that starts with [")
            self._keys[-1] = node
            return True
        self._keys[-1] = None
        if key.value not in parent.entries:
            parent.entries[key.value] = (key.position, node)
            return True
        first = parent.entries[key.value][0].line
        self._refuse(key.position, f"key {key.value!r} stands twice", f"it is also on line {first}")
        return True

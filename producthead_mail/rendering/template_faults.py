"""What Jinja says of a template, as a problem: the partial, line and column, and what to write instead."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterable, Mapping
from dataclasses import fields

from jinja2 import Environment, TemplateNotFound, TemplateSyntaxError, UndefinedError

from producthead_mail.content.edition import Button, CuratedItem, Edition, Image, Post, RichText
from producthead_mail.content.labels import DEFAULT_LABELS
from producthead_mail.content.publication import Book, Help, Mailbox, Publication
from producthead_mail.errors import Problem, place_of, suggestion

_TAGS = (
    "block",
    "call",
    "extends",
    "filter",
    "for",
    "from",
    "if",
    "import",
    "include",
    "macro",
    "raw",
    "set",
)
WHOLE = "write it: a layout has edition.mjml.j2 and edition.txt.j2"
_MODULE = re.compile(r"'[\w.]+\.(?=\w+ object')")
_QUOTED = re.compile(r"'([^']+)'")
_LACKING = re.compile(r"'(?:[\w.]+\.)?(\w+) object' has no attribute '(\w+)'")
_UNDEFINED = re.compile(r"'(\w+)' is undefined")
_UNKNOWN_TAG = re.compile(r"Encountered unknown tag '(\w+)'")
_NEVER_CLOSED = re.compile(r"innermost block that needs to be closed is '(\w+)'")
_NO_PART = re.compile(r"No (filter|test) named '(\w+)'")

_KNOWN: dict[str, tuple[str, ...]] = {
    kind.__name__: tuple(field.name for field in fields(kind))
    for kind in (Edition, CuratedItem, Post, RichText, Image, Button, Publication, Help, Book, Mailbox)
}
_KNOWN["dict"] = tuple(DEFAULT_LABELS)


def template_problem(
    error: Exception, files: Mapping[str, str], top: str, environment: Environment, names: Iterable[str]
) -> Problem:
    """The error as a problem in the template that it is about; `top` is the one that was composed."""
    if isinstance(error, TemplateNotFound) and error.name == top:
        return Problem(f"layouts/{top}", 0, 0, "is not there", WHOLE)
    message, word, remedy = _told(error, files, environment, names)
    file, line = _place(error, top, files, word)
    source = files.get(file, "")
    closed = _NEVER_CLOSED.search(message)
    if closed:
        at = _unclosed(closed[1], source)
        message, remedy = f"{{% {closed[1]} %}} is never closed", f"write {{% end{closed[1]} %}}"
        line, column = place_of(at, source)
    else:
        column = _column(source, line, word)
    return Problem(f"layouts/{file}", line, column, message, remedy)


def _place(error: Exception, top: str, files: Mapping[str, str], word: str) -> tuple[str, int]:
    """File and line: the innermost that has the word, since what a macro is given fails only within it."""
    if isinstance(error, TemplateSyntaxError):
        return (error.filename or error.name or top).removeprefix("layouts/"), error.lineno
    frames = traceback.extract_tb(error.__traceback__)
    places = [
        (f.filename.removeprefix("layouts/"), f.lineno or 0) for f in frames if f.filename[:8] == "layouts/"
    ]
    if not places:
        return top, 0
    said = [(file, line) for file, line in places if _found(word, _line(files.get(file, ""), line))]
    return said[-1] if said else places[-1]


def _told(
    error: Exception, files: Mapping[str, str], environment: Environment, names: Iterable[str]
) -> tuple[str, str, str]:
    """The message, the word it is about, and the remedy."""
    message = str(getattr(error, "message", "") or error).split("\n")[0].rstrip(".")
    if isinstance(error, TemplateNotFound):
        missing = str(error.name)
        return f"no template {missing!r}", missing, _named(missing, files)
    if isinstance(error, RecursionError):
        return "a template includes itself", "", "take the circle apart"
    words = _QUOTED.findall(message)
    word = words[-1] if words else ""
    if isinstance(error, UndefinedError):
        return _MODULE.sub("'", message), word, _remedy(message, names)
    return message, word, _syntax_remedy(message, environment)


def _remedy(message: str, names: Iterable[str]) -> str:
    lacking, undefined = _LACKING.search(message), _UNDEFINED.search(message)
    if lacking:
        return _named(lacking[2], _KNOWN.get(lacking[1], ()))
    return _named(undefined[1], names) if undefined else ""


def _syntax_remedy(message: str, environment: Environment) -> str:
    tag, part = _UNKNOWN_TAG.search(message), _NO_PART.search(message)
    if tag and tag[1].removeprefix("end") in _TAGS:
        return "delete it, or open it before"
    if tag:
        return _named(tag[1], _TAGS)
    if part:
        return suggestion(part[2], environment.filters if part[1] == "filter" else environment.tests)
    return "close it with #}" if "comment tag" in message else ""


def _named(word: str, known: Iterable[str]) -> str:
    names = sorted(known)
    return suggestion(word, names) or (f"known are {', '.join(names)}" if 0 < len(names) < 20 else "")


def _unclosed(block: str, source: str) -> int:
    """Where the innermost block of this name that is never closed begins."""
    opened: list[int] = []
    for tag in re.finditer(rf"\{{%[-+]?\s*(end)?{block}\b", source):
        if not tag[1]:
            opened.append(tag.start())
        elif opened:
            opened.pop()
    return opened[-1] if opened else 0


def _line(source: str, number: int) -> str:
    lines = source.split("\n")
    return lines[number - 1] if 0 < number <= len(lines) else ""


def _found(word: str, text: str) -> re.Match[str] | None:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) if word else None


def _column(source: str, line: int, word: str) -> int:
    text = _line(source, line)
    found = _found(word, text) or re.search(r"\{[{%#]", text) or re.search(r"\S", text)
    return found.start() + 1 if found else 0

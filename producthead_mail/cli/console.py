"""Data goes to stdout, talk to stderr."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from datetime import UTC, datetime
from math import inf
from shutil import get_terminal_size
from typing import TextIO

_talk = {"json": False}


def talk_json(wanted: bool) -> None:
    """From now on each line of talk is a JSON object."""
    _talk["json"] = wanted


def talks_json() -> bool:
    """True where each line of talk is a JSON object: then it is for a machine, which wants it all."""
    return _talk["json"]


def tell(text: str) -> None:
    """Talk to the person, on stderr; a log on a full disk keeps nothing from being done."""
    for line in text.splitlines():
        log(line)


def log(text: str, **ids: object) -> None:
    """Talk with the ids it is about, which JSON lines carry as fields of their own, and the time (UTC)."""
    if _talk["json"]:
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        text = json.dumps({"time": now, "message": text, **ids}, ensure_ascii=False)
    with suppress(OSError):
        _write(sys.stderr, text)


def counted(number: int, noun: str) -> str:
    """`1 request`, `2 requests`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def columns() -> float:
    """How wide the terminal is; endless where there is none: a program reads it, or it is kept."""
    return get_terminal_size().columns if sys.stdout.isatty() else inf


def show(text: str) -> None:
    """Print data, on stdout."""
    _write(sys.stdout, text)


def print_json(document: object) -> None:
    """Print one JSON document, on stdout."""
    show(json.dumps(document, ensure_ascii=False, indent=2))


def _write(stream: TextIO, line: str) -> None:
    try:
        stream.write(line + "\n")
    except UnicodeEncodeError as error:
        # A terminal or pipe that isn't UTF-8; `\\uXXXX` is what JSON would write too.
        stream.write(_escaped(line, error.encoding) + "\n")
    stream.flush()


def _escaped(line: str, encoding: str) -> str:
    """The line with each character that the encoding lacks as JSON writes it."""
    return "".join(
        char if char == char.encode(encoding, "replace").decode(encoding) else json.dumps(char)[1:-1]
        for char in line
    )

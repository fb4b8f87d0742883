"""An item whose blanks are filled: every line that a person wrote in it stays as it is."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import takewhile

UNREAD = "not read: "
"""Begins the note of an item whose page could not be read."""
_KEY = re.compile(r"(\w+):(?:\s|$)")


def merged(old: Sequence[str], new: Sequence[str], column: int, changed: Collection[str]) -> list[str]:
    """The lines of an item with keys at `column`: `new` for the keys that are `changed` or were not there.

    A comment beside or below a changed key stays with it. The notes of `new` stand at the end, and the one
    that the page was not read goes.
    """
    head, pad = old[0][:column], " " * column
    mine, theirs = (_groups([pad + lines[0][column:], *lines[1:]], column) for lines in (old, new))
    written = {key: lines for key, lines in theirs if key}
    there = {key for key, _ in mine}
    lines = _missing(written, 0, there)
    for key, group in mine:
        if key in changed:
            lines += [written[key][0] + _remark(group[0]), *written[key][1:], *group[1:]]
        elif not group[0].startswith(f"{pad}# {UNREAD}"):
            lines += group
        if key in written:
            lines += _missing(written, list(written).index(key) + 1, there)
    lines += [line for key, group in theirs if not key for line in group]
    return [head + lines[0][column:], *lines[1:]]


def _missing(written: dict[str, list[str]], at: int, there: Collection[str]) -> list[str]:
    """The lines of the keys from a place on, up to the first that the item has."""
    keys = takewhile(lambda key: key not in there, list(written)[at:])
    return [line for key in keys for line in written[key]]


def _groups(lines: Sequence[str], column: int) -> list[tuple[str, list[str]]]:
    """The lines of each key with what is indented under it, and comments at its column under no key."""
    groups: list[tuple[str, list[str]]] = []
    for line in lines:
        words = line.lstrip(" ")
        deeper = not words or len(line) - len(words) > column
        if groups and deeper:
            groups[-1][1].append(line)
        else:
            found = _KEY.match(words)
            groups.append((found[1] if found else "", [line]))
    return groups


def _remark(line: str) -> str:
    """The comment at the end of a line with what stands before it; empty where there is none."""
    found = re.search(r"\s+#.*$", line)
    return found[0] if found else ""

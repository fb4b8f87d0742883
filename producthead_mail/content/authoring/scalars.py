"""Texts as YAML, written the way a person would, and reading back as they are."""

from __future__ import annotations

import json
import re
import textwrap

WIDTH = 100
"""Columns that a folded text takes."""
_FIRST = re.compile(r"""[^\s\-?:,\[\]{}#&*!|>'"%@`~=<.+\\]""")
_UNSAFE = re.compile(r"[\[\]{}\t]|:\s|\s#|:$|^\s|\s$")
_UNTYPED = re.compile(r"true|false|yes|no|on|off|null|y|n|[\d_][\d_:.+a-fox \-tz]*", re.IGNORECASE)
"""What other programs take for something else than a text: words, numbers, dates and times."""
_ESCAPED = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
"""What ends a line in YAML or can't be seen in an editor."""


def quoted(text: str) -> str:
    """A YAML scalar on one line that reads back as the text: bare where that is safe, else in quotes.

    It is never bare with brackets or braces in it; between those, take `double_quoted`.
    """
    if _ESCAPED.search(text):
        return double_quoted(text)
    if _FIRST.match(text) and not _UNSAFE.search(text) and not _UNTYPED.fullmatch(text):
        return text
    if '"' in text or "\\" in text:
        return "'" + text.replace("'", "''") + "'"
    return double_quoted(text)


def double_quoted(text: str) -> str:
    """The text in double quotes, safe anywhere in YAML."""
    # JSON is YAML but for the line ends that only YAML knows.
    escaped = json.dumps(text, ensure_ascii=False)
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", escaped)


def value_lines(key: str, text: str, column: int = 0) -> list[str]:
    """The lines of a key with a text, the key at `column`: folded or literal where it is long or has several.

    Without a text the key stands alone, for a person to fill in.
    """
    if not text:
        return [f"{key}:"]
    line = f"{key}: {quoted(text)}"
    room = WIDTH - column - 2
    if "\n" in text and _is_literal(text):
        return [f"{key}: |-", *(f"  {one}" if one else "" for one in text.split("\n"))]
    if column + len(line) > WIDTH and _is_folded(text):
        folded = textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False)
        return [f"{key}: >-", *(f"  {one}" for one in folded)]
    return [line]


def _is_folded(text: str) -> bool:
    """Whether it can be cut at its blanks and put together again."""
    return " " in text and not _ESCAPED.search(text) and all(text.split(" "))


def _is_literal(text: str) -> bool:
    """Whether each line of it can stand for itself."""
    lines = text.split("\n")
    ends = bool(lines[0] and lines[-1])
    return ends and not any(one != one.strip() or _ESCAPED.search(one) for one in lines)

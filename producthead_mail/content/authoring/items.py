"""Items of a list as the lines of a front matter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from producthead_mail.content.authoring.literal import typed
from producthead_mail.content.authoring.scalars import double_quoted, value_lines

Values = Mapping[str, "str | Mapping[str, str]"]
"""Keys with their texts, in order; an empty text is a blank for the curator to fill."""


def block_item(values: Values, notes: Sequence[str], column: int, inset: int) -> list[str]:
    """An item with its dash at `column`, without line ends; each note is a comment at its end."""
    lines = [*_lines(values, column + inset), *(f"# {typed(note)}" for note in notes)]
    first, *others = lines
    pad = " " * (column + inset)
    dash = " " * column + "-" + " " * (inset - 1)
    return [dash + first, *(pad + one if one else "" for one in others)]


def _lines(values: Values, column: int) -> Iterator[str]:
    for key, value in values.items():
        if isinstance(value, str):
            yield from value_lines(key, value, column)
        else:
            yield f"{key}:"
            yield from (f"  {line}" if line else "" for line in _lines(value, column + 2))


def flow_item(values: Values) -> str:
    """An item in braces, on one line."""
    return "{" + ", ".join(f"{key}: {_flow(value)}" for key, value in values.items()) + "}"


def _flow(value: str | Mapping[str, str]) -> str:
    return double_quoted(value) if isinstance(value, str) else flow_item(value)

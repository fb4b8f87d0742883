"""Classes and ids with the prefix that a client puts before them, in sheets and in the markup."""

from __future__ import annotations

import re

from producthead_mail.clients.selector import Part, Selector

_WORD = re.compile(r"(=\s*[\"']?)")


def classes(value: str, prefix: str) -> str:
    """The value of a class attribute, every class with the prefix."""
    return " ".join(prefix + name for name in value.split())


def selector(found: Selector, prefix: str, *, first_only: bool, with_attributes: bool) -> str:
    """The selector with the prefix before classes and ids; with `first_only`, before one in each compound.

    Outlook.com does that (caniemail, css-selector-chaining note 4), so chains match nothing there.
    """
    written: list[str] = []
    is_first = True
    for part in found.parts:
        is_name = part.kind in {"class", "id"}
        is_first = is_first or part.kind == "combinator"
        written.append(_written(part, prefix, with_attributes) if is_first or not first_only else part.text)
        is_first = is_first and not is_name
    return "".join(written)


def _written(part: Part, prefix: str, with_attributes: bool) -> str:
    if part.kind in {"class", "id"}:
        return part.text[0] + prefix + part.text[1:]
    if with_attributes and part.kind == "attribute" and part.name == "class" and part.operator == "~=":
        return _WORD.sub(rf"\g<1>{prefix}", part.text, count=1)
    return part.text

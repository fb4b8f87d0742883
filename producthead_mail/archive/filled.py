"""An edition for the web, where nobody is known: each slot says what its defaults make of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from producthead_mail.config import Project
from producthead_mail.content.edition import Edition, Image, RichText
from producthead_mail.content.loader import shown_path
from producthead_mail.content.publication import Publication
from producthead_mail.errors import InputError, Problem, place_of
from producthead_mail.rendering.slots import SlotFault, Tokens, values_without_reader

T = TypeVar("T")
_KEPT = frozenset(
    [
        "slug",
        "path",
        "layout",
        "approved",
        "source",
        "positions",
        "ignore",
        "defaults",
        "language",
        "timezone",
    ]
)
"""Fields that are no text of the page."""


def filled_edition(edition: Edition, publication: Publication) -> tuple[Edition, tuple[str, ...]]:
    """The edition without slots, and those that say nothing for want of a default.

    InputError where a slot can't be one.
    """
    return _filled(edition, publication.defaults, edition.source, _shown(edition.path, publication))


def filled_publication(publication: Publication) -> tuple[Publication, tuple[str, ...]]:
    """The same for the standing parts; the unsubscribe link is no part of the web, and stays as it is."""
    filled, blank = _filled(
        replace(publication, unsubscribe=type(publication.unsubscribe)()),
        publication.defaults,
        publication.source,
        _shown(publication.path, publication),
    )
    return replace(filled, unsubscribe=publication.unsubscribe), blank


def _filled(value: T, defaults: Mapping[str, str], source: str, path: str) -> tuple[T, tuple[str, ...]]:
    if "[[" not in source:  # as almost every file; a literal `[[` counts as one
        return value, ()
    fill = _Fill(defaults)
    filled = fill.value(value)
    if fill.faults:
        raise InputError(_problem(fault, source, path) for fault in fill.faults)
    return filled, tuple(sorted(fill.blank))


def _shown(path: Path, publication: Publication) -> str:
    return shown_path(path, Project(publication.path.parent.parent))


def _problem(fault: SlotFault, source: str, path: str) -> Problem:
    """The fault where its words first stand."""
    words = fault.expression or "[["
    at = source.find(words)
    message = f"[[ {words} ]]: {fault.message}" if fault.expression else fault.message
    return Problem(path, *(place_of(at, source) if at >= 0 else (0, 0)), message, fault.remedy)


class _Fill:
    """Walks the values of an edition or a publication."""

    def __init__(self, defaults: Mapping[str, str]) -> None:
        self._defaults = defaults
        self.faults: list[SlotFault] = []
        self.blank: set[str] = set()

    def value(self, value: Any) -> Any:
        """The value with every text in it filled."""
        if isinstance(value, str):
            return (
                self.url(value) if value.startswith(("http://", "https://", "mailto:")) else self.plain(value)
            )
        if isinstance(value, tuple):
            return tuple(self.value(one) for one in value)
        if isinstance(value, RichText):
            return replace(value, html=self.markup(value.html), text=self.plain(value.text))
        if isinstance(value, Image):
            return replace(value, alt=self.plain(value.alt))
        if isinstance(value, Mapping):
            return {key: self.value(one) for key, one in value.items()}
        if is_dataclass(value) and not isinstance(value, type):
            names = [field.name for field in fields(value) if field.name not in _KEPT]
            return replace(value, **{name: self.value(getattr(value, name)) for name in names})
        return value

    def plain(self, text: str) -> str:
        """Plain text; the page's template escapes it."""
        return self._put(text, lambda tokens: tokens.plain(text))

    def url(self, text: str) -> str:
        """A URL."""
        return self._put(text, lambda tokens: tokens.url(text))

    def markup(self, html: str) -> str:
        """HTML, each value escaped for where it stands."""
        return self._put(html, lambda tokens: tokens.markup(html))

    def _put(self, text: str, mark: Callable[[Tokens], str]) -> str:
        if "[[" not in text:
            return text
        tokens = Tokens(text, self._defaults)
        marked = mark(tokens)
        self.faults += tokens.faults
        values = values_without_reader(tokens.slots, self._defaults)
        self.blank.update(slot.expression for slot in tokens.slots if not values[slot.token])
        pattern = re.compile("|".join(values) or r"(?!)")
        return pattern.sub(lambda found: values[found[0]], marked)

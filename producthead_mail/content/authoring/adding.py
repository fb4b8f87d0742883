"""Links into the list of curated items: what is new, what is there, what is to be filled in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from producthead_mail.content.authoring.curated import blank_item, curated_item, notes_of
from producthead_mail.content.authoring.editing import address_of, append_items, fill_item, items_of
from producthead_mail.content.authoring.filling import UNREAD
from producthead_mail.content.authoring.links import page_key
from producthead_mail.content.authoring.page import Page


class State(StrEnum):
    """What became of a link."""

    ADDED = "added"
    FILLED = "filled"
    """It stood there without a title."""
    PRESENT = "present"
    """It stands in this edition; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Link:
    """An address with what could be learned of its page."""

    given: str
    page: Page | None = None
    reason: str = ""
    """Why its page is not known."""


@dataclass(frozen=True, slots=True)
class Added:
    """A link, and what became of it."""

    link: Link
    state: State
    item: Mapping[str, str]
    """As it stands in the edition now."""


def titled(text: str, shown: str) -> set[str]:
    """What tells the pages that are curated items with a title already; InputError as for `append_items`."""
    items = items_of(text, "curated", shown=shown)
    return {page_key(url) for item in items if (url := address_of(item)) and item.get("title")}


def with_links(text: str, links: Iterable[Link], shown: str) -> tuple[str, list[Added]]:
    """The edition's text with the links as curated items, each once; InputError as for `append_items`.

    A link that stands there with a title stays as it is; without one, its blanks are filled in.
    """
    found = _List(items_of(text, "curated", shown=shown))
    done = [found.take(link) for link in links]
    at, items, notes = found.first_new, found.items, found.notes
    for number in sorted(one for one in found.filled if one < at):
        text = fill_item(text, "curated", number, items[number], notes=notes[number], shown=shown)
    return append_items(text, "curated", items[at:], notes=notes[at:], shown=shown), done


class _List:
    """The items as they will be."""

    def __init__(self, present: list[Any]) -> None:
        self.items, self.first_new = present, len(present)
        self.notes: list[Sequence[str]] = [()] * len(present)
        self.filled: set[int] = set()
        self._places = {page_key(url): n for n, item in enumerate(present) if (url := address_of(item))}

    def take(self, link: Link) -> Added:
        """What becomes of one more link."""
        keys = page_key(link.given), page_key(link.page.url if link.page else link.given)
        number = next((self._places[key] for key in keys if key in self._places), None)
        item = curated_item(link.page) if link.page else blank_item(link.given)
        if number is None:
            self._places |= dict.fromkeys(keys, len(self.items))
            self.items.append(item)
            self.notes.append(_notes(link))
            return Added(link, State.ADDED, item)
        there = self.items[number]
        if there.get("title") or link.page is None or any(isinstance(one, list) for one in there.values()):
            return Added(link, State.PRESENT, there)
        written = {name: value for name, value in there.items() if value}
        self.items[number] = {**item, **written, "url": item["url"]}
        self.notes[number] = _notes(link)
        self.filled.add(number)
        return Added(link, State.FILLED, self.items[number])


def _notes(link: Link) -> Sequence[str]:
    return notes_of(link.page) if link.page else [f"{UNREAD}{link.reason}"]

"""What the studio shows: each edition rendered once per save, with the last good view kept."""

from __future__ import annotations

import html
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from producthead_mail.checks.check import check
from producthead_mail.checks.finding import Finding
from producthead_mail.config import Project
from producthead_mail.content.edition import Edition
from producthead_mail.content.library import edition_paths
from producthead_mail.content.loader import load_edition, load_publication, shown_path
from producthead_mail.content.publication import Publication
from producthead_mail.errors import InputError, Problem
from producthead_mail.preview.readers import NOBODY, Reader, chosen, readers
from producthead_mail.rendering.layout import Layout, load_layout
from producthead_mail.rendering.message import ASM_TAG, TRACKING_TAG, Message
from producthead_mail.rendering.pipeline import mjml_source, render
from producthead_mail.rendering.slots import Filled, fill, placeholder_fields

KEPT = 16
"""Editions whose last good view is remembered."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The message as one reader gets it."""

    reader: Reader
    filled: Filled
    problems: tuple[Problem, ...] = ()
    """Why the reader asked for gets none."""


@dataclass(frozen=True)
class Rendered:
    """One edition as of one save; what only some pages ask for is worked out when asked."""

    edition: Edition
    publication: Publication
    layout: Layout
    message: Message
    readers: tuple[Reader, ...]
    no_people: str
    """Why nobody of the audience can be chosen, if so."""

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        return check(self.edition, self.publication, self.message)

    @cached_property
    def mjml(self) -> str:
        return mjml_source(self.edition, self.publication, self.layout)

    @cached_property
    def slot_fields(self) -> tuple[str, ...]:
        return tuple(sorted({name for slot in self.message.slots for name in slot.fields}))

    def read_by(self, key: str) -> Reading:
        """The message for the reader with this key, or for nobody and why not."""
        reader = chosen(key, self.readers)
        try:
            return Reading(reader, self.filled(reader))
        except InputError as error:
            return Reading(NOBODY, self.filled(NOBODY), error.problems)

    def filled(self, reader: Reader) -> Filled:
        """The message as this reader gets it, with a link in the place of SendGrid's own tags."""
        values = (
            placeholder_fields(self.message)
            if reader is NOBODY
            else reader.values([*self.slot_fields, *self.message.defaults])
        )
        filled = fill(self.message, values)
        leave = f"{self.base}/unsubscribe"
        page, text = filled.html, filled.text
        for tag in (ASM_TAG, html.escape(ASM_TAG), TRACKING_TAG):
            page, text = page.replace(tag, leave), text.replace(tag, leave)
        return Filled(filled.subject, filled.preheader, page, text, filled.headers)

    def served(self, page: str) -> str:
        """The HTML with the project's own pictures taken from this server."""
        for attribute in ("src", "background"):
            page = page.replace(f'{attribute}="{self.base}/', f'{attribute}="/content/')
        return page

    @property
    def base(self) -> str:
        return self.publication.url.rstrip("/")


@dataclass(frozen=True, slots=True)
class Look:
    """An edition to show: the newest that renders, and why the newest save doesn't."""

    rendered: Rendered | None
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class Studio:
    """The editions of one project; used by one thread."""

    project: Project
    _good: OrderedDict[str, Rendered] = field(default_factory=OrderedDict)
    _fresh: dict[str, Look] = field(default_factory=dict)
    _publication: Publication | None = None
    _layouts: dict[str, Layout] = field(default_factory=dict)

    def slugs(self) -> list[str]:
        """The editions, newest first."""
        return [path.stem for path in reversed(edition_paths(self.project))]

    def saved(self, paths: Iterable[Path]) -> None:
        """Forget what the changed files went into."""
        self._fresh.clear()
        for path in paths:
            if path.is_relative_to(self.project.layouts):
                # A Layout that stays the same object keeps its parsed templates: 40 of 75 ms.
                self._layouts.clear()
            elif not path.is_relative_to(self.project.editions):
                self._publication = None

    def look(self, slug: str) -> Look | None:
        """The edition as it stands, or the last good view with its problems; None if unknown."""
        if slug not in self._fresh:
            path = next((path for path in edition_paths(self.project) if path.stem == slug), None)
            if path is None:
                return None
            self._fresh[slug] = self._look(path)
        return self._fresh[slug]

    def _look(self, path: Path) -> Look:
        try:
            good = self._render(path)
        except InputError as error:
            return Look(self._good.get(path.stem), error.problems)
        except Exception as error:  # noqa: BLE001 - the studio outlives whatever a half-saved file does
            problem = Problem(shown_path(path, self.project), 0, 0, f"can't be rendered: {error}")
            return Look(self._good.get(path.stem), (problem,))
        self._good[path.stem] = good
        self._good.move_to_end(path.stem)
        while len(self._good) > KEPT:
            self._good.popitem(last=False)
        return Look(good)

    def _render(self, path: Path) -> Rendered:
        publication = self._publication or load_publication(self.project)
        self._publication = publication
        edition = load_edition(path, publication, self.project)
        layout = self._layouts.get(edition.layout) or load_layout(self.project, edition.layout)
        self._layouts[edition.layout] = layout
        people, why = readers(publication)
        message = render(edition, publication, layout)
        rendered = Rendered(edition, publication, layout, message, people, why)
        # A slot that fails on filling is a problem of the save, not of the page that shows it.
        rendered.filled(NOBODY)
        return rendered

"""What the studio shows: each edition rendered once per save, with the last good view kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from producthead_mail.clients.support import PACKAGED, TABLE, Support, load_support, prefer
from producthead_mail.config import Project
from producthead_mail.content.library import edition_paths
from producthead_mail.content.loader import load_edition, load_publication, shown_path
from producthead_mail.content.publication import Publication
from producthead_mail.errors import InputError, Problem
from producthead_mail.preview.readers import NOBODY, readers
from producthead_mail.preview.rendered import Rendered
from producthead_mail.preview.screenshots import FOLDER
from producthead_mail.rendering.layout import Layout, load_layout
from producthead_mail.rendering.pipeline import render

KEPT = 16
"""Editions whose last good view is remembered."""
EVERYONE = None
"""Touched by a save that may concern any page."""
Touched = frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Look:
    """An edition to show: the newest that renders, and why the newest save doesn't."""

    rendered: Rendered | None
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class Studio:
    """The editions of one project; used by one thread."""

    project: Project
    renders: int = 0
    """How often anything was rendered."""
    _good: OrderedDict[str, Rendered] = field(default_factory=OrderedDict)
    _fresh: dict[str, Look] = field(default_factory=dict)
    _publication: Publication | None = None
    _layouts: dict[str, Layout] = field(default_factory=dict)
    _known: frozenset[str] = frozenset()
    _table: Support | None = None

    def __post_init__(self) -> None:
        self._known = frozenset(self.slugs())

    def slugs(self) -> list[str]:
        """The editions, newest first."""
        return [path.stem for path in reversed(edition_paths(self.project))]

    def saved(self, paths: Iterable[Path]) -> Touched:
        """Forget what the changed files went into; the slugs whose pages show it."""
        users = [self._users(path) for path in paths]
        known, self._known = self._known, frozenset(self.slugs())
        if EVERYONE in users:
            self._fresh.clear()
            return EVERYONE
        touched = frozenset[str]().union(*filter(None, users))
        for slug in touched:
            self._fresh.pop(slug, None)
        return touched if known == self._known else EVERYONE

    def _users(self, path: Path) -> Touched:
        project = self.project
        if path.is_relative_to(project.layouts):
            return self._users_of_template(path)
        if path.is_relative_to(project.editions):
            return frozenset({path.stem} if path.suffix == ".md" else ())
        if path.parent.parent == project.content / FOLDER:
            return frozenset({path.parent.name})
        self._publication = None
        return EVERYONE

    def _users_of_template(self, path: Path) -> Touched:
        if path.suffix not in {".j2", ""}:
            return frozenset()
        # A Layout that stays the same object keeps its parsed templates: 40 of 75 ms.
        self._layouts.clear()
        if not path.suffix:  # a folder that was moved: what lay in it isn't told
            return EVERYONE
        name = path.relative_to(self.project.layouts).as_posix()
        # What can't be rendered may be waiting for just this file.
        return frozenset(
            slug
            for slug, look in self._fresh.items()
            if look.problems or look.rendered is None or name in look.rendered.templates
        )

    def look(self, slug: str) -> Look | None:
        """The edition as it stands, or the last good view with its problems; None if unknown."""
        self._take_table()
        if slug not in self._fresh:
            path = next((path for path in edition_paths(self.project) if path.stem == slug), None)
            if path is None:
                return None
            self._fresh[slug] = self._look(path)
        return self._fresh[slug]

    def _take_table(self) -> None:
        """Use a support table that was made anew; the release's where the project's can't be read."""
        prefer(self.project.state / TABLE)
        try:
            table = load_support()
        except InputError:
            prefer(PACKAGED)
            table = load_support()
        if table is not self._table:
            self._table = table
            self._fresh.clear()  # findings say what clients make of a message

    def _look(self, path: Path) -> Look:
        self.renders += 1
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

"""What the studio shows: each edition rendered once per save, with the last good view kept."""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from pathlib import Path

from producthead_mail.checks.check import check
from producthead_mail.checks.finding import Finding
from producthead_mail.config import Project
from producthead_mail.content.library import edition_paths
from producthead_mail.content.loader import load_edition, load_publication
from producthead_mail.errors import InputError, Problem
from producthead_mail.rendering.layout import load_layout
from producthead_mail.rendering.message import ASM_TAG, TRACKING_TAG
from producthead_mail.rendering.pipeline import mjml_source, render
from producthead_mail.rendering.slots import fill, placeholder_fields


@dataclass(frozen=True, slots=True)
class View:
    """Everything the pages show of one edition."""

    slug: str
    subject: str = ""
    html: str = ""
    text: str = ""
    mjml: str = ""
    headers: str = ""
    findings: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()
    """Why the newest save can't be shown; the rest is the last good view."""


@dataclass(slots=True)
class Studio:
    """The views of one project; used by one thread."""

    project: Project
    _good: dict[str, View] = field(default_factory=dict)
    _fresh: dict[str, View] = field(default_factory=dict)

    def slugs(self) -> list[str]:
        """The editions, newest first."""
        return [path.stem for path in reversed(edition_paths(self.project))]

    def saved(self) -> None:
        """Forget what was rendered before a save."""
        self._fresh.clear()

    def view(self, slug: str) -> View | None:
        """The edition as it stands, or the last good view with its problems; None if unknown."""
        if slug in self._fresh:
            return self._fresh[slug]
        path = next((path for path in edition_paths(self.project) if path.stem == slug), None)
        if path is None:
            return None
        self._fresh[slug] = self._view(path)
        return self._fresh[slug]

    def _view(self, path: Path) -> View:
        try:
            good = _render(self.project, path)
        except InputError as error:
            last = self._good.get(path.stem, View(path.stem))
            return View(
                last.slug, last.subject, last.html, last.text, last.mjml, last.headers, (), error.problems
            )
        self._good[path.stem] = good
        return good


def _render(project: Project, path: Path) -> View:
    publication = load_publication(project)
    edition = load_edition(path, publication, project)
    layout = load_layout(project, edition.layout)
    message = render(edition, publication, layout)
    filled = fill(message, placeholder_fields(message))
    base = publication.url.rstrip("/")
    leave = f"{base}/unsubscribe"
    page = filled.html
    for tag in (ASM_TAG, html.escape(ASM_TAG), TRACKING_TAG):
        page = page.replace(tag, leave)
    text = filled.text.replace(ASM_TAG, leave).replace(TRACKING_TAG, leave)
    headers = "\n".join(f"{name}: {value}" for name, value in filled.headers.items())
    return View(
        path.stem,
        filled.subject,
        page.replace(f"{base}/images/", "/images/"),
        text,
        mjml_source(edition, publication, layout),
        f"Subject: {filled.subject}\nDate: {message.date}\n{headers}",
        check(edition, publication, message),
    )

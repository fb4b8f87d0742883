"""The whole site: which editions are public, and their files in a folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from producthead_mail import __version__
from producthead_mail.archive.entries import standing_images
from producthead_mail.archive.filled import filled_publication
from producthead_mail.archive.output import Counts, Output, open_output
from producthead_mail.archive.pages import Site
from producthead_mail.archive.plan import ROBOTS, Plan, digest
from producthead_mail.archive.public import left_out
from producthead_mail.archive.records import Reader, Record
from producthead_mail.archive.site import PICTURE
from producthead_mail.archive.templates import load_templates
from producthead_mail.config import Project
from producthead_mail.content.library import all_editions
from producthead_mail.content.loader import load_edition, shown_path
from producthead_mail.content.publication import Publication
from producthead_mail.errors import InputError, Problem

PACKAGE = Path(__file__).parent.parent
PARTS = ("archive", "content", "rendering")
"""Whose programs decide what a page says."""

HIDDEN = "its name begins with a dot, and hosts don't show such a folder"


@dataclass(frozen=True, slots=True)
class Report:
    """What a build did."""

    folder: Path
    editions: int
    counts: Counts
    left_out: Mapping[str, str]
    """Slug -> why it isn't public."""
    blank: Mapping[str, tuple[str, ...]]
    """Slug, or publication.yaml -> slots that say nothing on the web for want of a default."""


def build(project: Project, publication: Publication, folder: Path, now: datetime) -> Report:
    """What was done to have the site in `folder`; InputError with every problem, and nothing is written."""
    output = open_output(folder)
    templates = load_templates(project)
    standing, blank = filled_publication(publication)
    site = Site(standing, templates)
    pictures = [(project.content / image.src).read_bytes() for image in standing_images(publication)]
    digests = [sha256(data).hexdigest() for data in pictures]  # every page may say how large they are
    base = digest(_program(), templates.digest, publication.source, *digests)
    reader = Reader(project, publication, site, base)
    records, faults = reader.records(_paths(project, output))
    standings = [one.standing(matches=_matches(reader, one, now)) for one in records.values()]
    standings += map(reader.presumed, faults)
    reasons = left_out(standings, now.astimezone(publication.timezone))
    reasons |= _unreadable(faults, reasons, output)
    reasons |= {slug: HIDDEN for slug in records if slug.startswith(".")}
    public = [one for slug, one in records.items() if slug not in reasons]
    public.sort(key=lambda one: (one.entry.date, one.moment, one.entry.slug), reverse=True)
    drafts = [one for slug, one in records.items() if slug in reasons]
    plan = Plan(site, reader, public, drafts).files()
    if ROBOTS not in output.made and (folder / ROBOTS).exists():
        del plan[ROBOTS]  # somebody's own rules
    blanks = {"publication.yaml": blank} | {one.entry.slug: one.blank for one in reversed(public)}
    return Report(
        folder,
        len(public),
        output.write(plan),
        dict(sorted(reasons.items())),
        {name: slots for name, slots in blanks.items() if slots},
    )


def _paths(project: Project, output: Output) -> list[Path]:
    """The editions' files; InputError where all are gone, as with half a checkout."""
    paths = all_editions(project)
    if not paths and any(path.endswith(f"/{PICTURE}") for path in output.made):
        message = "holds no edition any more, and the archive would lose all"
        remedy = f"if that is meant, remove {output.folder}"
        raise InputError([Problem(shown_path(project.editions, project), 0, 0, message, remedy)])
    return paths


def _program() -> str:
    """A key of the program as far as it decides what a page says."""
    files = [path for part in PARTS for path in sorted((PACKAGE / part).rglob("*.py"))]
    return digest(__version__, *(sha256(path.read_bytes()).hexdigest() for path in files))


def _matches(reader: Reader, record: Record, now: datetime) -> bool:
    """Whether what was approved is the edition as it is; True where that no longer matters."""
    if not record.approved or record.moment <= now:
        return True
    from producthead_mail.rendering.layout import load_layout
    from producthead_mail.rendering.pipeline import render

    project, publication = reader.project, reader.publication
    try:
        edition = load_edition(project.editions / f"{record.entry.slug}.md", publication, project)
        return render(edition, publication, load_layout(project, edition.layout)).digest == record.approved
    except InputError:
        return False


def _unreadable(
    faults: Mapping[str, InputError], reasons: Mapping[str, str], output: Output
) -> dict[str, str]:
    """Slug -> why a draft is left out; InputError where one of them is on the web, or ought to be."""
    public = [
        slug
        for slug in faults
        if f"{slug}/index.html" in output.made or not (slug in reasons or slug.startswith("."))
    ]
    if public:
        raise InputError(problem for slug in public for problem in faults[slug].problems)
    return {slug: f"can't be read: {error.problems[0]}" for slug, error in faults.items()}

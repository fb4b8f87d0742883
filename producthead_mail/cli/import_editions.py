"""`producthead import`: editions out of another program, as edition files."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from producthead_mail.cli.console import counted, print_json, show, tell
from producthead_mail.cli.context import project_of
from producthead_mail.cli.options import AllowPrivate, Json
from producthead_mail.config import Project
from producthead_mail.errors import InputError, Problem
from producthead_mail.files import put

if TYPE_CHECKING:
    from producthead_mail.content.importing.drafts import Draft
    from producthead_mail.content.importing.originals import Found, LeftOut
    from producthead_mail.content.publication import Publication

MOST_NAMED = 5

Source = Annotated[
    str,
    typer.Argument(
        metavar="FILE|URL",
        help="A WordPress export, a feed, a page of the archive, or an index of it.",
        show_default=False,
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be written, and write nothing.")]


def import_editions(
    ctx: typer.Context,
    source: Source,
    allow_private: AllowPrivate = False,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Write old editions as edition files, and say what of each could not be mapped."""
    from producthead_mail.content.importing.sources import found_in
    from producthead_mail.content.loader import load_publication

    project = project_of(ctx)
    publication = load_publication(project)
    found = found_in(source, publication.timezone, allow_private=allow_private, tell=tell)
    outcome = _sorted_out(found, project, publication)
    if not dry_run:
        for draft in outcome.new:
            put(_path(project, draft), draft.text.encode())
    if json:
        print_json(_document(source, found, outcome, written=not dry_run))
    else:
        _show(found, outcome, written=not dry_run)
    if outcome.problems:
        raise InputError(outcome.problems)


@dataclass(slots=True)
class Outcome:
    """What becomes of the editions found."""

    new: list[Draft] = field(default_factory=list)
    present: list[Draft] = field(default_factory=list)
    """A file of their name is there already."""
    left_out: list[LeftOut] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    """Of those that would not load."""

    @property
    def unprefixed(self) -> list[str]:
        """The editions without the newsletter's name before their title, where others have it."""
        drafts = [*self.new, *self.present]
        found = [draft.slug for draft in drafts if not draft.prefixed]
        return found if len(found) < len(drafts) else []


def _sorted_out(found: Found, project: Project, publication: Publication) -> Outcome:
    from producthead_mail.content.importing.drafts import drafts_of
    from producthead_mail.content.importing.originals import LeftOut
    from producthead_mail.content.importing.standing import standing_of

    outcome = Outcome(left_out=list(found.left_out))
    standing = standing_of(publication)
    with tempfile.TemporaryDirectory() as folder:
        for draft in drafts_of(found.originals, standing, publication.name, publication.sender.name):
            if isinstance(draft, LeftOut):
                outcome.left_out.append(draft)
            elif _path(project, draft).exists():
                outcome.present.append(draft)
            elif problems := _faults(Path(folder), draft, project, publication):
                outcome.problems += problems
            else:
                outcome.new.append(draft)
    return outcome


def _faults(folder: Path, draft: Draft, project: Project, publication: Publication) -> list[Problem]:
    """Why the edition would not load, before it is written where others read it."""
    from producthead_mail.content.loader import load_edition

    path = folder / f"{draft.slug}.md"
    path.write_bytes(draft.text.encode())
    try:
        load_edition(path, publication, project)
    except InputError as error:
        shown = f"{draft.slug}.md (not written)"
        return [Problem(shown, one.line, one.column, one.message, one.remedy) for one in error.problems]
    finally:
        path.unlink()
    return []


def _path(project: Project, draft: Draft) -> Path:
    return project.editions / f"{draft.slug}.md"


def _document(source: str, found: Found, outcome: Outcome, *, written: bool) -> dict[str, object]:
    from producthead_mail.content.importing.originals import by_reason

    state = "written" if written else "new"
    return {
        "source": source,
        "kind": found.kind,
        "editions": [
            *(_entry(draft, state) for draft in outcome.new),
            *(_entry(draft, "present") for draft in outcome.present),
        ],
        "left_out": by_reason(outcome.left_out),
        "without_prefix": len(outcome.unprefixed),
        "remarks": found.remarks,
        "problems": [
            {"path": one.path, "line": one.line, "message": one.message, "remedy": one.remedy}
            for one in outcome.problems
        ],
    }


def _entry(draft: Draft, state: str) -> dict[str, object]:
    parts = draft.parts
    return {
        "edition": draft.slug,
        "title": draft.title,
        "date": draft.date.isoformat(),
        "state": state,
        "takeaways": len(parts.takeaways),
        "curated": len(parts.curated),
        "posts": len(parts.posts),
        "standing": parts.standing,
        "unmapped": {kind.value: number for kind, number in sorted(draft.losses.items())},
    }


def _show(found: Found, outcome: Outcome, *, written: bool) -> None:
    from producthead_mail.content.importing.losses import said
    from producthead_mail.content.importing.originals import by_reason

    for draft in outcome.new:
        parts = draft.parts
        counts = f"{len(parts.takeaways)} takeaways  {len(parts.curated)} curated  {len(parts.posts)} posts"
        show(f"{draft.slug}  {counts}")
        for line in said(draft.losses):
            show(f"  {line}")
    for draft in outcome.present:
        show(f"{draft.slug}  is there already; left as it is")
    for remark in found.remarks:
        tell(remark)
    for reason, names in by_reason(outcome.left_out).items():
        tell(f"{len(names)} left out: {reason}\n  {_first(names)}")
    if names := outcome.unprefixed:
        titles = counted(len(names), "title")
        tell(f"{titles} without the newsletter's name before it; delete what is no edition:")
        tell(f"  {_first(names)}")
    done = "written" if written else "would be written"
    tell(f"{found.kind}: {counted(len(outcome.new), 'edition')} {done}, {len(outcome.present)} there before")


def _first(names: list[str]) -> str:
    return f"{', '.join(names[:MOST_NAMED])}{', …' if len(names) > MOST_NAMED else ''}"

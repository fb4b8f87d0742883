"""The project's own files: publication, key file, layouts, the next edition, and how many it goes to."""

from __future__ import annotations

import os
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from producthead_mail.audience.exports import left_by
from producthead_mail.audience.recipient import Recipient
from producthead_mail.audience.sources import WITHOUT_THEM, departed, open_source
from producthead_mail.config import Project, misspelt
from producthead_mail.content.edition import Edition
from producthead_mail.content.library import all_editions, resolve_edition
from producthead_mail.content.loader import load_edition
from producthead_mail.content.publication import Publication
from producthead_mail.doctor.check import Check, Group, Subject
from producthead_mail.doctor.later import Later
from producthead_mail.errors import InputError, MailError
from producthead_mail.rendering.layout import load_layout
from producthead_mail.rendering.pipeline import render

COUNTING_SECONDS = 4.0
"""A million rows of a CSV file take some seconds; what was counted by then is enough to go by."""
SOON = timedelta(days=1)
AUDIENCE = Subject(Group.PROJECT, "audience")
LAYOUTS = Subject(Group.PROJECT, "layouts")
NEXT = Subject(Group.PROJECT, "next edition")


@dataclass(frozen=True, slots=True)
class People:
    """How many an edition goes to."""

    number: int = 0
    whole: bool = True
    """False where the counting was stopped: there are more."""

    def __str__(self) -> str:
        return f"{'' if self.whole else 'more than '}{self.number:,} recipient{'s' * (self.number != 1)}"


def words(error: MailError) -> tuple[str, str]:
    """An error's message and remedy; of several problems the first, and how many more there are."""
    if not isinstance(error, InputError) or not error.problems:
        message, _, remedy = str(error).rpartition("; ")
        return (message, remedy) if message else (remedy, "run it again")
    first = error.problems[0]
    more = f" (and {len(error.problems) - 1} more)" if len(error.problems) > 1 else ""
    said = str(replace(first, remedy=""))
    return f"{said}{more}", first.remedy or ("mend that place" if first.line else "see to that file")


def publication_check(publication: Publication | InputError) -> Check:
    """Whether publication.yaml can be used."""
    subject = Subject(Group.PROJECT, "publication")
    if isinstance(publication, InputError):
        return subject.error(*words(publication))
    return subject.ok(f"{publication.name}, from {publication.sender.email}, {publication.timezone.key}")


def environment_check(fault: InputError | None, project: Project) -> Check:
    """Whether environment and .env can be used, and who can read the latter."""
    subject = Subject(Group.PROJECT, "environment")
    if fault:
        return subject.error(*words(fault))
    if wrong := misspelt(project):
        return subject.warning(*words(InputError(wrong)))
    file = project.root / ".env"
    if not file.is_file():
        what = ".env is no file" if file.exists() else "no .env"
        return subject.ok(f"{what}, so only the environment's variables count")
    if os.name == "posix" and file.stat().st_mode & 0o077:
        return subject.warning(".env can be read by others on this machine", "chmod 600 .env")
    return subject.ok(".env is read, and this user's alone")


def edition_checks(project: Project, publication: Publication, now: datetime) -> list[Check]:
    """Whether the next edition can go, and whether the other layouts could take it, too."""
    if not all_editions(project):
        none = NEXT.skipped("there is no edition yet", "`producthead new TITLE` makes one")
        return [LAYOUTS.skipped("there is no edition to render"), none]
    try:
        edition = load_edition(resolve_edition(project, None, now), publication, project)
        message = render(edition, publication, load_layout(project, edition.layout))
    except MailError as error:
        return [LAYOUTS.skipped("the next edition can't be rendered"), NEXT.error(*words(error))]
    approved = edition.approved == message.digest
    return [other_layouts(project, publication, edition), next_edition(edition, approved, now)]


def other_layouts(project: Project, publication: Publication, edition: Edition) -> Check:
    """Whether each layout renders the edition, which its own does."""
    names = sorted(path.parent.name for path in project.layouts.glob("*/edition.mjml.j2"))
    for name in names:
        if name == edition.layout:
            continue
        try:
            render(replace(edition, layout=name), publication, load_layout(project, name))
        except InputError as error:
            return LAYOUTS.warning(*words(error))
    return LAYOUTS.ok(f"{', '.join(names)}: each renders {edition.slug}")


def next_edition(edition: Edition, approved: bool, now: datetime) -> Check:
    """Whether the edition is approved in good time; both times are aware."""
    here = now if now.tzinfo else now.replace(tzinfo=UTC)
    at = edition.send_at
    if at is None or at.astimezone(UTC) <= here:
        return NEXT.ok(f"none has its hour ahead; the newest is {edition.slug}")
    when = f"{edition.slug} goes {at:%Y-%m-%d %H:%M}"
    if approved:
        return NEXT.ok(f"{when} and is approved")
    if at.astimezone(UTC) - here > SOON:
        return NEXT.ok(f"{when}; it is not approved yet")
    what = "changed since it was approved" if edition.approved else "not approved yet"
    return NEXT.warning(f"{when} and is {what}", "`producthead send --test`, then `producthead approve`")


def count_people(publication: Publication) -> tuple[People | None, Check]:
    """How many a file or a database has, as far as that can be counted in time; no address is kept."""
    end = time.monotonic() + COUNTING_SECONDS
    try:
        people, left = Later(partial(_count, publication, end)).get(end + 1)
    except TimeoutError:  # in a query's first row, or on a network drive
        reason = f"nobody is counted after {COUNTING_SECONDS + 1:.0f} s"
        return None, AUDIENCE.skipped(reason, "`producthead audience check` waits for all of it")
    except MailError as error:
        return None, AUDIENCE.error(*words(error))
    if not people.number:
        return people, AUDIENCE.error("nobody in it can get mail", "`producthead audience check` says why")
    if left:
        return people, AUDIENCE.warning(f"{people}; {departed(left)}", WITHOUT_THEM)
    return people, AUDIENCE.ok(f"{people}")


def _count(publication: Publication, end: float) -> tuple[People, Counter[str]]:
    """The recipients, and those who left by the columns that say so."""
    number, left = 0, Counter[str]()
    source = open_source(publication)
    column_of = left_by(source.columns)
    with closing(source.rows) as rows:
        for read, row in enumerate(rows, 1):
            if isinstance(row, Recipient):
                number += 1
                if column := column_of(row.fields):
                    left[column] += 1
            if not read % 1000 and time.monotonic() > end:
                return People(number, whole=False), left
    return People(number), left


def state_folder(project: Project) -> Path:
    """Where the project keeps its state, or will."""
    return project.state if project.state.is_dir() else project.root

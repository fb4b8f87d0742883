"""`producthead list`: every edition with its state, approval, tests and counts, newest last."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from producthead_mail.cli.console import columns, print_json, tell
from producthead_mail.cli.context import keep_templates, load_path, project_of
from producthead_mail.cli.list_table import Row, json_row, show_table
from producthead_mail.cli.options import Json
from producthead_mail.cli.wiring import has_ledger, ledger_to_ask
from producthead_mail.errors import InputError, MailError

if TYPE_CHECKING:
    from producthead_mail.config import Project
    from producthead_mail.content.summary import Listed
    from producthead_mail.ledger.overview import PastTests, Standing

RENDERED = 20
"""So many of the newest unsent editions are rendered to see whether an approval or a test is of what the
files say now: 12 ms each, and who approved a thousand on another machine has not changed most since."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What the ledger knows, by edition."""

    standings: Mapping[str, Standing] = field(default_factory=dict)
    tests: Mapping[str, PastTests] = field(default_factory=dict)


def list_editions(ctx: typer.Context, json: Json = False) -> None:
    """List the editions with state, approval, test sends and counts."""
    from producthead_mail.content.loader import load_publication
    from producthead_mail.content.summary import list_editions as listed_editions

    project = project_of(ctx)
    publication = load_publication(project)
    listed, known = listed_editions(project, publication), _known(project)
    rows = _rows(project, listed, known)
    faults = {one.path.stem: one.found for one in listed if isinstance(one.found, InputError)}
    if json:
        broken = [{"edition": slug, "problems": str(fault).splitlines()} for slug, fault in faults.items()]
        print_json({"editions": [json_row(row) for row in rows if row.summary], "broken": broken})
    else:
        show_table(rows, publication.timezone, columns())
    if gone := sorted(known.standings.keys() - {row.slug for row in rows}):
        tell(f"in the ledger, without a file: {', '.join(gone)}")
    if not listed:
        tell('no editions yet: `producthead new "A title"` begins one')
    if faults:
        raise InputError(problem for fault in faults.values() for problem in fault.problems)


def _known(project: Project) -> _Known:
    if not has_ledger(project):
        return _Known()
    from producthead_mail.ledger.overview import all_test_sends, standings

    with ledger_to_ask(project) as ledger:
        return _Known(standings(ledger), all_test_sends(ledger))


def _rows(project: Project, listed: Sequence[Listed], known: _Known) -> list[Row]:
    """The rows in order; the newest are made first, since only so many are rendered."""
    digest_of = _renderer(project)
    return [_row(one, known, digest_of) for one in reversed(listed)][::-1]


def _row(one: Listed, known: _Known, digest_of: Callable[[Path], str | None]) -> Row:
    slug = one.path.stem
    standing, tests = known.standings.get(slug), known.tests.get(slug)
    if isinstance(one.found, InputError):
        return Row(slug, None, standing, tests)
    approved = one.found.approved
    # What is planned is frozen, whatever became of the files; a rehearsal in the outbox is no plan.
    if standing and standing.transport != "outbox" and approved in ("", standing.digest):
        digest: str | None = standing.digest
    else:
        digest = digest_of(one.path) if approved or tests else ""
    return Row(slug, one.found, standing, tests, digest)


def _renderer(project: Project) -> Callable[[Path], str | None]:
    """Gives the digest of what an edition's files say now; None once it has rendered so many.

    Empty where they can't be rendered: then no approval holds.
    """
    keep_templates(project)
    left = iter(range(RENDERED))

    def digest_of(path: Path) -> str | None:
        if next(left, None) is None:
            return None
        try:
            return load_path(project, path).message.digest
        except MailError:
            return ""

    return digest_of

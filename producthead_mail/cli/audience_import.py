"""`producthead audience import`: the people of another service's export, added to the audience's file."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from producthead_mail.cli.console import counted, print_json, show, tell
from producthead_mail.cli.context import project_of
from producthead_mail.cli.options import Json
from producthead_mail.cli.wiring import has_ledger, ledger_of, ledger_to_ask
from producthead_mail.config import Project
from producthead_mail.errors import InputError, Problem
from producthead_mail.files import alone_at

if TYPE_CHECKING:
    from producthead_mail.audience.ids import IdSet
    from producthead_mail.audience.merging import Listing, Merged, Survey
    from producthead_mail.content.publication import Publication

Export = Annotated[
    Path,
    typer.Argument(
        metavar="FILE",
        help="A CSV export of Mailchimp, Substack, Ghost, Buttondown or SendGrid, or a ZIP archive of them.",
        show_default=False,
    ),
]
Target = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="FILE", help="The CSV file to add to (default: the audience's).", show_default=False
    ),
]


def import_list(ctx: typer.Context, file: Export, out: Target = None, json: Json = False) -> None:
    """Add the people of another service's export who want mail, and suppress those who left."""
    from producthead_mail.audience.merging import listings, merge, survey
    from producthead_mail.content.loader import load_publication

    project = project_of(ctx)
    target = out or _target(load_publication(project))
    tables, others = listings(file)
    key, suppressed = _known(project)
    surveyed = survey(tables, key)
    if len(surveyed.refused):
        _suppress(project, tables)
    with alone_at(target):
        invented = _is_invented(target)
        merged = merge(tables, target, key, surveyed, suppressed, anew=invented)
    outcome = Outcome(file, target, tables, others, surveyed, merged, invented and merged.added > 0)
    if json:
        print_json(outcome.as_json())
    else:
        outcome.show()


def _target(publication: Publication) -> Path:
    """The audience's file; InputError where it is kept elsewhere."""
    if publication.audience.csv is not None:
        return publication.audience.csv
    message = "the audience is no CSV file, and only such a file can be added to"
    remedy = "write the rows with --out FILE, and load them where the audience is kept"
    raise InputError([Problem(str(publication.path), 0, 0, message, remedy)])


def _is_invented(target: Path) -> bool:
    """Whether nobody but the people that `init` invents is in the file, who are not to get mail."""
    from producthead_mail.content.authoring.starter import invented_readers

    people = invented_readers()
    if not target.is_file() or target.stat().st_size != len(people):
        return False
    return target.read_bytes() == people


def _known(project: Project) -> tuple[bytes, IdSet]:
    """The key of recipients' ids, and who is suppressed; any key will do where there is no ledger."""
    from producthead_mail.audience.ids import IdSet
    from producthead_mail.ledger.suppressions import all_rids

    if not has_ledger(project):
        return secrets.token_bytes(32), IdSet()
    with ledger_to_ask(project) as ledger:
        return ledger.recipient_key, IdSet(all_rids(ledger))


def _suppress(project: Project, tables: list[Listing]) -> None:
    """Keeps those who left from getting mail; before the file is written, so that nothing comes between."""
    from producthead_mail.audience.merging import refusals
    from producthead_mail.ledger.suppressions import LOCAL, Suppression, add

    with ledger_of(project) as ledger:
        now = ledger.now()
        found = refusals(tables, ledger.recipient_key)
        add(ledger, (Suppression(rid, LOCAL, reason, now) for rid, reason in found))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import did."""

    file: Path
    target: Path
    tables: list[Listing]
    others: list[str]
    """Files of an archive that are no lists of people."""
    surveyed: Survey
    merged: Merged
    replaced: bool
    """The people were put in place of those that `init` invents."""

    def as_json(self) -> dict[str, object]:
        """The document of --json."""
        merged = self.merged
        return {
            "file": str(self.file),
            "exports": [table.export.service for table in self.tables],
            "audience": str(self.target),
            "added": merged.added,
            "present": merged.present,
            "duplicate": merged.duplicate,
            "invalid": self.surveyed.invalid,
            "suppressed": merged.suppressed,
            "left_out": {left.value: number for left, number in sorted(self.surveyed.left.items())},
            "suppressions_added": len(self.surveyed.refused),
            "suppressed_present": merged.refused_present,
            "columns_empty": list(merged.empty),
            "columns_left_out": list(merged.unused),
            "remarks": self._remarks(),
        }

    def show(self) -> None:
        """Print it as lines."""
        for table in self.tables:
            tell(f"{table.path}: {table.export.service}")
        for number, words in self._counts():
            if number:
                show(f"{number:9}  {words}")
        for remark in self._remarks():
            tell(remark)
        if self.merged.empty:
            tell(f"left empty, as the export has nothing for them: {', '.join(self.merged.empty)}")
        if self.merged.unused:
            tell(f"columns left out, as the file has no place for them: {', '.join(self.merged.unused)}")
        tell(f"{self.target}: {counted(self.merged.added, 'recipient')} added")

    def _counts(self) -> list[tuple[int, str]]:
        merged = self.merged
        left = [(number, f"left out: {one.value}") for one, number in sorted(self.surveyed.left.items())]
        return [
            (merged.added, "added"),
            (merged.present, "in the audience already"),
            (merged.duplicate, "a second time in the export"),
            (self.surveyed.invalid, "rows without a usable address"),
            (merged.suppressed, "not added: suppressed"),
            *left,
            (len(self.surveyed.refused), "will get nothing from now on (suppressions)"),
            (merged.refused_present, "of those are in the audience's file, and stay there"),
        ]

    def _remarks(self) -> list[str]:
        gone = ["the invented readers are gone from the audience"] if self.replaced else []
        remarks = [one for one in dict.fromkeys(table.export.remark for table in self.tables) if one]
        if words := ", ".join(f"{word!r} ({number})" for word, number in self.surveyed.unknown.items()):
            remarks.append(f"not known to say who wants mail: {words}")
        return [*gone, *remarks, *(f"not read, as no list of people: {name}" for name in self.others)]

"""`producthead audience`: who gets an edition, as the source has it."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer

from producthead_mail.cli.audience_import import import_list
from producthead_mail.cli.console import print_json, show, tell
from producthead_mail.cli.context import project_of
from producthead_mail.cli.options import Json
from producthead_mail.cli.wiring import audience_of
from producthead_mail.errors import InputError, Problem

if TYPE_CHECKING:
    from producthead_mail.audience.recipient import Excluded, Recipient
    from producthead_mail.audience.sources import Source

app = typer.Typer(
    help="Show who gets an edition; take people over from another service.",
    no_args_is_help=True,
    add_completion=False,
)

PROBLEMS_SHOWN = 20
MAX_CELL = 40

Limit = Annotated[int, typer.Option("--limit", metavar="N", min=1, help="How many recipients at most.")]


@app.command()
def check(ctx: typer.Context, json: Json = False) -> None:
    """Read the whole audience; count recipients, invalid rows and duplicates."""
    from producthead_mail.audience.exports import left_by
    from producthead_mail.audience.sources import WITHOUT_THEM, departed

    try:
        source = _open(ctx)
        summary = summarise(source.rows, left_by(source.columns))
    except InputError as error:
        if json:
            print_json({"usable": False, "errors": _errors(error)})
        raise
    usable = summary.valid > 0
    if json:
        print_json({"usable": usable, "source": source.name, "fields": source.columns, **summary.as_json()})
    else:
        _show(summary)
        tell(f"{source.name}: {summary}")
    if summary.left:
        tell(f"{source.name}: {departed(summary.left)}; {WITHOUT_THEM}")
    if not usable:
        raise InputError([Problem(source.name, 0, 0, "no row is a recipient", "mend the rows' addresses")])


@app.command(name="show")
def show_recipients(ctx: typer.Context, limit: Limit = 20, json: Json = False) -> None:
    """Show recipients with their fields, in the order of the source, without invalid rows."""
    from producthead_mail.audience.recipient import Excluded

    source = _open(ctx)
    with closing(source.rows) as rows:
        good = (row for row in rows if not isinstance(row, Excluded))
        found = list(islice(good, limit))
    if json:
        recipients = [{"row": one.row, "fields": dict(one.fields)} for one in found]
        print_json({"source": source.name, "fields": source.columns, "recipients": recipients})
        return
    for line in table(("row", *source.columns), [(str(one.row), *one.fields.values()) for one in found]):
        show(line)


app.command(name="import")(import_list)


@dataclass(slots=True)
class Summary:
    """What a whole audience comes to."""

    valid: int = 0
    """Recipients: neither invalid nor a duplicate."""
    invalid: int = 0
    duplicate: int = 0
    left: Counter[str] = field(default_factory=Counter)
    """Column -> recipients of whom it says that they left."""
    first: list[Excluded] = field(default_factory=list)
    """The problems that come first in the source, in its order."""

    @property
    def selected(self) -> int:
        return self.valid + self.invalid + self.duplicate

    def as_json(self) -> dict[str, object]:
        """The document of --json."""
        problems = [
            {"row": one.row, "kind": one.kind.value, "reason": one.reason, "email": one.email}
            for one in self.first
        ]
        counts = {"selected": self.selected, "valid": self.valid, "invalid": self.invalid}
        return {
            **counts,
            "duplicate": self.duplicate,
            "left": dict(sorted(self.left.items())),
            "problems": problems,
        }

    def __str__(self) -> str:
        return (
            f"{self.selected} selected, {self.valid} valid, "
            f"{self.invalid} invalid, {self.duplicate} duplicate"
        )


def summarise(rows: Iterable[Recipient | Excluded], left_by: Callable[[Mapping[str, str]], str]) -> Summary:
    """Counts of all rows, and the first problems; `left_by` names the column by which somebody left."""
    from producthead_mail.audience.recipient import Excluded
    from producthead_mail.audience.select import select
    from producthead_mail.ledger.states import Exclusion

    summary = Summary()
    counts: Counter[Exclusion] = Counter()
    # Any key will do: nothing of this outlives the command.
    for row in select(rows, key=secrets.token_bytes(32), suppressed=lambda _: None):
        if not isinstance(row, Excluded):
            summary.valid += 1
            if column := left_by(row[1].fields):
                summary.left[column] += 1
            continue
        counts[row.kind] += 1
        summary.first.append(row)
        if len(summary.first) >= 50 * PROBLEMS_SHOWN:
            _keep_first(summary.first)
    _keep_first(summary.first)
    summary.invalid, summary.duplicate = counts[Exclusion.INVALID], counts[Exclusion.DUPLICATE]
    return summary


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines with the columns under each other, safe to print to a terminal."""
    cells = [[_printable(cell) for cell in row] for row in (header, *rows)]
    widths = [max(len(cell) for cell in column) for column in zip(*cells, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]


def _show(summary: Summary) -> None:
    for excluded in summary.first:
        show(_line(excluded))
    hidden = summary.invalid + summary.duplicate - len(summary.first)
    if hidden:
        tell(f"and {hidden} more problem{'s' if hidden > 1 else ''}")


def _keep_first(problems: list[Excluded]) -> None:
    problems.sort(key=lambda one: one.row)
    del problems[PROBLEMS_SHOWN:]


def _printable(text: str) -> str:
    """The text on one line, not too long, and without characters that command a terminal."""
    plain = "".join(char if char.isprintable() else " " for char in islice(text, MAX_CELL + 1))
    return plain if len(plain) <= MAX_CELL else plain[: MAX_CELL - 1] + "…"


def _line(excluded: Excluded) -> str:
    email = f" {_printable(excluded.email)}" if excluded.email else ""
    reason = "".join(char if char.isprintable() else " " for char in excluded.reason)
    return f"row {excluded.row}: {excluded.kind.value}{email}: {reason}"


def _errors(error: InputError) -> list[dict[str, object]]:
    return [
        {"path": one.path, "line": one.line, "message": one.message, "remedy": one.remedy}
        for one in error.problems
    ]


def _open(ctx: typer.Context) -> Source:
    from producthead_mail.content.loader import load_publication

    project = project_of(ctx)
    return audience_of(project, load_publication(project))

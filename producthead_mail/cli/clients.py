"""`producthead clients`: the mail clients that are simulated, and the table of what they support."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from producthead_mail.cli.console import print_json, show, tell
from producthead_mail.cli.context import project_of, use_support
from producthead_mail.cli.options import Json
from producthead_mail.errors import UsageError

if TYPE_CHECKING:
    from producthead_mail.clients.support import Support

app = typer.Typer(help="Show which mail clients are simulated, and how well.", add_completion=False)

Source = Annotated[
    str, typer.Option("--from", metavar="FILE|URL", help="caniemail's JSON: a file or an https address.")
]
OutFile = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help="Where the table goes (default: .producthead/support.json)."),
]


@app.callback(invoke_without_command=True)
def clients(ctx: typer.Context, json: Json = False) -> None:
    """List the mail clients that are simulated, and what is known of each."""
    from producthead_mail.clients.support import load_support

    if ctx.invoked_subcommand is not None:
        return
    try:
        use_support(project_of(ctx))
    except UsageError:
        # What clients do is the same outside a project.
        if ctx.obj.project is not None:
            raise
    support = load_support()
    if json:
        print_json({"table": _table(support), "clients": _rows(support)})
        return
    for row in _rows(support):
        show("  ".join(_cells(row)))
    tell(_covered(support))
    tell(_said(support))


@app.command()
def refresh(ctx: typer.Context, source: Source, out: OutFile = None, json: Json = False) -> None:
    """Make a new support table for the project from caniemail's published JSON."""
    from producthead_mail.clients.refresh import refresh as made_anew
    from producthead_mail.clients.support import TABLE

    where = out or project_of(ctx).state / TABLE
    support = made_anew(source, where)
    if json:
        print_json({"written": str(where), "table": _table(support)})
        return
    tell(f"{where}: {_said(support)}")


def _table(support: Support) -> dict[str, object]:
    from producthead_mail.clients.coverage import coverage
    from producthead_mail.clients.support import median_test

    return {
        "source": support.source,
        "credit": support.credit,
        "licence": support.licence,
        "updated": support.updated.isoformat(),
        "median_test": median_test(support),
        "features": len(support.slugs),
        "platforms": len(support.platforms),
        "coverage": asdict(coverage(support)),
    }


def _said(support: Support) -> str:
    from producthead_mail.clients.support import median_test

    return (
        f"half of the tests are older than {median_test(support)}; "
        f"{len(support.slugs)} features of {support.updated.isoformat()}, {support.credit}, "
        f"{support.licence} licence, {support.source}"
    )


def _covered(support: Support) -> str:
    from producthead_mail.clients.coverage import coverage

    found = coverage(support)
    return (
        f"{found.detected} of {found.features} features are detected; {found.modelled} of {found.notes} "
        f"notes to the main clients' marks are modelled, {found.words_only} of them in words only"
    )


def _rows(support: Support) -> list[dict[str, object]]:
    from producthead_mail.clients.coverage import not_simulated
    from producthead_mail.clients.profile import PROFILES
    from producthead_mail.clients.support import marks, newest

    rows: list[dict[str, object]] = []
    for one in PROFILES:
        latest = newest(support, one.platform)
        rows.append(
            {
                "client": one.id,
                "name": one.name,
                "platform": one.platform,
                "fidelity": one.fidelity.value,
                "not_simulated": not_simulated(one),
                "author_dark": one.author_dark,
                "forced_dark": one.inversion.value,
                "marks": {mark.value: number for mark, number in marks(support, one.platform).items()},
                "tested": latest.tested if latest else "",
                "version": latest.version if latest else "",
            }
        )
    return rows


def _cells(row: dict[str, object]) -> list[str]:
    marked = row["marks"]
    assert isinstance(marked, dict)
    dark = "author's dark" if row["author_dark"] else f"forced dark: {row['forced_dark']}"
    counts = " ".join(f"{mark} {number}" for mark, number in marked.items())
    return [
        f"{row['client']:13}",
        f"{row['name']:39}",
        f"{row['fidelity']:11}",
        f"{dark:20}",
        f"{counts:27}",
        f"last tested {row['tested']}, version {row['version']}",
    ]

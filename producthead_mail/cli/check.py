"""`producthead check`: every finding of an edition, by rule, place and remedy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from producthead_mail.cli.console import print_json, show, tell
from producthead_mail.cli.context import Loaded, edition_path, load_path, project_of
from producthead_mail.cli.options import Edition, Json, Strict
from producthead_mail.errors import InputError

if TYPE_CHECKING:
    from producthead_mail.checks.finding import Finding


def check(ctx: typer.Context, edition: Edition = None, strict: Strict = False, json: Json = False) -> None:
    """Show every finding of an edition, with position and remedy."""
    project = project_of(ctx)
    name = edition or "latest"
    try:
        path = edition_path(project, edition)
        name = path.stem
        loaded = load_path(project, path)
    except InputError as error:
        if json:
            report(name, "", _problems("input", error), json=True)
        raise
    found = findings(loaded)
    report(loaded.edition.slug, loaded.message.digest, found, json=json)
    if stops(found, strict=strict):
        raise typer.Exit(1)


def findings(loaded: Loaded) -> tuple[Finding, ...]:
    """Every finding of an edition, and of the audience as far as its header says."""
    from producthead_mail.checks.check import check as check_message

    columns, unusable = _columns(loaded)
    return *unusable, *check_message(loaded.edition, loaded.publication, loaded.message, columns)


def report(edition: str, digest: str, found: tuple[Finding, ...], *, json: bool) -> None:
    """Findings as one JSON document, or as lines with a count."""
    from producthead_mail.checks.report import as_json, counts, lines

    if json:
        print_json(as_json(edition, digest, found))
        return
    for line in lines(found):
        show(line)
    tell(f"{edition}: " + ", ".join(f"{number} {severity}" for severity, number in counts(found).items()))


def stops(found: tuple[Finding, ...], *, strict: bool) -> bool:
    """True where a finding is an error, or with --strict a warning."""
    from producthead_mail.checks.finding import Severity

    grave = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    return any(finding.severity in grave for finding in found)


def _columns(loaded: Loaded) -> tuple[tuple[str, ...] | None, tuple[Finding, ...]]:
    """The fields that slots may read, from a CSV file's header alone, or what is wrong with the file."""
    from producthead_mail.audience.csv_source import columns

    path = loaded.publication.audience.csv
    if path is None:
        return None, ()
    try:
        return columns(path), ()
    except InputError as error:
        return None, _problems("audience", error, loaded.project.root)


def _problems(rule: str, error: InputError, root: Path | None = None) -> tuple[Finding, ...]:
    from producthead_mail.checks.finding import Finding, Severity

    return tuple(
        Finding(
            rule, Severity.ERROR, one.message, one.remedy, _relative(one.path, root), one.line, one.column
        )
        for one in error.problems
    )


def _relative(path: str, root: Path | None) -> str:
    return str(Path(path).relative_to(root)) if root and Path(path).is_relative_to(root) else path

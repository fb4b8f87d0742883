"""`producthead check`: every finding of an edition, by rule, place and remedy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from producthead_mail.cli.console import counted, print_json, show, tell
from producthead_mail.cli.context import Loaded, edition_path, load_path, project_of, use_support
from producthead_mail.cli.options import Edition, Json, Strict
from producthead_mail.errors import InputError, Refusal, UsageError

if TYPE_CHECKING:
    from producthead_mail.checks.finding import Finding
    from producthead_mail.checks.page import Hit, Page
    from producthead_mail.rendering.slots import Filled


@dataclass(frozen=True, slots=True)
class Further:
    """What is asked beyond the message."""

    links: bool = False
    spam: bool = False
    browser: bool = False


class Form(Enum):
    """How findings are shown."""

    LINES = "lines"
    JSON = "json"
    SARIF = "sarif"


Sarif = Annotated[bool, typer.Option("--sarif", help="One SARIF 2.1.0 document on stdout, for code hosts.")]
Links = Annotated[
    bool,
    typer.Option(
        "--links", help="Ask every link and picture what it answers (network; public addresses only)."
    ),
]
Spam = Annotated[bool, typer.Option("--spam", help="Ask an installed SpamAssassin, offline.")]
InBrowser = Annotated[
    bool, typer.Option("--browser", help="Measure in an installed Chromium, with axe-core where it is there.")
]
Clients = Annotated[bool, typer.Option("--clients", help="Add what will differ in each mail client, where.")]
BAD_INPUT = {"input", "audience", "slot-unknown-field"}
"""Rules whose findings make a send impossible rather than unwise."""


def check(
    ctx: typer.Context,
    edition: Edition = None,
    strict: Strict = False,
    json: Json = False,
    sarif: Sarif = False,
    links: Links = False,
    spam: Spam = False,
    browser: InBrowser = False,
    clients: Clients = False,
) -> None:
    """Say all that is wrong with an edition, with place and remedy."""
    if json and sarif:
        raise UsageError("--json and --sarif are two documents: ask for one")
    if clients and sarif:
        raise UsageError("SARIF has findings only: ask for --clients with --json or without")
    form = Form.JSON if json else Form.SARIF if sarif else Form.LINES
    project = project_of(ctx)
    name = edition or "latest"
    try:
        path = edition_path(project, edition)
        name = path.stem
        loaded = load_path(project, path)
        use_support(project)
    except InputError as error:
        if form is not Form.LINES:
            report(name, "", _problems("input", error), form)
        raise
    page, unusable = _page(loaded)
    found = (*unusable, *_checked(page, Further(links, spam, browser)))
    report(loaded.edition.slug, loaded.message.digest, found, form, page if clients else None)
    if code := exit_code(found, strict=strict):
        raise typer.Exit(code)


def gate(loaded: Loaded, what: str, *, json: bool, aside: bool = False) -> None:
    """Exits where a finding stops the edition from being approved or sent, and shows them all.

    `aside` shows them on stderr: stdout belongs to a report about more than this edition.
    """
    found = findings(loaded)
    if code := exit_code(found):
        if aside:
            from producthead_mail.checks.report import lines

            tell("\n".join(lines(found)))
        else:
            report(loaded.edition.slug, loaded.message.digest, found, Form.JSON if json else Form.LINES)
        tell(f"{loaded.edition.slug}: not {what}: the errors above have to be mended first")
        raise typer.Exit(code)


def findings(loaded: Loaded) -> tuple[Finding, ...]:
    """Every finding of an edition that may stop it, and of the audience as far as its header says.

    The simulated clients are left out: no rule about them is an error, and they take most of the time.
    """
    page, unusable = _page(loaded)
    return *unusable, *_checked(page, Further(), clients=False)


def _page(loaded: Loaded) -> tuple[Page, tuple[Finding, ...]]:
    from producthead_mail.checks.page import Page

    use_support(loaded.project)
    columns, unusable = _columns(loaded)
    return Page(loaded.edition, loaded.publication, loaded.message, columns, loaded.layout), unusable


def _checked(page: Page, further: Further, *, clients: bool = True) -> tuple[Finding, ...]:
    from producthead_mail.checks.check import check_page

    return check_page(page, _asked(page, further), clients=clients)


def _asked(page: Page, further: Further) -> dict[str, Iterable[Hit]]:
    """What the checks with an option of their own hit, by rule."""
    hits: dict[str, Iterable[Hit]] = {}
    if further.links:
        hits |= _links(page)
    if further.spam:
        hits |= _spam(page)
    if further.browser:
        hits |= _browser(page)
    return hits


def _links(page: Page) -> dict[str, Iterable[Hit]]:
    from producthead_mail.checks.alive import addresses, img_reachable, link_alive
    from producthead_mail.checks.fetch import ask

    urls = addresses(page)
    tell(f"asking {counted(len(urls), 'URL')}")
    answers = ask(urls)
    return {"link-alive": link_alive(page, answers), "img-reachable": img_reachable(page, answers)}


def _spam(page: Page) -> dict[str, Iterable[Hit]]:
    from producthead_mail.checks.spamassassin import spam_score, verdict
    from producthead_mail.rendering.eml import eml

    mail = eml(page.message, _filled(page), to="reader@example.com")
    return {"spamassassin": spam_score(page, verdict(mail))}


def _browser(page: Page) -> dict[str, Iterable[Hit]]:
    from producthead_mail.checks.browser import measure
    from producthead_mail.checks.measured import axe, tap_target_measured

    content = page.publication.path.parent
    pictures = {url: content / one.src for url, one in page.pictures.items() if ":" not in one.src}
    said = measure(_filled(page).html, pictures)
    hits: dict[str, Iterable[Hit]] = {"tap-target-measured": tap_target_measured(page, said.targets)}
    if said.violations is None:
        tell("axe-core is not installed: pip install 'producthead-mail[axe]'; only sizes are checked")
        return hits
    return {**hits, "axe": axe(page, said.violations)}


def _filled(page: Page) -> Filled:
    """The message for the placeholder reader."""
    from producthead_mail.rendering.slots import fill, placeholder_fields

    return fill(page.message, placeholder_fields(page.message))


def report(
    edition: str, digest: str, found: tuple[Finding, ...], form: Form, differing: Page | None = None
) -> None:
    """Findings as one document, or as lines with a count; and what will differ in the clients."""
    from producthead_mail.checks import differing as clients
    from producthead_mail.checks.report import as_json, lines, summary

    if form is Form.SARIF:
        from producthead_mail.checks.sarif import as_sarif

        print_json(as_sarif(found))
    elif form is Form.JSON:
        further = clients.as_json(differing) if differing else {}
        print_json({**as_json(edition, digest, found), **further})
    else:
        for line in (*lines(found), *(clients.lines(differing) if differing else ())):
            show(line)
        tell(f"{edition}: {summary(found)}")


def exit_code(found: tuple[Finding, ...], *, strict: bool = False) -> int:
    """3 where the input is bad, 1 where a finding is an error (with --strict also a warning), else 0."""
    from producthead_mail.checks.finding import Severity

    if any(finding.rule in BAD_INPUT for finding in found):
        return InputError.exit_code
    grave = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    counted = (finding.severity for finding in found if not finding.ignored)
    return Refusal.exit_code if any(severity in grave for severity in counted) else 0


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

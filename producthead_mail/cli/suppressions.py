"""`producthead suppressions`: who must not get mail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from producthead_mail.cli.console import counted, print_json, show, tell
from producthead_mail.cli.context import project_of
from producthead_mail.cli.options import Json
from producthead_mail.cli.status import moment
from producthead_mail.cli.suppressing import pull_suppressions
from producthead_mail.cli.wiring import has_ledger, ledger_of, ledger_to_ask
from producthead_mail.errors import InputError, Problem

if TYPE_CHECKING:
    from producthead_mail.ledger.suppressions import Suppression

app = typer.Typer(help="Show and say who must not get mail.", no_args_is_help=True, add_completion=False)

ADDED_BY_HAND = "added by hand"

Emails = Annotated[
    list[str], typer.Argument(metavar="EMAIL...", help="Who must not get mail.", show_default=False)
]
Email = Annotated[
    str | None, typer.Argument(metavar="EMAIL", help="Only of this address.", show_default=False)
]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; shown by `status`.")]


@app.command()
def pull(ctx: typer.Context, json: Json = False) -> None:
    """Read all of SendGrid's bounces, spam reports, invalid addresses and unsubscribes into the ledger."""
    from producthead_mail.content.loader import load_publication
    from producthead_mail.ledger.suppressions import counts

    project = project_of(ctx)
    publication = load_publication(project)
    with ledger_of(project) as ledger:
        pull_suppressions(project, publication, ledger, whole=True)
        _report(counts(ledger), json=json)


@app.command(name="list")
def list_suppressions(ctx: typer.Context, email: Email = None, json: Json = False) -> None:
    """Count suppressions by kind, or show what is known of one address; addresses are not kept."""
    from producthead_mail.ledger.suppressions import counts, known

    project = project_of(ctx)
    (address,) = _addresses([email]) if email is not None else ("",)
    if not has_ledger(project):
        if address:
            _report_one(address, [], json=json)
        else:
            _report({}, json=json)
        return
    with ledger_to_ask(project) as ledger:
        if not address:
            _report(counts(ledger), json=json)
            return
        _report_one(address, known(ledger, _rid(address, ledger.recipient_key)), json=json)


@app.command()
def add(ctx: typer.Context, emails: Emails, reason: Reason = ADDED_BY_HAND, json: Json = False) -> None:
    """Keep addresses from getting mail from now on, whatever SendGrid says of them."""
    from producthead_mail.audience.suppressions import without_addresses
    from producthead_mail.ledger.suppressions import LOCAL, Suppression, counts
    from producthead_mail.ledger.suppressions import add as add_to

    project = project_of(ctx)
    addresses = _addresses(emails)
    words = without_addresses(reason) or ADDED_BY_HAND
    with ledger_of(project) as ledger:
        now, key = ledger.now(), ledger.recipient_key
        add_to(ledger, [Suppression(_rid(one, key), LOCAL, words, now) for one in addresses])
        if json:
            _report(counts(ledger), json=True)
    people = {one.lower() for one in addresses}
    tell(f"{counted(len(people), 'recipient')} will get nothing from now on")


def _report(found: dict[str, int], *, json: bool) -> None:
    if json:
        print_json({"suppressions": sum(found.values()), "kinds": found})
        return
    for kind, number in found.items():
        show(f"{number:9}  {kind}")
    if not found:
        tell("no suppressions are known; `producthead suppressions pull` reads SendGrid's")


def _report_one(address: str, found: Sequence[Suppression], *, json: bool) -> None:
    if json:
        entries = [{"kind": one.kind, "reason": one.reason, "at": moment(one.at)} for one in found]
        print_json({"recipient": address, "suppressed": bool(found), "suppressions": entries})
        return
    for one in found:
        show(f"{one.kind}: {one.reason}, {moment(one.at)}")
    if not found:
        tell("nothing keeps this address from getting mail")


def _addresses(emails: Sequence[str]) -> list[str]:
    """The addresses, normalised; InputError with all that are none."""
    from producthead_mail.audience.address import normalise

    found, problems = [], []
    for email in emails:
        try:
            found.append(normalise(email))
        except ValueError as error:
            problems.append(Problem("suppressions", 0, 0, f"{email!r} is no address: {error}"))
    if problems:
        raise InputError(problems)
    return found


def _rid(address: str, key: bytes) -> int:
    from producthead_mail.audience.address import recipient_id

    return recipient_id(address, key)

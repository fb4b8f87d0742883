"""`producthead suppressions`: who must not get mail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from producthead_mail.cli.console import counted, print_json, show, tell
from producthead_mail.cli.context import project_of
from producthead_mail.cli.options import Json, storable
from producthead_mail.cli.status import moment
from producthead_mail.cli.suppressing import pull_suppressions
from producthead_mail.cli.wiring import has_ledger, ledger_of, ledger_to_ask
from producthead_mail.errors import InputError, Problem

if TYPE_CHECKING:
    from producthead_mail.ledger.database import Ledger
    from producthead_mail.ledger.suppressions import Suppression

app = typer.Typer(help="Show and say who must not get mail.", no_args_is_help=True, add_completion=False)

ADDED_BY_HAND = "added by hand"

Emails = Annotated[
    list[str], typer.Argument(metavar="EMAIL...", help="Who must not get mail.", show_default=False)
]
Email = Annotated[
    str | None, typer.Argument(metavar="EMAIL", help="Only of this address.", show_default=False)
]
Reason = Annotated[
    str, typer.Option("--reason", metavar="TEXT", help="Why; shown by `status`.", callback=storable)
]


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
    from producthead_mail.audience.address import without_addresses
    from producthead_mail.ledger.suppressions import LOCAL, Suppression, counts
    from producthead_mail.ledger.suppressions import add as add_to

    project = project_of(ctx)
    addresses = _addresses(emails)
    words = without_addresses(reason) or ADDED_BY_HAND
    with ledger_of(project) as ledger:
        now = ledger.now()
        people = {_rid(one, ledger.recipient_key) for one in addresses}
        add_to(ledger, [Suppression(rid, LOCAL, words, now) for rid in people])
        if json:
            _report(counts(ledger), json=True)
        tell(f"{counted(len(people), 'recipient')} will get nothing from now on")
        for slug, number in _planned_before(ledger, people).items():
            words = f"but {slug} was planned before and goes to {counted(number, 'recipient')} of these"
            tell(f"{words}; only `producthead cancel {slug}`, which stops it for all, would change that")


def _planned_before(ledger: Ledger, rids: Iterable[int]) -> Counter[str]:
    """Edition -> how many of these have a place in it and may not have got it yet."""
    from producthead_mail.ledger.account import received
    from producthead_mail.ledger.overview import standings

    now = ledger.now()
    ahead = {slug for slug, one in standings(ledger).items() if one.send_at and one.send_at > now}
    return Counter(
        one.edition
        for rid in rids
        for one in received(ledger, rid)
        if one.state in {"planned", "in_doubt"} or (one.state == "accepted" and one.edition in ahead)
    )


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

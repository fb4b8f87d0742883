"""`producthead status`: the account of every recipient, or what one person got."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Annotated

import typer

from producthead_mail.cli.console import counted, print_json, show, tell
from producthead_mail.cli.context import edition_path, load_path, project_of
from producthead_mail.cli.options import Edition, Json
from producthead_mail.cli.wiring import has_ledger, ledger_to_ask
from producthead_mail.errors import InputError, MailError, Problem
from producthead_mail.ledger.states import State

if TYPE_CHECKING:
    from producthead_mail.config import Project
    from producthead_mail.ledger.account import Account, Received
    from producthead_mail.ledger.database import Ledger
    from producthead_mail.ledger.proofs import TestSend

BATCH_STATES = ("planned", "claimed", "in_flight", "accepted", "rejected", "in_doubt", "void")

Recipient = Annotated[
    str | None,
    typer.Option(
        "--recipient", metavar="EMAIL", help="What this person got, edition by edition.", show_default=False
    ),
]


def status(
    ctx: typer.Context, edition: Edition = None, recipient: Recipient = None, json: Json = False
) -> None:
    """Show where every recipient of an edition stands, or what one person got."""
    project = project_of(ctx)
    if recipient is not None:
        _one_person(project, recipient, edition, json=json)
        return
    if not has_ledger(project):
        slug = edition_path(project, edition).stem
        _report(project, slug, _digest(project, slug), None, [], json=json)
        return
    from producthead_mail.ledger.account import account, unfinished
    from producthead_mail.ledger.proofs import past_tests

    with ledger_to_ask(project) as ledger:
        slug = slug_of(project, ledger, edition)
        found = account(ledger, slug)
        _report(
            project,
            slug,
            found.digest if found else _digest(project, slug),
            found,
            past_tests(ledger, slug),
            json=json,
        )
        others = [name for name in unfinished(ledger) if name != slug]
    if others and not json:
        tell(f"unfinished besides: {', '.join(others)}")


def document(slug: str, digest: str, found: Account | None, tests: Sequence[TestSend]) -> dict[str, object]:
    """The document of `status --json`."""
    from producthead_mail.ledger.states import Recipients

    people = found.recipients if found else Recipients()
    batches = {state.name.lower(): number for state, number in found.batches.items()} if found else {}
    return {
        "edition": slug,
        "digest": digest,
        "transport": found.transport if found else None,
        "state": found.state if found else "new",
        "recipients": asdict(people),
        "balanced": people.balanced,
        "batches": {name: batches.get(name, 0) for name in BATCH_STATES},
        "doubts": [
            {
                "batch": one.batch,
                "recipients": one.recipients,
                "since": moment(one.since),
                "reason": one.reason,
            }
            for one in (found.doubts if found else ())
        ],
        "rejections": [asdict(one) for one in (found.rejections if found else ())],
        "tests": [{"at": moment(one.at), "to": list(one.to), "digest": one.digest} for one in tests],
    }


def lines(found: Account, zone: tzinfo) -> list[str]:
    """The account as a person in this time zone reads it."""
    people = found.recipients
    counts = {name: number for name, number in asdict(people).items() if number and name != "selected"}
    parts = " + ".join(f"{number} {name.replace('_', ' ')}" for name, number in counts.items()) or "0"
    sign = "=" if people.balanced else "is NOT"
    shown = [
        f"{found.edition}: {_where(found, zone)}, by {found.transport}",
        f"{people.selected} selected {sign} {parts}",
    ]
    shown += [
        f"in doubt: batch {one.batch}, {counted(one.recipients, 'recipient')}, "
        f"since {clock(one.since, zone)}: {one.reason}"
        for one in found.doubts
    ]
    shown += [
        f"rejected: batch {one.batch}, {counted(one.recipients, 'recipient')}: {one.reason}"
        for one in found.rejections
    ]
    return shown


def _stands_still(found: Account) -> bool:
    """True where something is planned, not held back, and no process is at it."""
    busy = found.batches.get(State.CLAIMED) or found.batches.get(State.IN_FLIGHT)
    return bool(found.recipients.planned and not busy and not found.paused)


def _where(found: Account, zone: tzinfo) -> str:
    hour = f" for {clock(found.send_at, zone)}" if found.send_at and found.state == "scheduled" else ""
    held = ", paused: `producthead resume` lets it go" if found.paused else ""
    called = (
        ", calling back is not confirmed: `producthead send` goes on with it" if found.calling_back else ""
    )
    return f"{found.state}{hour}{held}{called}"


def moment(at: float) -> str:
    """Unix time as ISO 8601, in UTC."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def clock(at: float, zone: tzinfo) -> str:
    """Unix time as a person reads it, such as `2024-02-12 07:00 GMT`."""
    return f"{datetime.fromtimestamp(at, zone):%Y-%m-%d %H:%M %Z}"


def zone_of(project: Project) -> tzinfo:
    """The publication's time zone; UTC where its file can't be read."""
    from producthead_mail.content.loader import load_publication

    try:
        return load_publication(project).timezone
    except MailError:
        return UTC


def _report(
    project: Project,
    slug: str,
    digest: str,
    found: Account | None,
    tests: Sequence[TestSend],
    *,
    json: bool,
) -> None:
    if json:
        print_json(document(slug, digest, found, tests))
        return
    zone = zone_of(project)
    for line in lines(found, zone) if found else [f"{slug}: new, never sent"]:
        show(line)
    if found and _stands_still(found):
        option = "" if found.transport == "sendgrid" else f" --transport {found.transport}"
        waiting = counted(found.recipients.planned, "recipient")
        tell(
            f"nobody is sending to the {waiting} planned: `producthead send {slug}{option}` goes on with them"
        )
    if found and found.doubts:
        tell(f"run `producthead settle {slug}` to look for evidence, or to decide")
    if found and found.rejections:
        tell(
            "what SendGrid rejected it has not sent: mend what it says; "
            f"`producthead send {slug} --top-up` then tries these people again"
        )
    for one in tests:
        same = "these bytes" if one.digest == digest else "other bytes"
        show(f"tested: {clock(one.at, zone)} to {', '.join(one.to)} by {one.transport} ({same})")


def _one_person(project: Project, email: str, edition: str | None, *, json: bool) -> None:
    from producthead_mail.audience.address import normalise, recipient_id
    from producthead_mail.ledger.account import received

    try:
        address = normalise(email)
    except ValueError as error:
        raise InputError([Problem("--recipient", 0, 0, f"{email!r} is no address: {error}")]) from None
    found: list[Received] = []
    if has_ledger(project):
        with ledger_to_ask(project) as ledger:
            found = received(ledger, recipient_id(address, ledger.recipient_key))
            if edition is not None:
                slug = slug_of(project, ledger, edition)
                found = [one for one in found if one.edition == slug]
    if json:
        editions = [{**asdict(one), "at": moment(one.at)} for one in found]
        print_json({"recipient": address, "editions": editions})
        return
    zone = zone_of(project)
    for one in found:
        batch = f", batch {one.batch}" if one.batch else ""
        reason = f": {one.reason}" if one.reason else ""
        show(f"{one.edition}: {one.state} by {one.transport}{batch}, {clock(one.at, zone)}{reason}")
    if not found:
        tell("nothing was ever planned for this address")


def slug_of(project: Project, ledger: Ledger, edition: str | None) -> str:
    """The slug that was meant; editions that have an account need no file."""
    from producthead_mail.ledger.account import editions

    if edition in editions(ledger):
        return str(edition)
    return edition_path(project, edition).stem


def _digest(project: Project, slug: str) -> str:
    """The digest of an edition as its files are now; empty where they can't be rendered."""
    try:
        return load_path(project, edition_path(project, slug)).message.digest
    except MailError:
        return ""

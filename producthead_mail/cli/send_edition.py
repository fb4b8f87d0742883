"""`producthead send`: an edition to its audience, once; run again, it resumes where it stopped."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from producthead_mail.cli.check import gate
from producthead_mail.cli.console import counted, print_json, show, tell
from producthead_mail.cli.context import Loaded, edition_path, load_path
from producthead_mail.cli.progress import Progress
from producthead_mail.cli.status import document, lines, moment
from producthead_mail.cli.wiring import TransportName, ledger_of, transport_of
from producthead_mail.errors import AttentionError, Interrupted, MailError, Refusal, UsageError

if TYPE_CHECKING:
    from types import FrameType

    from producthead_mail.config import Project
    from producthead_mail.ledger.account import Account
    from producthead_mail.ledger.database import Ledger
    from producthead_mail.ledger.draft import Draft, Left
    from producthead_mail.ledger.plans import Plan
    from producthead_mail.rendering.message import Message
    from producthead_mail.sending.dispatcher import Dispatcher

FURTHEST_HOURS = 72
"""SendGrid keeps a request no longer before its send_at."""
SAMPLE_LINES = 6


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for."""

    project: Project
    transport: TransportName
    yes: bool
    json: bool


def send_edition(
    project: Project, edition: str | None, transport: TransportName, *, yes: bool, json: bool
) -> None:
    """Plans the edition unless it is planned, sends what is left, and reports the account."""
    from producthead_mail.content.loader import load_publication
    from producthead_mail.ledger.plans import find_plan

    order = Order(project, transport, yes, json)
    path = edition_path(project, edition)
    with (
        ledger_of(project) as ledger,
        transport_of(transport, project, load_publication(project)) as carrier,
    ):
        ledger.owners.enter()
        plan = find_plan(ledger, path.stem, transport)
        if plan is None:
            plan = _new_plan(order, ledger, load_path(project, path))
        else:
            _mention_plan(ledger, project, plan)
        message = _message(plan)
        with Progress(ledger, plan, quiet=json) as progress:
            from producthead_mail.sending.dispatcher import Dispatcher

            dispatcher = Dispatcher(
                ledger, plan.send_id, message, carrier, send_at=plan.send_at, on_event=progress.show
            )
            error = _run(dispatcher)
        _finish(order, ledger, plan, error)


def _new_plan(order: Order, ledger: Ledger, loaded: Loaded) -> Plan:
    """The plan of an edition that may go out, visible once the person has agreed."""
    from producthead_mail.ledger.plans import discard_plan, find_plan, publish_plan, start_plan, write_plan
    from producthead_mail.rendering.freeze import freeze

    if not order.yes and (order.json or not sys.stdin.isatty()):
        raise UsageError("there is no terminal to ask on: add --yes to send without being asked")
    _gate(order, loaded)
    slug, message = loaded.edition.slug, loaded.message
    send_id = start_plan(
        ledger,
        edition=slug,
        transport=order.transport,
        digest=message.digest,
        message=freeze(message),
        send_at=_send_at(loaded, ledger.now()),
    )
    try:
        write_plan(ledger, send_id, _parts(loaded, ledger, send_id))
        _confirm(order, ledger, loaded, send_id)
    except BaseException:
        discard_plan(ledger, send_id)
        raise
    publish_plan(ledger, send_id)  # where another process was first, its plan is found
    plan = find_plan(ledger, slug, order.transport)
    assert plan is not None
    return plan


def _gate(order: Order, loaded: Loaded) -> None:
    """Refusal unless the edition has no error and these very bytes are approved."""
    slug, digest = loaded.edition.slug, loaded.message.digest
    gate(loaded, "sent", json=order.json)
    if not loaded.edition.approved:
        raise Refusal(f"{slug}: not approved; test it, then run `producthead approve`")
    if loaded.edition.approved != digest:
        raise Refusal(f"{slug}: changed since it was approved; test it and run `producthead approve` again")


def _send_at(loaded: Loaded, now: float) -> float | None:
    """When SendGrid is to let it go; None for at once."""
    if loaded.edition.send_at is None:
        return None
    at = loaded.edition.send_at.timestamp()
    if at > now + FURTHEST_HOURS * 3600:
        raise Refusal(
            f"{loaded.edition.slug}: due at {loaded.edition.send_at.isoformat(sep=' ')}, but SendGrid "
            f"keeps mail for at most {FURTHEST_HOURS} hours; send it nearer to that, or change send_at"
        )
    return at if at > now else None


def _parts(loaded: Loaded, ledger: Ledger, send_id: int) -> Iterator[Draft | Left]:
    from producthead_mail.audience.select import select
    from producthead_mail.audience.sources import open_source
    from producthead_mail.sending.planner import drafts, refuse_unknown_fields

    source = open_source(loaded.publication)
    refuse_unknown_fields(loaded.message, source.columns, source.name)
    with closing(source.rows):  # a query left in the middle would keep its connection
        selected = select(source.rows, key=ledger.recipient_key, suppressed=lambda _: None)
        yield from drafts(loaded.message, selected, send_id, ledger.recipient_key)


def _confirm(order: Order, ledger: Ledger, loaded: Loaded, send_id: int) -> None:
    """Shows what is about to happen and asks; Refusal where the answer is no."""
    from producthead_mail.ledger.plans import plan_counts

    people, batches, left = plan_counts(ledger, send_id)
    if not people:
        raise Refusal(f"{loaded.edition.slug}: nobody is left to send to; see `producthead audience check`")
    if order.yes:
        return
    sender = loaded.message.sender
    subject, text = _sample(ledger, loaded.message, send_id)
    tell(f"Subject   {subject}")
    tell(f"From      {sender.name} <{sender.email}>")
    tell(
        f"To        {counted(people, 'recipient')}"
        + "".join(f", {n} {kind} left out" for kind, n in left.items())
    )
    tell(
        f"When      {loaded.edition.send_at or 'now'}, by {order.transport} in {counted(batches, 'request')}"
    )
    tell(
        f"Cost      {counted(people, 'credit')}"
        if order.transport is TransportName.SENDGRID
        else "Cost      none"
    )
    tell("Sample    as the first of them reads it:")
    for line in text:
        tell(f"          {line}")
    if not typer.confirm("Send it?", err=True):
        raise Refusal("not sent")


def _sample(ledger: Ledger, message: Message, send_id: int) -> tuple[str, list[str]]:
    """The subject and the first lines as the first recipient gets them."""
    import json

    from producthead_mail.ledger.moves import personalizations

    first = json.loads(personalizations(ledger, send_id, 1))[0]
    subject, text = message.subject, message.text
    for token, value in first.get("substitutions", {}).items():
        subject, text = subject.replace(token, value), text.replace(token, value)
    return subject, [line for line in text.splitlines() if line.strip()][:SAMPLE_LINES]


def _message(plan: Plan) -> Message:
    from producthead_mail.rendering.freeze import thaw

    return thaw(plan.message)


def _mention_plan(ledger: Ledger, project: Project, plan: Plan) -> None:
    """Says what is left of a plan, and where the files aren't what was planned: the frozen bytes go."""
    from producthead_mail.ledger.account import account

    slug = plan.edition
    found = account(ledger, slug, plan.transport)
    if not found or not found.recipients.planned:
        tell(f"{slug}: planned at {moment(plan.created_at)}; nothing is left to send")
        return
    tell(f"{slug}: planned at {moment(plan.created_at)}; going on with {found.recipients.planned} recipients")
    try:
        digest = load_path(project, edition_path(project, slug)).message.digest
    except MailError:
        digest = ""
    if digest != plan.digest:
        tell(f"{slug}: its files have changed since; the bytes that were planned are sent")


def _run(dispatcher: Dispatcher) -> MailError | None:
    """Sends until nothing is left; gives back what stopped it."""
    interrupted = False

    def stop(*_: int | FrameType | None) -> None:
        nonlocal interrupted
        interrupted = True
        dispatcher.stop()

    with _signals(stop):
        try:
            dispatcher.run()
        except MailError as error:
            return error
    return (
        Interrupted("interrupted; what was in flight is recorded: run it again to go on")
        if interrupted
        else None
    )


@contextmanager
def _signals(handler: object) -> Iterator[None]:
    """Ctrl-C and SIGTERM call the handler while the block runs."""
    kinds = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(kind, handler) for kind in kinds]  # type: ignore[arg-type]
    try:
        yield
    finally:
        for kind, old in zip(kinds, before, strict=True):
            signal.signal(kind, old)


def _finish(order: Order, ledger: Ledger, plan: Plan, error: MailError | None) -> None:
    """Reports the account, then raises what is left to attend to."""
    from producthead_mail.ledger.account import account
    from producthead_mail.ledger.proofs import past_tests

    ledger.compact()
    found = account(ledger, plan.edition, plan.transport)
    assert found is not None
    if order.json:
        print_json(document(plan.edition, found.digest, found, past_tests(ledger, plan.edition)))
    else:
        for line in lines(found):
            show(line)
    attention = _attention(found)
    if attention:
        raise AttentionError(f"{error}\n{attention}" if error else attention)
    if error:
        raise error


def _attention(found: Account) -> str:
    people = found.recipients
    words = []
    if people.in_doubt:
        words.append(f"{people.in_doubt} recipients are in doubt and are not sent to again by themselves")
    if people.rejected:
        words.append(f"{people.rejected} recipients were rejected")
    return f"{found.edition}: {'; '.join(words)}" if words else ""

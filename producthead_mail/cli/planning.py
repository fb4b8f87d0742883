"""Plans an edition that may go out: approved as it is, confirmed, whole or not at all."""

from __future__ import annotations

import gc
import json
import re
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from producthead_mail.cli.check import gate
from producthead_mail.cli.console import counted, tell
from producthead_mail.cli.context import Loaded
from producthead_mail.cli.status import clock
from producthead_mail.cli.suppressing import suppressed_for
from producthead_mail.cli.wiring import TransportName, audience_of
from producthead_mail.errors import Refusal, UsageError

if TYPE_CHECKING:
    from producthead_mail.config import Project
    from producthead_mail.content.publication import Publication
    from producthead_mail.ledger.database import Ledger
    from producthead_mail.ledger.draft import Draft, Left
    from producthead_mail.ledger.parts import Taken
    from producthead_mail.ledger.plans import Plan
    from producthead_mail.rendering.message import Message

FURTHEST_HOURS = 72
"""SendGrid keeps a request no longer before its send_at."""
SAMPLE_LINES = 6
RATE = re.compile(r"([1-9]\d{0,8})(?:/h)?")


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for."""

    project: Project
    transport: TransportName
    yes: bool = False
    json: bool = False
    at: str = ""
    """When, as written; empty: when the edition says."""
    now: bool = False
    """At once, whatever the edition says."""
    rate: int | None = None
    """Recipients an hour at most."""
    top_up: bool = False
    """To recipients added since it was planned."""
    aside: bool = False
    """One of several in a run: what is found goes to stderr."""


def read_rate(text: str | None) -> int | None:
    """The recipients an hour of `500/h`; UsageError else."""
    if text is None:
        return None
    found = RATE.fullmatch(text.strip())
    if not found:
        raise UsageError(f"--rate {text!r}: write it as recipients an hour, such as 5000/h")
    return int(found[1])


def plan_edition(order: Order, ledger: Ledger, loaded: Loaded) -> Plan:
    """The plan of an edition that may go out, visible once the person has agreed."""
    from producthead_mail.ledger.plans import discard_plan, find_plan, publish_plan, start_plan, write_plan
    from producthead_mail.ledger.terms import Terms, keep_terms
    from producthead_mail.rendering.freeze import freeze

    refuse_unasked(order)
    refuse_unapproved(order, loaded)
    slug, message = loaded.edition.slug, loaded.message
    send_at = _send_at(order, loaded, ledger.now())
    send_id = start_plan(
        ledger,
        edition=slug,
        transport=order.transport,
        digest=message.digest,
        message=freeze(message),
        send_at=send_at,
        rate=order.rate,
    )
    try:
        write_plan(ledger, send_id, parts(order, loaded.publication, message, ledger, send_id))
        confirm(order, loaded.publication, message, ledger, send_id, send_at)
        keep_terms(ledger, Terms(loaded.publication.sendgrid.region, loaded.publication.url))
    except BaseException:
        discard_plan(ledger, send_id)
        raise
    first = publish_plan(ledger, send_id)
    plan = find_plan(ledger, slug, order.transport)
    assert plan is not None
    if not first:
        tell(f"{slug}: another process planned it first; it goes {_when(loaded.publication, plan.send_at)}")
    return plan


def refuse_unasked(order: Order) -> None:
    """UsageError where the question can't be asked and wasn't answered beforehand."""
    if not order.yes and (order.json or not sys.stdin.isatty()):
        raise UsageError("there is no terminal to ask on: add --yes to send without being asked")


def refuse_unapproved(order: Order, loaded: Loaded) -> None:
    """Refusal unless the edition has no error and these very bytes are approved."""
    slug, digest = loaded.edition.slug, loaded.message.digest
    gate(loaded, "sent", json=order.json, aside=order.aside)
    if not loaded.edition.approved:
        raise Refusal(f"{slug}: not approved; test it, then run `producthead approve`")
    if loaded.edition.approved != digest:
        raise Refusal(f"{slug}: changed since it was approved; test it and run `producthead approve` again")


def refuse_unusable(project: Project, loaded: Loaded) -> None:
    """InputError where the audience has no recipient or not a slot's field; SendGrid is asked for no list."""
    from producthead_mail.audience.recipient import Recipient
    from producthead_mail.sending.planner import refuse_unknown_fields

    if loaded.publication.audience.sendgrid_list:
        return
    source = audience_of(project, loaded.publication)
    refuse_unknown_fields(loaded.message, source.columns, source.name)
    with closing(source.rows):
        next((row for row in source.usable_rows() if isinstance(row, Recipient)), None)


def _send_at(order: Order, loaded: Loaded, now: float) -> float | None:
    """When SendGrid is to let it go; None for at once."""
    from producthead_mail.content.moments import read_moment

    moment = loaded.edition.send_at
    if order.at:
        try:
            moment = read_moment(order.at, loaded.publication.timezone)
        except ValueError as error:
            raise UsageError(f"--at: {error}") from None
        if moment.timestamp() <= now:
            raise UsageError(f"--at {moment.isoformat(sep=' ')} has passed; use --now to send at once")
    if order.now or moment is None or moment.timestamp() <= now:
        return None
    if moment.timestamp() > now + FURTHEST_HOURS * 3600:
        if order.transport is TransportName.OUTBOX:
            return None  # a rehearsal days before
        raise Refusal(
            f"{loaded.edition.slug}: due at {moment.isoformat(sep=' ')}, but SendGrid keeps mail for at most "
            f"{FURTHEST_HOURS} hours; let `producthead dispatch` send it, or send it nearer to that, or --now"
        )
    return moment.timestamp()


def parts(
    order: Order,
    publication: Publication,
    message: Message,
    ledger: Ledger,
    send_id: int,
    taken: Taken | None = None,
) -> Iterator[Draft | Left]:
    """The batches of the whole audience, and who gets nothing; without those that are taken."""
    from producthead_mail.audience.select import select
    from producthead_mail.sending.planner import drafts, refuse_unknown_fields
    from producthead_mail.sending.top_up import added_since

    source = audience_of(order.project, publication)
    refuse_unknown_fields(message, source.columns, source.name)
    key = ledger.recipient_key
    # A query left in the middle would keep its connection.
    with closing(source.rows), _uncollected():
        suppressed = suppressed_for(order.transport, order.project, publication, ledger)
        selected = select(source.usable_rows(), key=key, suppressed=suppressed)
        wanted = added_since(selected, taken, key) if taken else selected
        yield from drafts(message, wanted, send_id, key)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Python looks for no cycles meanwhile: a plan makes none, and the search took a fifth of its time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def confirm(
    order: Order,
    publication: Publication,
    message: Message,
    ledger: Ledger,
    send_id: int,
    send_at: float | None,
) -> None:
    """Shows what is about to happen and asks; Refusal where the answer is no."""
    from producthead_mail.ledger.plans import plan_counts

    people, batches, left = plan_counts(ledger, send_id)
    if not people:
        raise Refusal(f"{message.edition}: nobody is left to send to; see `producthead audience check`")
    if order.yes:
        return
    subject, text = _sample(ledger, message, send_id)
    tell(f"Subject   {subject}")
    tell(f"From      {message.sender.name} <{message.sender.email}>")
    tell(
        f"To        {counted(people, 'recipient')}"
        + "".join(f", {n} {why} left out" for why, n in left.items())
    )
    tell(f"When      {_when(publication, send_at)}, by {order.transport} in {counted(batches, 'request')}")
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


def _when(publication: Publication, send_at: float | None) -> str:
    return "now" if send_at is None else clock(send_at, publication.timezone)


def _sample(ledger: Ledger, message: Message, send_id: int) -> tuple[str, list[str]]:
    """The subject and the first lines as the first recipient gets them."""
    from producthead_mail.ledger.moves import personalizations

    parts = personalizations(ledger, send_id, 1)
    assert parts is not None  # nobody has sent any of it yet
    first = json.loads(parts)[0]
    subject, text = message.subject, message.text
    for token, value in first.get("substitutions", {}).items():
        subject, text = subject.replace(token, value), text.replace(token, value)
    return subject, [line for line in text.splitlines() if line.strip()][:SAMPLE_LINES]

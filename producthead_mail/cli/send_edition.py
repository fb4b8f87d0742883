"""`producthead send`: an edition to its audience, once; run again, it resumes where it stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from producthead_mail.cli.console import counted, print_json, show, tell
from producthead_mail.cli.context import edition_path, load_path
from producthead_mail.cli.delivery import deliver
from producthead_mail.cli.planning import Order, plan_edition
from producthead_mail.cli.status import clock, document, lines, slug_of, zone_of
from producthead_mail.cli.top_up import plan_top_up
from producthead_mail.cli.wiring import api_of, ledger_of, publication_for, tell_kept, transport_of
from producthead_mail.errors import MailError, Refusal

if TYPE_CHECKING:
    from producthead_mail.config import Project
    from producthead_mail.ledger.account import Account
    from producthead_mail.ledger.database import Ledger
    from producthead_mail.ledger.plans import Plan


def send_edition(order: Order, edition: str | None) -> None:
    """Plans the edition unless it is planned, sends what is left, and reports the account."""
    from producthead_mail.ledger.plans import find_plan

    with ledger_of(order.project) as ledger:
        ledger.owners.enter()
        slug = slug_of(order.project, ledger, edition)  # what is planned goes on without its file, too
        publication, fault = publication_for(order.project, ledger)
        if fault and (order.top_up or find_plan(ledger, slug, order.transport) is None):
            raise fault
        tell_kept(fault)
        with transport_of(order.transport, order.project, publication) as carrier:
            if order.top_up:
                plan_top_up(order, publication, ledger, slug)
            plan = _plan(order, ledger, slug, edition)
            api = api_of(order.transport, order.project, publication)
            found, error = deliver(ledger, plan, carrier, api, quiet=order.json)
        _report(order, ledger, found)
        if error:
            raise error


def _plan(order: Order, ledger: Ledger, slug: str, edition: str | None) -> Plan:
    """The plan that is there, else a new one; Refusal where it may not go on."""
    from producthead_mail.ledger.plans import find_plan, set_rate

    plan = find_plan(ledger, slug, order.transport)
    if plan is None:
        return plan_edition(
            order, ledger, load_path(order.project, edition_path(order.project, edition or slug))
        )
    _refuse_changes(order, plan)
    _mention(ledger, order.project, plan)
    if order.rate:
        set_rate(ledger, plan.send_id, order.rate)
    return plan


def _refuse_changes(order: Order, plan: Plan) -> None:
    if plan.state == "cancelled":
        raise Refusal(f"{plan.edition}: cancelled; what was cancelled is not sent")
    if plan.state == "paused":
        raise Refusal(f"{plan.edition}: paused; run `producthead resume {plan.edition}` first")
    if order.at or order.now:
        hour = clock(plan.send_at, zone_of(order.project)) if plan.send_at else "at once"
        raise Refusal(f"{plan.edition}: already planned, to go {hour}; `producthead cancel` ends that")


def _mention(ledger: Ledger, project: Project, plan: Plan) -> None:
    """Says what is left of a plan, and where the files aren't what was planned: the frozen bytes go."""
    from producthead_mail.ledger.account import account

    slug, since = plan.edition, clock(plan.created_at, zone_of(project))
    found = account(ledger, slug, plan.transport)
    if not found or not found.recipients.planned:
        tell(f"{slug}: planned at {since}; nothing is left to send")
        return
    people = counted(found.recipients.planned, "recipient")
    tell(f"{slug}: planned at {since}; going on with {people}")
    try:
        digest = load_path(project, edition_path(project, slug)).message.digest
    except MailError:
        tell(f"{slug}: its files are gone or have faults now; the bytes that were planned are sent")
        return
    if digest != plan.digest:
        tell(f"{slug}: its files have changed since; the bytes that were planned are sent")


def _report(order: Order, ledger: Ledger, found: Account) -> None:
    from producthead_mail.ledger.proofs import past_tests

    if order.json:
        print_json(document(found.edition, found.digest, found, past_tests(ledger, found.edition)))
        return
    for line in lines(found, zone_of(order.project)):
        show(line)

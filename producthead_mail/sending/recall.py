"""The curator's undo: cancel, pause and resume an edition, as far as SendGrid lets go of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from producthead_mail.audience.api import Api
from producthead_mail.ledger import groups as ledger_groups
from producthead_mail.ledger.account import Account, account
from producthead_mail.ledger.database import Ledger
from producthead_mail.ledger.groups import Group
from producthead_mail.ledger.moves import cancel_planned, reap
from producthead_mail.ledger.plans import Plan, set_state
from producthead_mail.ledger.states import State
from producthead_mail.sending.fence import LAST_SECONDS, call_back, set_status, status_of, words

DRAIN_SECONDS = 70.0
"""Longer than a request may take: what is in flight has its answer by then."""


@dataclass(frozen=True, slots=True)
class Recall:
    """What was stopped, and what could not be."""

    recipients: int = 0
    gone: int = 0
    """Recipients whose mail has left for good."""
    refused: tuple[str, ...] = ()


def cancel(
    ledger: Ledger, plan: Plan, api: Api | None, sleep: Callable[[float], object] = time.sleep
) -> Recall:
    """Cancels what has not gone; nothing more of the plan is sent in any case."""
    set_state(ledger, plan.send_id, "ready", "paused")
    if busy := _drain(ledger, plan, sleep):
        return Recall(refused=(busy,))
    stopped = cancel_planned(ledger, plan.send_id)
    refused = []
    for group in _open_groups(ledger, plan, api):
        assert api is not None
        reason = call_back(ledger, plan, api, group)
        if reason:
            refused.append(reason)
        else:
            stopped += ledger_groups.cancel_group(ledger, plan.send_id, group.number)
    if not refused:
        set_state(ledger, plan.send_id, "paused", "cancelled")
    people = _account(ledger, plan).recipients
    return Recall(stopped, people.accepted + people.in_doubt, tuple(refused))


def pause(ledger: Ledger, plan: Plan, api: Api | None) -> Recall:
    """Holds back what has not gone, until resumed."""
    set_state(ledger, plan.send_id, "ready", "paused")
    refused = []
    for group in _open_groups(ledger, plan, api):
        assert api is not None
        if not _in_time(ledger, plan):
            refused.append(f"group {group.number}: less than ten minutes before its hour")
        elif reason := set_status(api, group.batch_id, "pause"):
            refused.append(f"group {group.number}: {reason}")
    people = _account(ledger, plan).recipients
    return Recall(people.planned, people.accepted + people.in_doubt, tuple(refused))


def resume(ledger: Ledger, plan: Plan, api: Api | None) -> Recall:
    """Lets go of what was held back."""
    refused = []
    for group in _open_groups(ledger, plan, api):
        assert api is not None
        if status_of(api, group.batch_id) != "pause":
            continue
        reply = api.call("DELETE", f"user/scheduled_sends/{group.batch_id}")
        if reply.status != 204:
            refused.append(f"group {group.number}: {words(reply)}")
    if not refused:
        set_state(ledger, plan.send_id, "paused", "ready")
    return Recall(_account(ledger, plan).recipients.planned, 0, tuple(refused))


def _open_groups(ledger: Ledger, plan: Plan, api: Api | None) -> list[Group]:
    """Groups that may still wait at SendGrid for their hour."""
    if api is None or plan.send_at is None or plan.send_at < ledger.now():
        return []
    return [group for group in ledger_groups.groups(ledger, plan.send_id) if group.state != "cancelled"]


def _in_time(ledger: Ledger, plan: Plan) -> bool:
    return plan.send_at is not None and plan.send_at - ledger.now() >= LAST_SECONDS


def _drain(ledger: Ledger, plan: Plan, sleep: Callable[[float], object]) -> str:
    """Waits until nothing of the plan is in flight; empty then, else why it is not."""
    for _ in range(int(DRAIN_SECONDS)):
        reap(ledger)
        batches = _account(ledger, plan).batches
        if not (batches.get(State.CLAIMED) or batches.get(State.IN_FLIGHT)):
            return ""
        sleep(1)
    return "another process is still sending; nothing more is begun: run it again in a minute"


def _account(ledger: Ledger, plan: Plan) -> Account:
    found = account(ledger, plan.edition, plan.transport)
    assert found is not None
    return found

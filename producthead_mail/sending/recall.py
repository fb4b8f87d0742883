"""The curator's undo: cancel, pause and resume an edition, as far as SendGrid lets go of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from producthead_mail.audience.api import Api, refusal
from producthead_mail.ledger import groups as ledger_groups
from producthead_mail.ledger.account import Account, account
from producthead_mail.ledger.database import Ledger
from producthead_mail.ledger.groups import Group
from producthead_mail.ledger.moves import cancel_planned, reap
from producthead_mail.ledger.plans import Plan, plans_of, set_state
from producthead_mail.ledger.states import State
from producthead_mail.sending.fence import TOO_LATE, call_back, seconds_left, set_status, status_of

DRAIN_SECONDS = 70.0
"""Longer than a request may take: what is in flight has its answer by then."""
HELD_SECONDS = 72 * 3600
"""SendGrid discards paused mail so long after its hour (its documentation of scheduled sends)."""
KNOWN_SECONDS = 10 * 24 * 3600
"""SendGrid knows a group so long at most (its documentation of batch ids)."""


@dataclass(frozen=True, slots=True)
class Recall:
    """What was stopped or held back, and what could not be."""

    recipients: int = 0
    gone: int = 0
    """Recipients whose mail has left for good."""
    refused: tuple[str, ...] = ()
    discarded: int = 0
    """Recipients whose mail was held for so long that SendGrid threw it away."""
    doubted: int = 0
    """Recipients of whom nobody knows whether their mail has left."""


def cancel(
    ledger: Ledger, parts: Sequence[Plan], api: Api | None, sleep: Callable[[float], object] = time.sleep
) -> Recall:
    """Cancels what has not gone of an edition's parts; nothing more of them is sent in any case."""
    parts = _hold(ledger, parts)
    if busy := _drain(ledger, parts, sleep):
        return Recall(refused=(busy,))
    done = [_cancel(ledger, plan, api) for plan in parts]
    people = _account(ledger, parts).recipients
    stopped = sum(one.recipients for one in done)
    return Recall(stopped, people.accepted, _refusals(done), doubted=people.in_doubt)


def pause(ledger: Ledger, parts: Sequence[Plan], api: Api | None) -> Recall:
    """Holds back what has not gone of an edition's parts, until resumed."""
    parts = _hold(ledger, parts)
    done = [_pause(ledger, plan, api) for plan in parts]
    people = _account(ledger, parts).recipients
    held = sum(one.recipients for one in done)
    return Recall(people.planned + held, people.accepted + people.in_doubt - held, _refusals(done))


def resume(ledger: Ledger, parts: Sequence[Plan], api: Api | None) -> Recall:
    """Lets go of what was held back of an edition's parts."""
    done = [_resume(ledger, plan, api) for plan in parts]
    discarded = sum(one.discarded for one in done)
    return Recall(_account(ledger, parts).recipients.planned, 0, _refusals(done), discarded)


def _hold(ledger: Ledger, parts: Sequence[Plan]) -> Sequence[Plan]:
    """Every part there is, once nothing more of any is claimed."""
    known: set[int] = set()
    while new := [plan for plan in parts if plan.send_id not in known]:
        for plan in new:
            set_state(ledger, plan.send_id, "ready", "paused")
        known |= {plan.send_id for plan in new}
        # A top-up may have become visible since; with the first part held no other does.
        parts = plans_of(ledger, parts[0].edition, parts[0].transport)
    ledger.outwait()  # who saw it ready has its batch by now, and is waited for
    return parts


def _cancel(ledger: Ledger, plan: Plan, api: Api | None) -> Recall:
    stopped = cancel_planned(ledger, plan.send_id)
    refused = []
    for group in _open_groups(ledger, plan, api):
        assert api is not None
        reason = _call_off(ledger, plan, api, group)
        if reason is None:
            stopped += ledger_groups.cancel_group(ledger, plan.send_id, group.number)
        elif reason:
            refused.append(reason)
    stopped += cancel_planned(ledger, plan.send_id)  # what a round that was under way has planned anew
    if not refused:
        set_state(ledger, plan.send_id, "paused", "cancelled")
    return Recall(stopped, refused=tuple(refused))


def _call_off(ledger: Ledger, plan: Plan, api: Api, group: Group) -> str | None:
    """None once SendGrid confirms that the group is cancelled, else why not; empty where it has gone out."""
    if not _past(ledger, plan):
        return call_back(ledger, plan, api, group) or None
    status = status_of(api, group.batch_id)
    if status:
        ledger_groups.begin_calling_back(ledger, plan.send_id, group.number)
    if status == "pause":
        # It was held over its hour: nothing but `resume` would have let it go.
        set_status(api, group.batch_id, "cancel", HELD_SECONDS)
    elif not status and group.state == "open":
        return ""
    return call_back(ledger, plan, api, replace(group, state="cancelling")) or None


def _pause(ledger: Ledger, plan: Plan, api: Api | None) -> Recall:
    held, refused = 0, []
    for group in [] if _past(ledger, plan) else _open_groups(ledger, plan, api):
        assert api is not None
        within = seconds_left(ledger, plan)
        if within <= 0:
            refused.append(f"group {group.number}: {TOO_LATE}")
        elif reason := set_status(api, group.batch_id, "pause", within):
            refused.append(f"group {group.number}: {reason}")
        else:
            held += ledger_groups.waiting(ledger, plan.send_id, group.number)
    return Recall(held, refused=tuple(refused))


def _resume(ledger: Ledger, plan: Plan, api: Api | None) -> Recall:
    refused, discarded = [], 0
    for group in _open_groups(ledger, plan, api):
        assert api is not None
        status = status_of(api, group.batch_id)
        if _thrown_away(ledger, plan, status):
            reason = _call_off(ledger, plan, api, group)
            if reason is None:
                discarded += ledger_groups.cancel_group(ledger, plan.send_id, group.number)
        else:
            reason = _let_go(ledger, plan, api, group, status)
        if reason:
            refused.append(reason)
    if not refused:
        set_state(ledger, plan.send_id, "paused", "ready")
    return Recall(refused=tuple(refused), discarded=discarded)


def _thrown_away(ledger: Ledger, plan: Plan, status: str) -> bool:
    """True where SendGrid let nothing of such a group go, and never will."""
    kept = {"pause": HELD_SECONDS, "cancel": 0}
    return status in kept and (plan.send_at or 0) + kept[status] < ledger.now()


def _let_go(ledger: Ledger, plan: Plan, api: Api, group: Group, status: str) -> str:
    """Empty once a group goes out at its hour, or went; else why it does not."""
    if status == "cancel" and seconds_left(ledger, plan) <= 0:
        return f"group {group.number}: it is being cancelled, and {TOO_LATE}"
    if not status and group.state == "cancelling" and _past(ledger, plan):
        return call_back(ledger, plan, api, group)
    if status:
        reply = api.call("DELETE", f"user/scheduled_sends/{group.batch_id}")
        if reply.status != 204:
            return f"group {group.number}: {refusal(reply)}"
    # What a cancelling that was cut off has begun.
    ledger_groups.stop_calling_back(ledger, plan.send_id, group.number)
    return ""


def _refusals(done: Sequence[Recall]) -> tuple[str, ...]:
    return tuple(reason for one in done for reason in one.refused)


def _open_groups(ledger: Ledger, plan: Plan, api: Api | None) -> list[Group]:
    """Groups that may still lie at SendGrid."""
    if api is None or plan.send_at is None or plan.send_at + KNOWN_SECONDS < ledger.now():
        return []
    return [group for group in ledger_groups.groups(ledger, plan.send_id) if group.state != "cancelled"]


def _past(ledger: Ledger, plan: Plan) -> bool:
    return plan.send_at is not None and plan.send_at <= ledger.now()


def _drain(ledger: Ledger, parts: Sequence[Plan], sleep: Callable[[float], object]) -> str:
    """Waits until nothing of the edition is in flight; empty then, else why it is not."""
    for _ in range(int(DRAIN_SECONDS)):
        reap(ledger)
        batches = _account(ledger, parts).batches
        if not (batches.get(State.CLAIMED) or batches.get(State.IN_FLIGHT)):
            return ""
        sleep(1)
    return "another process is still sending; nothing more is begun: run it again in a minute"


def _account(ledger: Ledger, parts: Sequence[Plan]) -> Account:
    found = account(ledger, parts[0].edition, parts[0].transport)
    assert found is not None
    return found

"""The way out of doubt before an edition's hour: call back a group, prove it, plan its people anew.

What SendGrid was asked to hold back until `send_at` can be cancelled by group until ten minutes
before; whether or not a lost request had arrived, it is then discarded. So nobody is in doubt.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from producthead_mail.audience.api import Api, refusal
from producthead_mail.errors import OutsideError
from producthead_mail.ledger import groups as ledger_groups
from producthead_mail.ledger.database import Ledger
from producthead_mail.ledger.groups import Group
from producthead_mail.ledger.moves import under_way
from producthead_mail.ledger.plans import Plan, something_left
from producthead_mail.sending.planner import renamed

LEAD_SECONDS = 15 * 60
"""An edition submitted later than this before its hour goes without groups."""
LAST_SECONDS = 10 * 60
"""SendGrid guarantees a cancellation only until then (its OpenAPI document, cancel scheduled sends)."""
REQUEST_SECONDS = 60
"""A request that is begun may take so long to arrive (the client's time-out)."""
GROUPS = 8
"""SendGrid holds at most ten paused or cancelled: these leave one for a second round, one for a top-up."""
GROUPS_OF_A_TOP_UP = 1
SLOTS = "it holds ten, and one is free again once the hour of its group has passed"
TOO_LATE = "less than ten minutes before its hour, when SendGrid cancels and holds nothing"


@dataclass(frozen=True, slots=True)
class Round:
    """What one round of calling back came to."""

    replanned: int = 0
    """Recipients planned anew."""
    refused: tuple[str, ...] = ()
    """Why groups could not be called back; their doubt stays."""


def prepare(ledger: Ledger, plan: Plan, api: Api) -> int:
    """Divides an edition that waits for its hour into groups; how many, 0 where it goes without."""
    if plan.send_at is None or plan.send_at - ledger.now() < LEAD_SECONDS:
        return 0
    batches = ledger_groups.ungrouped_batches(ledger, plan.send_id)
    if not batches:
        return 0
    most = GROUPS if plan.part == 1 else GROUPS_OF_A_TOP_UP
    names = [new_group(api) for _ in range(min(most, batches))]
    ledger_groups.make_groups(ledger, plan.send_id, names)
    return len(names)


def new_group(api: Api) -> str:
    """SendGrid's name for a new, empty group."""
    reply = api.call("POST", "mail/batch")
    if reply.status != 201 or not isinstance(reply.body, dict) or "batch_id" not in reply.body:
        raise OutsideError(f"SendGrid made no send group: {refusal(reply)}")
    return str(reply.body["batch_id"])


def fence(ledger: Ledger, plan: Plan, api: Api) -> Round:
    """Calls back every group with a doubt and plans its people anew, once all batches were submitted."""
    doubted = ledger_groups.doubted_groups(ledger, plan.send_id)
    if plan.send_at is None or not doubted or not _alone(ledger, plan, doubted):
        return Round()
    called, refused = _ask(ledger, plan, api, doubted)
    if not called:
        return Round(refused=tuple(refused))
    fresh = new_group(api)
    moved = [
        ledger_groups.replace_group(ledger, plan.send_id, group.number, fresh, renamed) for group in called
    ]
    return Round(sum(moved), tuple(refused))


def call_back(ledger: Ledger, plan: Plan, api: Api, group: Group) -> str:
    """Empty once SendGrid confirms that the group is cancelled, else why it is not.

    What was begun is recorded first: a crash in between leaves a group that is asked about again.
    """
    assert plan.send_at is not None
    within = seconds_left(ledger, plan)
    if group.state == "open":
        if within <= 0:
            ledger_groups.stop_calling_back(ledger, plan.send_id, group.number)  # SendGrid wasn't asked
            return f"group {group.number}: {TOO_LATE}"
        ledger_groups.begin_calling_back(ledger, plan.send_id, group.number)
    refused = set_status(api, group.batch_id, "cancel", within) if within > 0 else ""
    if status_of(api, group.batch_id) == "cancel":
        return ""
    if plan.send_at <= ledger.now():
        # No news of it proves nothing any more: it stays begun, or its people would pass for reached.
        return f"group {group.number}: its hour has passed, and SendGrid doesn't say that it was cancelled"
    if within > 0 and not refused:
        # It agreed and doesn't show it yet: taken for open, its people would pass for reached.
        return f"group {group.number}: SendGrid agreed to cancel it and does not confirm it yet"
    ledger_groups.stop_calling_back(ledger, plan.send_id, group.number)
    return f"group {group.number}: {refused or TOO_LATE}"


def seconds_left(ledger: Ledger, plan: Plan) -> float:
    """Seconds in which a request to cancel or hold has to begin to arrive in time; may be negative."""
    return (plan.send_at or 0) - LAST_SECONDS - REQUEST_SECONDS - ledger.now()


def set_status(api: Api, batch_id: str, status: str, within: float) -> str:
    """Asks SendGrid to cancel or pause a group; empty where it agreed, else its words.

    No try begins after `within` seconds: a late one could take effect or not, and nobody would know.
    """
    end = time.monotonic() + within
    reply = api.call(
        "POST", "user/scheduled_sends", body={"batch_id": batch_id, "status": status}, within=within
    )
    if reply.status == 400 and "PATCH" in refusal(reply):
        # It has a status already: a second POST is refused (sendgrid-nodejs#1245).
        left = end - time.monotonic()
        reply = api.call("PATCH", f"user/scheduled_sends/{batch_id}", body={"status": status}, within=left)
    if reply.status in {201, 204}:
        return ""
    full = f"; {SLOTS}" if "maximum number" in refusal(reply) else ""
    return f"{refusal(reply)}{full}"


def status_of(api: Api, batch_id: str) -> str:
    """`cancel` or `pause`; empty where the group is to go out at its hour."""
    reply = api.call("GET", f"user/scheduled_sends/{batch_id}")
    found = reply.body if isinstance(reply.body, list) else []
    return next((str(one.get("status")) for one in found if one.get("batch_id") == batch_id), "")


def _ask(ledger: Ledger, plan: Plan, api: Api, doubted: Sequence[Group]) -> tuple[list[Group], list[str]]:
    """The groups that are cancelled now, and why others are not."""
    called, refused = [], []
    unasked = {group.number for group in doubted if group.state == "open"}
    try:
        for group in doubted:
            unasked.discard(group.number)
            if reason := call_back(ledger, plan, api, group):
                refused.append(reason)
            else:
                called.append(group)
    finally:
        for number in unasked:
            ledger_groups.stop_calling_back(ledger, plan.send_id, number)
    return called, refused


def _alone(ledger: Ledger, plan: Plan, doubted: Sequence[Group]) -> bool:
    """True once a round is recorded as begun that nothing is submitted beside.

    All of its groups at once, before SendGrid is asked: what a person decides to send again meanwhile must
    not be planned in a group that is about to be discarded.
    """
    if _submitting(ledger, plan):
        return False
    fresh = [group for group in doubted if group.state == "open" and seconds_left(ledger, plan) > 0]
    for group in fresh:
        ledger_groups.begin_calling_back(ledger, plan.send_id, group.number)
    if not _submitting(ledger, plan):
        return True
    for group in fresh:
        ledger_groups.stop_calling_back(ledger, plan.send_id, group.number)
    return False


def _submitting(ledger: Ledger, plan: Plan) -> bool:
    """True while this part of the edition is on its way: one round calls back all that is in doubt."""
    return something_left(ledger, plan.send_id) or under_way(ledger, plan.send_id)

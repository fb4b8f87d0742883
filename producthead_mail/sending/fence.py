"""The way out of doubt before an edition's hour: call back a group, prove it, plan its people anew.

What SendGrid was asked to hold back until `send_at` can be cancelled by group until ten minutes
before; whether or not a lost request had arrived, it is then discarded. So nobody is in doubt.
"""

from __future__ import annotations

from dataclasses import dataclass

from producthead_mail.audience.api import Api, Reply
from producthead_mail.errors import OutsideError
from producthead_mail.ledger import groups as ledger_groups
from producthead_mail.ledger.account import account
from producthead_mail.ledger.database import Ledger
from producthead_mail.ledger.groups import Group
from producthead_mail.ledger.plans import Plan
from producthead_mail.ledger.states import State
from producthead_mail.sending.planner import renamed

LEAD_SECONDS = 15 * 60
"""An edition submitted later than this before its hour goes without groups."""
LAST_SECONDS = 10 * 60
"""SendGrid guarantees a cancellation only until then (its OpenAPI document, cancel scheduled sends)."""
GROUPS = 8
"""SendGrid holds at most ten groups paused or cancelled: these leave two for groups of a second round."""


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
    names = [new_group(api) for _ in range(min(GROUPS, batches))]
    ledger_groups.make_groups(ledger, plan.send_id, names)
    return len(names)


def new_group(api: Api) -> str:
    """SendGrid's name for a new, empty group."""
    reply = api.call("POST", "mail/batch")
    if reply.status != 201 or not isinstance(reply.body, dict) or "batch_id" not in reply.body:
        raise OutsideError(f"SendGrid made no send group: {words(reply)}")
    return str(reply.body["batch_id"])


def fence(ledger: Ledger, plan: Plan, api: Api) -> Round:
    """Calls back every group with a doubt and plans its people anew, once all batches were submitted."""
    doubted = ledger_groups.doubted_groups(ledger, plan.send_id)
    if plan.send_at is None or not doubted or _submitting(ledger, plan):
        return Round()
    called, refused = [], []
    for group in doubted:
        reason = call_back(ledger, plan, api, group)
        if reason:
            refused.append(reason)
        else:
            called.append(group)
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
    if group.state == "open":
        if plan.send_at - ledger.now() < LAST_SECONDS:
            return f"group {group.number}: less than ten minutes before its hour, SendGrid cancels nothing"
        ledger_groups.begin_calling_back(ledger, plan.send_id, group.number)
    refusal = ""
    if plan.send_at - ledger.now() >= LAST_SECONDS:
        refusal = set_status(api, group.batch_id, "cancel")
    if status_of(api, group.batch_id) == "cancel":
        return ""
    if plan.send_at <= ledger.now():
        # No news of it proves nothing any more: it stays begun, or its people would pass for reached.
        return f"group {group.number}: its hour has passed, and SendGrid doesn't say that it was cancelled"
    ledger_groups.stop_calling_back(ledger, plan.send_id, group.number)
    return f"group {group.number}: {refusal or 'SendGrid does not confirm that it is cancelled'}"


def set_status(api: Api, batch_id: str, status: str) -> str:
    """Asks SendGrid to cancel or pause a group; empty where it agreed, else its words."""
    reply = api.call("POST", "user/scheduled_sends", body={"batch_id": batch_id, "status": status})
    if reply.status == 400 and "PATCH" in words(reply):
        # It has a status already: a second POST is refused (sendgrid-nodejs#1245).
        reply = api.call("PATCH", f"user/scheduled_sends/{batch_id}", body={"status": status})
    return "" if reply.status in {201, 204} else words(reply)


def status_of(api: Api, batch_id: str) -> str:
    """`cancel` or `pause`; empty where the group is to go out at its hour."""
    reply = api.call("GET", f"user/scheduled_sends/{batch_id}")
    found = reply.body if isinstance(reply.body, list) else []
    return next((str(one.get("status")) for one in found if one.get("batch_id") == batch_id), "")


def words(reply: Reply) -> str:
    """What SendGrid said, on one line."""
    errors = reply.body.get("errors") if isinstance(reply.body, dict) else None
    said = "; ".join(str(one.get("message")) for one in errors or [] if isinstance(one, dict))
    return said or f"SendGrid answered {reply.status}"


def _submitting(ledger: Ledger, plan: Plan) -> bool:
    found = account(ledger, plan.edition, plan.transport)
    under_way = (State.PLANNED, State.CLAIMED, State.IN_FLIGHT)
    return found is not None and any(found.batches.get(state) for state in under_way)

"""`producthead send --top-up`: a sent edition to the recipients added since, as a further part of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from producthead_mail.cli.console import counted, tell
from producthead_mail.cli.planning import Order, confirm, parts, refuse_unasked
from producthead_mail.errors import Refusal

if TYPE_CHECKING:
    from collections import Counter

    from producthead_mail.content.publication import Publication
    from producthead_mail.ledger.database import Ledger
    from producthead_mail.ledger.plans import Plan
    from producthead_mail.ledger.states import Exclusion


def plan_top_up(order: Order, publication: Publication, ledger: Ledger, slug: str) -> None:
    """Plans one more part with the frozen message of the first; nothing where nobody was added."""
    from producthead_mail.ledger.parts import Taken
    from producthead_mail.ledger.plans import discard_plan, plan_counts, plans_of, publish_plan, write_plan
    from producthead_mail.rendering.freeze import thaw

    earlier = plans_of(ledger, slug, order.transport)
    _refuse(slug, earlier)
    refuse_unasked(order)
    message = thaw(earlier[0].message)
    send_id = _start(order, ledger, earlier)
    try:
        taken = Taken(ledger, [plan.send_id for plan in earlier])
        write_plan(ledger, send_id, parts(order, publication, message, ledger, send_id, taken))
        people, _, left = plan_counts(ledger, send_id)
        if people:
            confirm(order, publication, message, ledger, send_id, None)
    except BaseException:
        discard_plan(ledger, send_id)
        raise
    if not people:
        discard_plan(ledger, send_id)
        tell(f"{slug}: nobody was added since{_aside(left)}")
    elif publish_plan(ledger, send_id):
        tell(f"{slug}: {counted(people, 'recipient')} added since{_aside(left)}")
    else:
        tell(f"{slug}: another process was first; run it again to see who is left")


def _start(order: Order, ledger: Ledger, earlier: list[Plan]) -> int:
    """The id of the new part, which waits for the edition's hour where that is to come."""
    from producthead_mail.ledger.plans import start_plan

    first = earlier[0]
    return start_plan(
        ledger,
        edition=first.edition,
        transport=first.transport,
        digest=first.digest,
        message=first.message,
        send_at=earlier[0].send_at,
        rate=order.rate,
        part=earlier[-1].part + 1,
    )


def _refuse(slug: str, earlier: list[Plan]) -> None:
    if not earlier:
        raise Refusal(f"{slug}: not sent yet; leave out --top-up")
    for state, remedy in (
        ("cancelled", "what was cancelled is not sent"),
        ("paused", f"run `producthead resume {slug}` first"),
    ):
        if any(plan.state == state for plan in earlier):
            raise Refusal(f"{slug}: {state}; {remedy}")


def _aside(left: Counter[Exclusion]) -> str:
    words = ", ".join(f"{number} {why}" for why, number in left.items())
    return f"; {words} left out" if words else ""

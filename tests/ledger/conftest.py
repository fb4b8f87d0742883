"""Plans to put into a ledger."""

import json
from collections.abc import Callable, Sequence

import pytest

from producthead_mail.ledger.database import Ledger
from producthead_mail.ledger.draft import Draft, Left, batch_name
from producthead_mail.ledger.plans import publish_plan, start_plan, write_plan

Planner = Callable[..., int]


def draft(send_id: int, seq: int, rids: Sequence[int]) -> Draft:
    name = batch_name(send_id, seq)
    parts = [{"to": [{"email": f"r{rid}@example.org"}], "custom_args": {"batch": name}} for rid in rids]
    return Draft(tuple(rids), json.dumps(parts).encode())


def make_plan(
    ledger: Ledger,
    *batches: Sequence[int],
    edition: str = "one",
    transport: str = "sendgrid",
    left: Sequence[Left] = (),
    send_at: float | None = None,
) -> int:
    send_id = start_plan(
        ledger, edition=edition, transport=transport, digest="d" * 64, message=b"frozen", send_at=send_at
    )
    write_plan(ledger, send_id, [*left, *(draft(send_id, seq, rids) for seq, rids in enumerate(batches, 1))])
    assert publish_plan(ledger, send_id)
    return send_id


@pytest.fixture
def plan(ledger: Ledger) -> Planner:
    return lambda *batches, **options: make_plan(ledger, *batches, **options)

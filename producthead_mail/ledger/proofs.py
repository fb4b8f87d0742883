"""What an approval rests on: which bytes were test-sent, when and to whom; and who approved without."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select

from producthead_mail.ledger.database import Ledger
from producthead_mail.ledger.schema import approval, test_send


@dataclass(frozen=True, slots=True)
class TestSend:
    """One test send that was accepted."""

    digest: str
    transport: str
    to: tuple[str, ...]
    at: float


def record_test(ledger: Ledger, edition: str, digest: str, transport: str, to: Sequence[str]) -> None:
    """Records that these bytes went to these people as a test."""
    with ledger.writing() as connection:
        connection.execute(
            insert(test_send).values(
                edition=edition,
                digest=digest,
                transport=transport,
                recipients=json.dumps(list(to)),
                at=ledger.now(),
            )
        )


def past_tests(ledger: Ledger, edition: str) -> list[TestSend]:
    """All test sends of an edition, oldest first."""
    with ledger.reading() as connection:
        rows = connection.execute(
            select(test_send).where(test_send.c.edition == edition).order_by(test_send.c.id)
        ).all()
    return [TestSend(row.digest, row.transport, tuple(json.loads(row.recipients)), row.at) for row in rows]


def record_approval(ledger: Ledger, edition: str, digest: str, untested: str) -> None:
    """Records the approval of these bytes, with the reason where they were not tested."""
    with ledger.writing() as connection:
        connection.execute(
            insert(approval).values(edition=edition, digest=digest, untested=untested, at=ledger.now())
        )

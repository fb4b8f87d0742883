"""Suppressions in the ledger: by id, by kind, and as quickly for many."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from producthead_mail.ledger.database import Ledger
from producthead_mail.ledger.suppressions import (
    BUCKET,
    Pulled,
    Suppressed,
    Suppression,
    add,
    counts,
    forget_unseen,
    known,
    note_pull,
    pulled,
)

BOUNCED = Suppression(7, "bounce", "bounced: 550 no such user", 100.0)
LEFT = Suppression(7, "asm:12345", "left the unsubscribe group", 100.0)


def test_nobody_is_suppressed_at_first(ledger: Ledger) -> None:
    assert (counts(ledger), known(ledger, 7), Suppressed(ledger)(7)) == ({}, [], None)


def test_all_reasons_are_told(ledger: Ledger) -> None:
    add(ledger, [BOUNCED, LEFT, Suppression(8, "local", "asked by post", 1.0)])
    assert counts(ledger) == {"asm:12345": 1, "bounce": 1, "local": 1}
    assert known(ledger, 7) == [LEFT, BOUNCED]
    assert Suppressed(ledger)(7) == "left the unsubscribe group; bounced: 550 no such user"


def test_what_is_said_again_replaces_the_reason_and_keeps_the_later_time(ledger: Ledger) -> None:
    add(ledger, [BOUNCED])
    add(ledger, [Suppression(7, "bounce", "bounced: 552 mailbox full", 50.0)])
    assert known(ledger, 7) == [Suppression(7, "bounce", "bounced: 552 mailbox full", 100.0)]


def test_one_address_twice_on_a_page_is_one_suppression(ledger: Ledger) -> None:
    add(ledger, [BOUNCED, BOUNCED])
    assert counts(ledger) == {"bounce": 1}


def test_what_was_not_said_again_goes_and_other_kinds_stay(ledger: Ledger) -> None:
    add(ledger, [BOUNCED, LEFT, Suppression(9, "bounce", "bounced", 200.0)])
    assert forget_unseen(ledger, "bounce", 200.0) == 1
    assert counts(ledger) == {"asm:12345": 1, "bounce": 1}
    assert known(ledger, 7) == [LEFT]


def test_how_far_a_kind_was_read_is_known_once_it_was_read_whole(ledger: Ledger) -> None:
    note_pull(ledger, "bounce", until=40.0, at=100.0, whole=False)
    assert pulled(ledger, "bounce") is None
    note_pull(ledger, "bounce", until=50.0, at=110.0, whole=True)
    note_pull(ledger, "bounce", until=60.0, at=120.0, whole=False)
    assert pulled(ledger, "bounce") == Pulled(60.0, 120.0, 110.0)
    assert pulled(ledger, "unsubscribe") is None


def test_suppressions_added_by_another_process_are_seen(ledger: Ledger, another: Ledger) -> None:
    add(another, [BOUNCED])
    assert Suppressed(ledger)(7) == "bounced: 550 no such user"


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(suppressed=st.sets(st.integers(0, 2**63 - 1), max_size=50), others=st.sets(st.integers(0, 2**63 - 1)))
def test_the_suppressed_are_found_and_nobody_else(
    ledger: Ledger, suppressed: set[int], others: set[int]
) -> None:
    forget_unseen(ledger, "bounce", 1000.0)
    edges = {0, BUCKET - 1, BUCKET, 2**63 - 1}
    add(ledger, [Suppression(rid, "bounce", str(rid), 1.0) for rid in suppressed])
    find = Suppressed(ledger)
    found = {rid: reason for rid in sorted(suppressed | others | edges) if (reason := find(rid))}
    assert found == {rid: str(rid) for rid in suppressed}


def test_a_run_over_everyone_asks_once_a_bucket(ledger: Ledger) -> None:
    add(ledger, [Suppression(n * (BUCKET // 2), "bounce", "bounced", 1.0) for n in range(512)])
    asked = 0

    class Counting(Suppressed):
        def _read(self, first: int) -> dict[int, str]:
            nonlocal asked
            asked += 1
            return super()._read(first)

    find = Counting(ledger)
    assert sum(find(n * (BUCKET // 8)) is not None for n in range(2048)) == 512
    assert asked == 256

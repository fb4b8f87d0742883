"""The overview of all editions says what the account of each does."""

from __future__ import annotations

import time
from collections.abc import Callable

from producthead_mail.ledger.account import account
from producthead_mail.ledger.database import Ledger
from producthead_mail.ledger.draft import Left
from producthead_mail.ledger.moves import begin, claim, finish
from producthead_mail.ledger.overview import PastTests, Standing, all_test_sends, standings
from producthead_mail.ledger.proofs import record_test
from producthead_mail.ledger.states import EditionState, Exclusion, Recipients, State
from tests.ledger.conftest import Planner


def settle(ledger: Ledger, send_id: int, state: State) -> None:
    mine = claim(ledger, send_id)
    assert mine
    assert begin(ledger, mine)
    assert finish(ledger, mine, state, reason="because")


def agrees(ledger: Ledger, *editions: str) -> bool:
    found = standings(ledger)
    accounts = {edition: account(ledger, edition) for edition in editions}
    assert found.keys() == accounts.keys()
    names = ("transport", "digest", "state", "recipients", "send_at", "paused")
    return all(
        getattr(account, name) == getattr(found[edition], name)
        for edition, account in accounts.items()
        for name in names
    )


def test_nothing_was_ever_planned(ledger: Ledger) -> None:
    assert (standings(ledger), all_test_sends(ledger)) == ({}, {})


def test_every_edition_stands_where_its_account_says(ledger: Ledger, plan: Planner) -> None:
    left = [Left(Exclusion.INVALID, 7, "no address"), Left(Exclusion.SUPPRESSED, 8, "bounced", 99)]
    mixed = plan([1, 2, 3], [4, 5], [6], left=left, edition="mixed")
    for state in (State.ACCEPTED, State.IN_DOUBT, State.REJECTED):
        settle(ledger, mixed, state)
    plan([1], edition="planned", send_at=time.time() + 9000)
    scheduled = plan([1, 2], edition="scheduled", send_at=time.time() + 9000)
    settle(ledger, scheduled, State.ACCEPTED)
    plan([1, 2], edition="both", transport="outbox")
    plan([1, 2, 3], edition="both")
    assert agrees(ledger, "mixed", "planned", "scheduled", "both")
    assert standings(ledger)["mixed"] == Standing(
        "sendgrid",
        "d" * 64,
        EditionState.ATTENTION,
        Recipients(selected=8, suppressed=1, invalid=1, accepted=3, rejected=1, in_doubt=2),
    )


def test_batches_of_a_process_that_is_gone_count_as_taken_back(
    ledger: Ledger, plan: Planner, open_again: Callable[[], Ledger]
) -> None:
    send_id = plan([1, 2], [3])
    other = open_again()
    begun, held = claim(other, send_id), claim(other, send_id)
    assert begun
    assert held
    assert begin(other, begun)
    assert standings(ledger)["one"].state is EditionState.SENDING
    other.close()
    assert agrees(ledger, "one")


def test_test_sends_in_short(ledger: Ledger) -> None:
    record_test(ledger, "one", "a" * 64, "outbox", ["x@example.com"])
    record_test(ledger, "two", "b" * 64, "outbox", ["x@example.com"])
    record_test(ledger, "one", "c" * 64, "sendgrid", ["x@example.com", "y@example.com"])
    found = all_test_sends(ledger)
    assert {edition: (one.count, one.digest) for edition, one in found.items()} == {
        "one": (2, "c" * 64),
        "two": (1, "b" * 64),
    }
    assert isinstance(found["one"], PastTests)
    assert abs(found["one"].at - ledger.now()) < 60

"""Who has a place in earlier parts, and which of several parts is gone on with."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from producthead_mail.ledger.account import account
from producthead_mail.ledger.database import Ledger
from producthead_mail.ledger.draft import Left
from producthead_mail.ledger.moves import begin, claim, finish
from producthead_mail.ledger.parts import Taken, mark
from producthead_mail.ledger.plans import (
    find_plan,
    plans_of,
    publish_plan,
    set_state,
    start_plan,
    write_plan,
)
from producthead_mail.ledger.states import Exclusion, State
from tests.ledger.conftest import Planner, draft


def settle(ledger: Ledger, send_id: int, *states: State) -> None:
    for state in states:
        mine = claim(ledger, send_id)
        assert mine
        assert begin(ledger, mine)
        assert finish(ledger, mine, state)


def further(ledger: Ledger, part: int, *rids: int) -> int:
    send_id = start_plan(
        ledger, edition="one", transport="sendgrid", digest="d", message=b"m", send_at=None, part=part
    )
    write_plan(ledger, send_id, [draft(send_id, 1, rids)])
    return send_id


def test_every_place_but_a_rejected_batch_is_taken(ledger: Ledger, plan: Planner) -> None:
    left = [
        Left(Exclusion.SUPPRESSED, 7, "bounced", 70),
        Left(Exclusion.INVALID, 8, "no address"),
        Left(Exclusion.INVALID, 0, "refused", 80),
    ]
    first = plan([1, 2], [3, 4], [5, 6], [7, 2**63 - 1], left=left)
    settle(ledger, first, State.ACCEPTED, State.REJECTED, State.IN_DOUBT)
    taken = Taken(ledger, [first])
    asked = [1, 2, 3, 4, 5, 6, 7, 70, 80, 2**62, 2**63 - 1]
    assert [rid for rid in asked if taken(rid)] == [1, 2, 5, 6, 7, 80, 2**63 - 1]
    assert [rid for rid in asked if taken.was_suppressed(rid)] == [70]
    assert taken.rows() == {mark("invalid", 8, "no address")}


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rids=st.sets(st.integers(0, 2**63 - 1), min_size=1, max_size=60), size=st.integers(1, 20))
def test_everyone_in_a_batch_is_taken_and_nobody_else(
    ledger: Ledger, plan: Planner, rids: set[int], size: int
) -> None:
    order = sorted(rids)
    send_id = plan(
        *(order[at : at + size] for at in range(0, len(order), size)), edition=f"e{len(plans(ledger))}"
    )
    taken = Taken(ledger, [send_id])
    others = {rid ^ 1 for rid in rids} | {0, 2**63 - 1}
    assert {rid for rid in sorted(rids | others) if taken(rid)} == rids


def plans(ledger: Ledger) -> list[str]:
    from producthead_mail.ledger.account import editions

    return editions(ledger)


def test_the_first_part_with_something_left_is_gone_on_with(ledger: Ledger, plan: Planner) -> None:
    first = plan([1, 2])
    second = further(ledger, 2, 3)
    assert publish_plan(ledger, second)
    assert [one.part for one in plans_of(ledger, "one", "sendgrid")] == [1, 2]
    for expected in (first, second):
        found = find_plan(ledger, "one", "sendgrid")
        assert found
        assert found.send_id == expected
        settle(ledger, expected, State.ACCEPTED)
    found = find_plan(ledger, "one", "sendgrid")
    assert found
    assert (found.send_id, found.part) == (second, 2)
    whole = account(ledger, "one")
    assert whole
    assert (whole.recipients.balanced, whole.recipients.selected, whole.recipients.accepted) == (True, 3, 3)


def test_of_two_top_ups_at_once_one_is_made(ledger: Ledger, another: Ledger, plan: Planner) -> None:
    plan([1])
    mine, other = further(ledger, 2, 2), further(another, 2, 2)
    assert publish_plan(another, other)
    assert not publish_plan(ledger, mine)
    assert [one.send_id for one in plans_of(ledger, "one", "sendgrid")] == [1, other]


def test_a_top_up_of_what_was_cancelled_meanwhile_is_not_made(ledger: Ledger, plan: Planner) -> None:
    first = plan([1])
    mine = further(ledger, 2, 2)
    assert set_state(ledger, first, "ready", "cancelled")
    assert not publish_plan(ledger, mine)
    assert [one.send_id for one in plans_of(ledger, "one", "sendgrid")] == [first]

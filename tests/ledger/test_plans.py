import pytest

from producthead_mail.errors import OutsideError
from producthead_mail.ledger.account import account
from producthead_mail.ledger.database import Ledger
from producthead_mail.ledger.draft import Left
from producthead_mail.ledger.moves import claim, personalizations
from producthead_mail.ledger.plans import (
    clear_abandoned,
    discard_plan,
    find_plan,
    next_id,
    plan_counts,
    publish_plan,
    start_plan,
    write_plan,
)
from producthead_mail.ledger.states import Exclusion, Recipients
from tests.ledger.conftest import Planner, draft


def begin_plan(ledger: Ledger, edition: str = "one") -> int:
    return start_plan(
        ledger, edition=edition, transport="sendgrid", digest="d", message=b"frozen", send_at=None
    )


def test_a_plan_is_invisible_until_it_is_published(ledger: Ledger) -> None:
    send_id = begin_plan(ledger)
    write_plan(ledger, send_id, [draft(send_id, 1, [1, 2]), Left(Exclusion.INVALID, 3, "no address")])
    assert find_plan(ledger, "one", "sendgrid") is None
    assert account(ledger, "one") is None
    assert claim(ledger, send_id) is None
    assert publish_plan(ledger, send_id)
    found = find_plan(ledger, "one", "sendgrid")
    assert found
    assert (found.send_id, found.message, found.selected) == (send_id, b"frozen", 3)
    status = account(ledger, "one")
    assert status
    assert status.recipients == Recipients(selected=3, invalid=1, planned=2)


def test_of_two_plans_of_one_edition_the_first_stays(ledger: Ledger, another: Ledger) -> None:
    first, second = begin_plan(ledger), begin_plan(another)
    write_plan(ledger, first, [draft(first, 1, [1, 2])])
    write_plan(another, second, [draft(second, 1, [1, 2, 3])])
    assert publish_plan(another, second)
    assert not publish_plan(ledger, first)
    found = find_plan(ledger, "one", "sendgrid")
    assert found
    assert (found.send_id, found.selected) == (second, 3)
    assert plan_counts(ledger, first) == (0, 0, {})


def test_a_discarded_plan_leaves_nothing_and_a_published_one_stays(ledger: Ledger, plan: Planner) -> None:
    hidden = begin_plan(ledger, "other")
    write_plan(ledger, hidden, [draft(hidden, 1, [1]), Left(Exclusion.DUPLICATE, 2, "twice")])
    discard_plan(ledger, hidden)
    assert plan_counts(ledger, hidden) == (0, 0, {})
    kept = plan([1, 2])
    discard_plan(ledger, kept)
    assert plan_counts(ledger, kept) == (2, 1, {})


def test_plans_of_processes_that_are_gone_are_cleared(ledger: Ledger, another: Ledger) -> None:
    living, dead = begin_plan(ledger), begin_plan(another, "other")
    for send_id in (living, dead):
        write_plan(ledger, send_id, [draft(send_id, 1, [1])])
    another.close()
    clear_abandoned(ledger)
    assert (plan_counts(ledger, living)[0], plan_counts(ledger, dead)[0]) == (1, 0)


def test_a_plan_longer_than_one_transaction_is_whole(ledger: Ledger) -> None:
    send_id = begin_plan(ledger)
    batches = [draft(send_id, seq, range(seq * 1000, seq * 1000 + 900)) for seq in range(1, 15)]
    write_plan(ledger, send_id, batches)
    assert plan_counts(ledger, send_id) == (14 * 900, 14, {})
    assert personalizations(ledger, send_id, 14) == batches[-1].body


def test_each_transport_has_a_plan_of_its_own(ledger: Ledger, plan: Planner) -> None:
    outbox, sendgrid = plan([1], transport="outbox"), plan([1], transport="sendgrid")
    assert outbox != sendgrid
    assert next_id(ledger) == sendgrid + 1


def test_a_plan_that_was_cleared_is_not_taken_for_a_published_one(ledger: Ledger) -> None:
    send_id = begin_plan(ledger)
    write_plan(ledger, send_id, [draft(send_id, 1, [1])])
    discard_plan(ledger, send_id)
    with pytest.raises(OutsideError, match="cleared before it was whole; run it again"):
        publish_plan(ledger, send_id)

from producthead_mail.ledger.account import Doubt, account, editions, received, unfinished
from producthead_mail.ledger.database import Ledger
from producthead_mail.ledger.draft import Left
from producthead_mail.ledger.moves import begin, claim, finish, finish_without, reap
from producthead_mail.ledger.states import EditionState, Exclusion, Recipients, State
from tests.ledger.conftest import Planner


def settle(ledger: Ledger, send_id: int, state: State, reason: str = "") -> None:
    mine = claim(ledger, send_id)
    assert mine
    assert begin(ledger, mine)
    assert finish(ledger, mine, state, reason=reason)


def test_an_edition_never_planned_has_no_account(ledger: Ledger) -> None:
    assert account(ledger, "one") is None
    assert editions(ledger) == []
    assert received(ledger, 1) == []


def test_the_account_says_where_everyone_stands(ledger: Ledger, plan: Planner) -> None:
    left = [Left(Exclusion.INVALID, 7, "no address"), Left(Exclusion.SUPPRESSED, 8, "bounced", 99)]
    send_id = plan([1, 2, 3], [4, 5], [6], [7], left=left)
    settle(ledger, send_id, State.ACCEPTED)
    settle(ledger, send_id, State.IN_DOUBT, "no answer")
    settle(ledger, send_id, State.REJECTED, "400: no")
    found = account(ledger, "one")
    assert found
    assert found.recipients == Recipients(
        selected=9, suppressed=1, invalid=1, planned=1, accepted=3, rejected=1, in_doubt=2
    )
    assert found.recipients.balanced
    assert found.state is EditionState.ATTENTION
    assert [(one.batch, one.recipients, one.reason) for one in found.doubts] == [
        (f"{send_id}-2", 2, "no answer")
    ]
    assert isinstance(found.doubts[0], Doubt)
    assert [(one.batch, one.reason) for one in found.rejections] == [(f"{send_id}-3", "400: no")]


def test_a_rehearsal_does_not_hide_the_mailing(ledger: Ledger, plan: Planner) -> None:
    plan([1, 2], transport="outbox")
    assert account(ledger, "one").transport == "outbox"
    plan([1, 2, 3], transport="sendgrid")
    assert account(ledger, "one").recipients.selected == 3
    assert account(ledger, "one", "outbox").recipients.selected == 2
    assert [one.transport for one in received(ledger, 1)] == ["sendgrid"]


def test_one_person_is_told_edition_by_edition(ledger: Ledger, plan: Planner) -> None:
    first = plan([10, 20], [30, 40], edition="one")
    plan([20, 30], edition="two", left=[Left(Exclusion.SUPPRESSED, 3, "bounced", 40)])
    settle(ledger, first, State.ACCEPTED)
    settle(ledger, first, State.IN_DOUBT, "no answer")
    assert [(one.edition, one.state, one.batch) for one in received(ledger, 20)] == [
        ("one", "accepted", f"{first}-1"),
        ("two", "planned", f"{first + 1}-1"),
    ]
    assert [(one.edition, one.state, one.reason) for one in received(ledger, 40)] == [
        ("one", "in_doubt", "no answer"),
        ("two", "suppressed", "bounced"),
    ]
    assert received(ledger, 25) == []
    assert [(one.edition, one.state) for one in received(ledger, 40, "two")] == [("two", "suppressed")]
    assert [(one.edition, one.state) for one in received(ledger, 20, "one")] == [("one", "accepted")]
    assert received(ledger, 10, "two") == []


def test_who_was_taken_out_is_invalid_and_the_others_stand_in_the_new_batch(
    ledger: Ledger, plan: Planner
) -> None:
    send_id = plan([1, 2, 3])
    mine = claim(ledger, send_id)
    assert mine
    begin(ledger, mine)
    finish_without(ledger, mine, {1: "bad address"}, lambda body, _: body)
    assert [(one.state, one.reason) for one in received(ledger, 2)] == [("invalid", "bad address")]
    assert [(one.state, one.batch) for one in received(ledger, 3)] == [("planned", f"{send_id}-2")]


def test_editions_with_something_left_are_listed(ledger: Ledger, plan: Planner) -> None:
    first = plan([1], edition="one")
    plan([1], edition="two")
    settle(ledger, first, State.ACCEPTED)
    assert unfinished(ledger) == ["two"]
    assert editions(ledger) == ["one", "two"]


def test_an_edition_accepted_ahead_of_its_hour_is_scheduled(ledger: Ledger, plan: Planner) -> None:
    settle(ledger, plan([1], send_at=ledger.now() + 3600), State.ACCEPTED)
    assert account(ledger, "one").state is EditionState.SCHEDULED


def test_batches_of_a_process_that_is_gone_count_as_taken_back_before_they_are(
    ledger: Ledger, another: Ledger, plan: Planner
) -> None:
    send_id = plan([1, 2, 3], [4, 5], [6])
    begun, held = claim(another, send_id), claim(another, send_id)
    assert begun
    assert held
    assert begin(another, begun)
    alive = account(ledger, "one")
    assert alive
    assert (alive.state, alive.batches[State.IN_FLIGHT], alive.doubts) == (EditionState.SENDING, 1, ())
    another.owners.leave()
    found = account(ledger, "one")
    assert found
    assert found.recipients == Recipients(selected=6, planned=3, in_doubt=3)
    assert {state: number for state, number in found.batches.items() if number} == {
        State.PLANNED: 2,
        State.IN_DOUBT: 1,
    }
    assert [(one.batch, one.recipients, one.reason) for one in found.doubts] == [
        (begun.name, 3, "the process that was sending it ended before SendGrid's answer was recorded")
    ]
    assert [received(ledger, rid)[0].state for rid in (1, 4, 6)] == ["in_doubt", "planned", "planned"]
    counted = {state: number for state, number in found.batches.items() if number}
    reap(ledger)
    again = account(ledger, "one")
    assert again
    assert (again.recipients, again.batches) == (found.recipients, counted)

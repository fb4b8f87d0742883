import pytest

from producthead_mail.ledger.states import (
    MOVES,
    PLACES,
    EditionState,
    Exclusion,
    Recipients,
    State,
    edition_state,
    recipients,
)


def test_planned_and_claimed_recipients_are_counted_as_planned_and_void_ones_not_at_all() -> None:
    people = recipients(
        10,
        {Exclusion.INVALID: 1, Exclusion.DUPLICATE: 2},
        {State.PLANNED: 3, State.CLAIMED: 1, State.ACCEPTED: 3, State.VOID: 7},
    )
    assert people == Recipients(selected=10, invalid=1, duplicate=2, planned=4, accepted=3)
    assert people.balanced


def test_a_recipient_too_many_or_too_few_is_not_balanced() -> None:
    assert not Recipients(selected=2, accepted=1).balanced
    assert not Recipients(selected=2, accepted=1, in_doubt=2).balanced


def test_every_state_but_void_has_a_place_in_the_account() -> None:
    assert set(State) - set(PLACES) == {State.VOID}


def test_what_has_begun_is_planned_again_only_by_an_answer() -> None:
    assert State.PLANNED in MOVES[State.IN_FLIGHT]
    assert State.CLAIMED not in MOVES[State.IN_FLIGHT]
    assert MOVES[State.REJECTED] == MOVES[State.VOID] == MOVES[State.ABANDONED] == frozenset()
    assert State.IN_FLIGHT not in {
        to for state in (State.PLANNED, State.ACCEPTED, State.IN_DOUBT) for to in MOVES[state]
    }


@pytest.mark.parametrize(
    ("batches", "expected"),
    [
        ({State.PLANNED: 3}, EditionState.PLANNED),
        ({State.PLANNED: 2, State.ACCEPTED: 1}, EditionState.SENDING),
        ({State.CLAIMED: 1, State.PLANNED: 2}, EditionState.SENDING),
        ({State.IN_FLIGHT: 1, State.IN_DOUBT: 1}, EditionState.SENDING),
        ({State.IN_DOUBT: 1, State.PLANNED: 1}, EditionState.ATTENTION),
        ({State.REJECTED: 1, State.ACCEPTED: 9}, EditionState.ATTENTION),
        ({State.ACCEPTED: 9, State.VOID: 1, State.ABANDONED: 1}, EditionState.SETTLED),
        ({}, EditionState.SETTLED),
    ],
)
def test_the_state_of_an_edition_follows_from_its_batches(
    batches: dict[State, int], expected: EditionState
) -> None:
    assert edition_state(batches, scheduled=False, cancelled=False) is expected


def test_an_edition_whose_hour_is_to_come_is_scheduled_once_all_is_accepted() -> None:
    assert edition_state({State.ACCEPTED: 1}, scheduled=True, cancelled=False) is EditionState.SCHEDULED
    assert edition_state({State.PLANNED: 1}, scheduled=True, cancelled=False) is EditionState.PLANNED
    assert edition_state({State.ACCEPTED: 1}, scheduled=True, cancelled=True) is EditionState.CANCELLED


def test_an_edition_that_was_cancelled_when_everyone_had_it_is_settled() -> None:
    assert edition_state({State.ACCEPTED: 2}, scheduled=False, cancelled=True) is EditionState.SETTLED
    assert (
        edition_state({State.ACCEPTED: 2, State.CANCELLED: 1}, scheduled=False, cancelled=True)
        is EditionState.CANCELLED
    )
    assert edition_state({}, scheduled=False, cancelled=True) is EditionState.CANCELLED

import json
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from producthead_mail.ledger.account import account, received
from producthead_mail.ledger.database import Ledger
from producthead_mail.ledger.moves import (
    Claim,
    begin,
    claim,
    finish,
    finish_without,
    give_back,
    pause,
    personalizations,
    reap,
    waiting_until,
)
from producthead_mail.ledger.schema import attempt, batch_body
from producthead_mail.ledger.states import State
from tests.ledger.conftest import Planner, make_plan
from tests.ledger_fixtures import Place, new_schema


def claimed(ledger: Ledger, send_id: int) -> Claim:
    mine = claim(ledger, send_id)
    assert mine
    return mine


def states(ledger: Ledger) -> dict[State, int]:
    found = account(ledger, "one")
    assert found
    assert found.recipients.balanced
    return dict(found.batches)


def test_batches_are_claimed_in_order_each_once(ledger: Ledger, another: Ledger, plan: Planner) -> None:
    send_id = plan([1, 2], [3])
    assert claim(ledger, send_id) == Claim(send_id, 1, 1, 2)
    assert claim(another, send_id) == Claim(send_id, 2, 1, 1)
    assert claim(ledger, send_id) is None


def test_a_batch_is_claimed_by_its_number_where_it_is_free(
    ledger: Ledger, another: Ledger, plan: Planner
) -> None:
    send_id = plan([1], [2])
    assert claim(ledger, send_id, 2) == Claim(send_id, 2, 1, 1)
    assert (claim(another, send_id, 2), claim(another, send_id, 9)) == (None, None)
    assert claim(another, send_id) == Claim(send_id, 1, 1, 1)


def test_every_move_leaves_a_row(ledger: Ledger, plan: Planner) -> None:
    send_id = plan([1])
    mine = claimed(ledger, send_id)
    begin(ledger, mine)
    finish(ledger, mine, State.ACCEPTED, message_id="m1")
    with ledger.reading() as connection:
        rows = connection.execute(attempt.select().order_by(attempt.c.id)).all()
    assert [(row.seq, row.epoch, row.state, row.message_id) for row in rows] == [
        (1, 1, State.CLAIMED, None),
        (1, 1, State.IN_FLIGHT, None),
        (1, 1, State.ACCEPTED, "m1"),
    ]


def test_addresses_go_once_a_batch_is_settled_and_stay_while_in_doubt(ledger: Ledger, plan: Planner) -> None:
    send_id = plan([1], [2], [3])
    for state in (State.ACCEPTED, State.IN_DOUBT, State.REJECTED):
        mine = claimed(ledger, send_id)
        begin(ledger, mine)
        finish(ledger, mine, state)
    with ledger.reading() as connection:
        kept = connection.execute(batch_body.select()).all()
    assert [row.seq for row in kept] == [2, 3]


def test_what_was_not_sent_is_claimed_again_with_a_new_epoch(ledger: Ledger, plan: Planner) -> None:
    send_id = plan([1])
    mine = claimed(ledger, send_id)
    begin(ledger, mine)
    finish(ledger, mine, State.PLANNED, reason="refused")
    assert claim(ledger, send_id) == Claim(send_id, 1, 2, 1)


def test_a_pause_holds_for_every_process(ledger: Ledger, another: Ledger, plan: Planner) -> None:
    send_id = plan([1])
    until = ledger.now() + 60
    pause(ledger, send_id, until)
    pause(ledger, send_id, until - 30)
    assert claim(another, send_id) is None
    assert waiting_until(another, send_id) == until


def test_nothing_is_waited_for_where_nothing_is_planned(ledger: Ledger, plan: Planner) -> None:
    send_id = plan([1])
    claimed(ledger, send_id)
    assert waiting_until(ledger, send_id) is None


def test_of_a_dead_process_claims_are_planned_and_what_has_begun_is_in_doubt(
    ledger: Ledger, another: Ledger, plan: Planner
) -> None:
    send_id = plan([1], [2], [3])
    claimed(another, send_id)
    begin(another, claimed(another, send_id))
    mine = claimed(ledger, send_id)
    assert reap(ledger) == 0
    another.close()
    assert reap(ledger) == 1
    assert states(ledger) == {State.PLANNED: 1, State.IN_DOUBT: 1, State.CLAIMED: 1}
    assert begin(ledger, mine)


def test_a_process_that_lost_its_claim_changes_nothing(
    ledger: Ledger, another: Ledger, plan: Planner
) -> None:
    send_id = plan([1])
    old = claimed(another, send_id)
    another.owners.leave()
    reap(ledger)
    new = claimed(ledger, send_id)
    assert not begin(another, old)
    assert not give_back(another, old, "late")
    assert not finish(another, old, State.ACCEPTED)
    assert begin(ledger, new)
    assert states(ledger) == {State.IN_FLIGHT: 1}


def test_a_late_answer_of_the_same_attempt_settles_the_doubt(
    ledger: Ledger, another: Ledger, plan: Planner
) -> None:
    send_id = plan([1])
    old = claimed(another, send_id)
    begin(another, old)
    another.owners.leave()
    reap(ledger)
    assert finish(another, old, State.ACCEPTED, message_id="late")
    assert states(ledger) == {State.ACCEPTED: 1}
    assert not finish(another, old, State.REJECTED)


def test_named_recipients_are_taken_out_and_the_rest_is_a_batch_of_its_own(
    ledger: Ledger, plan: Planner
) -> None:
    send_id = plan([1, 2, 3])
    mine = claimed(ledger, send_id)
    begin(ledger, mine)
    assert finish_without(ledger, mine, {0: "bad", 2: "worse"}, lambda body, name: body + name.encode())
    assert states(ledger) == {State.VOID: 1, State.PLANNED: 1}
    rest = claimed(ledger, send_id)
    assert (rest.seq, rest.recipients) == (2, 1)
    body = personalizations(ledger, send_id, 2)
    assert body.endswith(f"{send_id}-2".encode())
    assert json.loads(body.removesuffix(f"{send_id}-2".encode()))[0]["to"] == [{"email": "r2@example.org"}]


def test_a_batch_of_which_all_are_named_leaves_no_batch(ledger: Ledger, plan: Planner) -> None:
    send_id = plan([1, 2])
    mine = claimed(ledger, send_id)
    begin(ledger, mine)
    assert finish_without(ledger, mine, {0: "bad", 1: "bad"}, lambda body, _: body)
    assert states(ledger) == {State.VOID: 1}
    assert not finish_without(ledger, mine, {0: "bad"}, lambda body, _: body)


class Workers(RuleBasedStateMachine):
    """Processes that claim, send, die and wake at any moment; what they really sent is counted apart."""

    def __init__(self, postgres_url: str) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        url = new_schema(postgres_url) if postgres_url else ""
        self.place = Place("", url, Path(self.folder.name))
        self.ledgers: list[Ledger] = []
        self.held: list[tuple[Ledger, Claim, bool]] = []
        self.mailed: Counter[int] = Counter()
        self.watch = self.place.open()
        self.opened = [self.watch]

    @initialize(sizes=st.lists(st.integers(1, 4), min_size=1, max_size=4))
    def plan(self, sizes: list[int]) -> None:
        self.everyone = list(range(sum(sizes)))
        rids = iter(self.everyone)
        self.send_id = make_plan(self.watch, *[[next(rids) for _ in range(size)] for size in sizes])

    @rule()
    def start(self) -> None:
        self.ledgers.append(self.place.open())
        self.opened.append(self.ledgers[-1])

    @precondition(lambda self: self.ledgers)
    @rule(data=st.data())
    def take(self, data: st.DataObject) -> None:
        ledger = data.draw(st.sampled_from(self.ledgers))
        if mine := claim(ledger, self.send_id):
            self.held.append((ledger, mine, False))

    @precondition(lambda self: self.held)
    @rule(
        data=st.data(), outcome=st.sampled_from(["accepted", "lost", "refused", "named", "rejected", "die"])
    )
    def go_on(self, data: st.DataObject, outcome: str) -> None:
        ledger, mine, begun = self.held.pop(data.draw(st.integers(0, len(self.held) - 1)))
        if not begun:
            if begin(ledger, mine):
                self.held.append((ledger, mine, True))
            return
        if outcome in {"accepted", "lost", "die"}:
            # The body of a doubtful batch stays: it says who would have got it.
            rids = [
                part["to"][0]["email"]
                for part in json.loads(personalizations(ledger, self.send_id, mine.seq))
            ]
            self.mailed.update(int(email[1:].split("@")[0]) for email in rids)
        match outcome:
            case "accepted":
                finish(ledger, mine, State.ACCEPTED)
            case "lost":
                finish(ledger, mine, State.IN_DOUBT, reason="no answer")
            case "refused":
                finish(ledger, mine, State.PLANNED, reason="429")
            case "rejected":
                finish(ledger, mine, State.REJECTED, reason="400")
            case "named":
                finish_without(ledger, mine, {0: "bad"}, lambda body, _: body)
            case _:
                pass

    @precondition(lambda self: self.ledgers)
    @rule(data=st.data())
    def die(self, data: st.DataObject) -> None:
        ledger = data.draw(st.sampled_from(self.ledgers))
        ledger.owners.leave()  # what the kernel does for a process that is killed
        self.ledgers.remove(ledger)
        reap(self.watch)

    @invariant()
    def everyone_is_accounted_for_and_nobody_mailed_twice(self) -> None:
        if not hasattr(self, "send_id"):
            return
        found = account(self.watch, "one")
        assert found
        assert found.recipients.balanced
        assert max(self.mailed.values(), default=0) <= 1
        for rid in self.everyone:
            (told,) = received(self.watch, rid)
            if told.state == "accepted":
                assert self.mailed[rid] == 1
            if told.state == "planned":
                assert self.mailed[rid] == 0

    def teardown(self) -> None:
        for ledger in self.opened:
            ledger.close()
        self.folder.cleanup()


@pytest.mark.parametrize(("backend", "examples"), [("sqlite", 20), ("postgres", 6)])
def test_whoever_dies_nobody_is_mailed_twice(
    request: pytest.FixtureRequest, backend: str, examples: int
) -> None:
    url = request.getfixturevalue("postgres_url") if backend == "postgres" else ""
    run_state_machine_as_test(
        lambda: Workers(url),
        settings=settings(max_examples=examples, stateful_step_count=25, deadline=None),
    )

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from producthead_mail.errors import Refusal
from producthead_mail.ledger.account import account, received
from producthead_mail.ledger.database import Ledger
from producthead_mail.ledger.decisions import Known, decide, find_batch, open_doubts
from producthead_mail.ledger.moves import Claim, begin, claim, finish, personalizations
from producthead_mail.ledger.schema import attempt, batch_body, decision, send
from producthead_mail.ledger.states import How, State
from tests.ledger.conftest import Planner

REASON = "the log says so"


def named(body: bytes, name: str) -> bytes:
    parts = json.loads(body)
    return json.dumps([{**part, "custom_args": {"batch": name}} for part in parts]).encode()


def doubted(ledger: Ledger, send_id: int) -> Claim:
    mine = claim(ledger, send_id)
    assert mine
    assert begin(ledger, mine)
    assert finish(ledger, mine, State.IN_DOUBT, reason="no answer")
    return mine


def choose(ledger: Ledger, mine: Claim, how: How) -> str:
    return decide(ledger, mine.send_id, mine.seq, how, REASON, "ada", named)


def states(ledger: Ledger) -> dict[State, int]:
    found = account(ledger, "one")
    assert found
    assert found.recipients.balanced
    return dict(found.batches)


def decisions(ledger: Ledger) -> list[tuple[int, str, str, str]]:
    with ledger.reading() as connection:
        rows = connection.execute(decision.select().order_by(decision.c.id)).all()
    return [(row.seq, row.how, row.reason, row.by) for row in rows]


def test_what_was_sent_after_all_is_accepted_and_its_addresses_go(ledger: Ledger, plan: Planner) -> None:
    mine = doubted(ledger, plan([1, 2]))
    assert choose(ledger, mine, How.ACCEPTED) == ""
    assert states(ledger) == {State.ACCEPTED: 1}
    assert decisions(ledger) == [(1, "accepted", REASON, "ada")]
    with ledger.reading() as connection:
        assert connection.execute(batch_body.select()).all() == []
        last = connection.execute(attempt.select().order_by(attempt.c.id.desc())).first()
    assert last
    assert (last.state, last.epoch, last.reason) == (State.ACCEPTED, 1, f"decided by ada: {REASON}")


def test_what_is_abandoned_is_counted_as_such(ledger: Ledger, plan: Planner) -> None:
    mine = doubted(ledger, plan([1, 2]))
    choose(ledger, mine, How.ABANDON)
    assert states(ledger) == {State.ABANDONED: 1}
    assert [one.state for one in received(ledger, 2)] == ["abandoned"]
    assert claim(ledger, mine.send_id) is None


def test_what_is_resent_is_a_batch_of_its_own_with_the_same_people(ledger: Ledger, plan: Planner) -> None:
    mine = doubted(ledger, plan([1, 2], [3]))
    assert choose(ledger, mine, How.RESEND) == f"{mine.send_id}-3"
    assert states(ledger) == {State.VOID: 1, State.PLANNED: 2}
    assert [(one.state, one.batch) for one in received(ledger, 2)] == [("planned", f"{mine.send_id}-3")]
    body = json.loads(personalizations(ledger, mine.send_id, 3))
    assert [part["to"][0]["email"] for part in body] == ["r1@example.org", "r2@example.org"]
    assert {part["custom_args"]["batch"] for part in body} == {f"{mine.send_id}-3"}
    assert claim(ledger, mine.send_id) == Claim(mine.send_id, 2, 1, 1)
    assert claim(ledger, mine.send_id) == Claim(mine.send_id, 3, 1, 2)
    assert claim(ledger, mine.send_id) is None


@pytest.mark.parametrize("how", list(How))
@pytest.mark.parametrize("late", [State.ACCEPTED, State.PLANNED, State.REJECTED, State.IN_DOUBT])
def test_a_late_answer_changes_nothing_after_a_decision(
    ledger: Ledger, plan: Planner, how: How, late: State
) -> None:
    mine = doubted(ledger, plan([1, 2]))
    choose(ledger, mine, how)
    before = states(ledger)
    assert not finish(ledger, mine, late)
    assert states(ledger) == before


@pytest.mark.parametrize("how", list(How))
def test_a_decision_after_a_late_answer_changes_nothing(ledger: Ledger, plan: Planner, how: How) -> None:
    mine = doubted(ledger, plan([1, 2]))
    finish(ledger, mine, State.ACCEPTED)
    with pytest.raises(Refusal, match=r"batch \d+-1 isn't in doubt: it is accepted; nothing was changed"):
        choose(ledger, mine, how)
    assert states(ledger) == {State.ACCEPTED: 1}
    assert decisions(ledger) == []


def test_a_batch_is_decided_about_once(ledger: Ledger, another: Ledger, plan: Planner) -> None:
    mine = doubted(ledger, plan([1, 2]))
    choose(another, mine, How.RESEND)
    with pytest.raises(Refusal, match="it is replaced by another batch"):
        choose(ledger, mine, How.RESEND)
    assert states(ledger) == {State.VOID: 1, State.PLANNED: 1}


def test_a_rejection_is_final_and_says_what_is_left_to_do(ledger: Ledger, plan: Planner) -> None:
    mine = doubted(ledger, plan([1]))
    finish(ledger, mine, State.REJECTED, reason="SendGrid answered 413")
    with pytest.raises(Refusal, match=r"rejected: SendGrid answered 413; .* send them an edition of its own"):
        choose(ledger, mine, How.RESEND)


def test_nothing_is_resent_for_a_cancelled_edition(ledger: Ledger, plan: Planner) -> None:
    mine = doubted(ledger, plan([1]))
    with ledger.writing() as connection:
        connection.execute(send.update().values(state="cancelled"))
    with pytest.raises(Refusal, match="one is cancelled; nothing was changed"):
        choose(ledger, mine, How.RESEND)
    choose(ledger, mine, How.ABANDON)
    assert states(ledger) == {State.ABANDONED: 1}


def test_nothing_is_left_of_a_decision_that_failed_half_way(ledger: Ledger, plan: Planner) -> None:
    mine = doubted(ledger, plan([1]))

    def broken(body: bytes, name: str) -> bytes:
        raise OSError("disk")

    with pytest.raises(OSError, match="disk"):
        decide(ledger, mine.send_id, 1, How.RESEND, REASON, "ada", broken)
    assert states(ledger) == {State.IN_DOUBT: 1}


def test_doubts_know_when_their_attempt_began(ledger: Ledger, plan: Planner) -> None:
    before = ledger.now()
    mine = doubted(ledger, plan([1, 2], [3]))
    doubted(ledger, plan([4], edition="two"))
    (one,) = open_doubts(ledger, "one")
    assert (one.edition, one.transport, one.claim, one.reason) == ("one", "sendgrid", mine, "no answer")
    assert before <= one.begun_at <= one.since
    assert [doubt.edition for doubt in open_doubts(ledger)] == ["one", "two"]


@pytest.mark.parametrize("name", ["", "1", "1-", "-1", "1-9", "9-1", "x-1", "1-1-1", "1-²", "1" * 30 + "-1"])
def test_other_ids_are_no_batch(ledger: Ledger, plan: Planner, name: str) -> None:
    plan([1])
    assert find_batch(ledger, name) is None
    assert find_batch(ledger, "1-1") == Known(1, 1, 1, "one", "sendgrid")


@pytest.fixture(params=["open", "cancelling"])
def grouped(request: pytest.FixtureRequest, ledger: Ledger, plan: Planner) -> Callable[[], tuple[Claim, str]]:
    from producthead_mail.ledger.groups import begin_calling_back, make_groups

    def make() -> tuple[Claim, str]:
        send_id = plan([1, 2])
        make_groups(ledger, send_id, ["g1"])
        mine = doubted(ledger, send_id)
        if request.param == "cancelling":
            begin_calling_back(ledger, send_id, 1)
        return mine, request.param

    return make


def test_what_is_resent_stays_in_a_group_that_was_not_called_back(
    ledger: Ledger, grouped: Callable[[], tuple[Claim, str]]
) -> None:
    from producthead_mail.ledger.groups import group_of

    mine, state = grouped()
    choose(ledger, mine, How.RESEND)
    fresh = claim(ledger, mine.send_id)
    assert fresh
    assert group_of(ledger, fresh) == ("g1" if state == "open" else "")


def test_a_group_keeps_its_addresses_until_its_last_doubt_is_settled(ledger: Ledger, plan: Planner) -> None:
    from producthead_mail.ledger.groups import make_groups, release_bodies

    def kept() -> int:
        with ledger.reading() as connection:
            return len(connection.execute(batch_body.select()).all())

    send_id = plan([1], [2])
    make_groups(ledger, send_id, ["g1"])
    for state in (State.ACCEPTED, State.IN_DOUBT):
        mine = claim(ledger, send_id)
        assert mine
        begin(ledger, mine)
        finish(ledger, mine, state)
    release_bodies(ledger, send_id)
    assert kept() == 2
    decide(ledger, send_id, 2, How.ACCEPTED, REASON, "ada", named)
    release_bodies(ledger, send_id)
    assert kept() == 0


@pytest.mark.parametrize("other", ["resend", "late answer"])
def test_of_two_at_the_same_moment_one_wins_whole(
    ledger: Ledger, another: Ledger, plan: Planner, other: str
) -> None:
    send_id = plan(*([n, n + 100] for n in range(1, 9)))
    for _ in range(8):
        mine = doubted(ledger, send_id)
        start = Barrier(2)

        def first(mine: Claim = mine, start: Barrier = start) -> bool:
            start.wait()
            try:
                return bool(choose(ledger, mine, How.RESEND))
            except Refusal:
                return False

        def second(mine: Claim = mine, start: Barrier = start) -> bool:
            start.wait()
            try:
                if other == "resend":
                    return bool(choose(another, mine, How.RESEND))
                return finish(another, mine, State.ACCEPTED)
            except Refusal:
                return False

        with ThreadPoolExecutor(2) as pool:
            done = [pool.submit(first), pool.submit(second)]
            assert sorted(one.result() for one in done) == [False, True]
        states(ledger)

"""Two processes at the same rows in the same moment: whoever is second sees what the first has done."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from producthead_mail.errors import OutsideError, Refusal
from producthead_mail.ledger import decisions, plans
from producthead_mail.ledger.database import Ledger
from producthead_mail.ledger.decisions import decide
from producthead_mail.ledger.draft import Draft
from producthead_mail.ledger.groups import begin_calling_back, groups, make_groups, replace_group
from producthead_mail.ledger.moves import begin, claim, finish
from producthead_mail.ledger.plans import discard_plan, plans_of, publish_plan, start_plan, write_plan
from producthead_mail.ledger.schema import batch
from producthead_mail.ledger.states import How, State
from producthead_mail.sending.recall import cancel
from tests.ledger.conftest import Planner
from tests.ledger_fixtures import Place


def same(body: bytes, _: str) -> bytes:
    return body


def rows(ledger: Ledger) -> list[tuple[int, State, int | None]]:
    with ledger.reading() as connection:
        found = connection.execute(select(batch.c.seq, batch.c.state, batch.c.grp).order_by(batch.c.seq))
        return [(row.seq, State(row.state), row.grp) for row in found]


def doubted(ledger: Ledger, plan: Planner) -> int:
    """A send of two batches in one group, one of them in doubt."""
    send_id = plan([1, 2], [3, 4], send_at=ledger.now() + 3600)
    make_groups(ledger, send_id, ["first"])
    for state in (State.IN_DOUBT, State.ACCEPTED):
        mine = claim(ledger, send_id)
        assert mine
        assert begin(ledger, mine)
        assert finish(ledger, mine, state)
    return send_id


def before(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, act: Callable[[], object]) -> None:
    """Lets something happen once, before a function is called."""
    plain = getattr(module, name)

    def late(*arguments: Any) -> Any:
        monkeypatch.setattr(module, name, plain)
        act()
        return plain(*arguments)

    monkeypatch.setattr(module, name, late)


def test_what_is_planned_by_a_late_answer_leaves_the_group_that_is_discarded(
    ledger: Ledger, plan: Planner
) -> None:
    send_id = doubted(ledger, plan)
    begin_calling_back(ledger, send_id, 1)
    with ledger.reading() as connection:
        row = connection.execute(select(batch).where(batch.c.seq == 1)).one()
    late = decisions.Claim(send_id, 1, row.epoch, 2)
    assert finish(ledger, late, State.PLANNED, reason="it was not sent")
    assert replace_group(ledger, send_id, 1, "second", same) == 4
    assert rows(ledger) == [(1, State.PLANNED, 2), (2, State.VOID, 1), (3, State.PLANNED, 2)]
    assert [group.state for group in groups(ledger, send_id)] == ["cancelled", "open"]


def test_a_group_of_which_something_is_under_way_is_replaced_later(ledger: Ledger, plan: Planner) -> None:
    send_id = doubted(ledger, plan)
    begin_calling_back(ledger, send_id, 1)
    with ledger.reading() as connection:
        row = connection.execute(select(batch).where(batch.c.seq == 1)).one()
    assert finish(ledger, decisions.Claim(send_id, 1, row.epoch, 2), State.PLANNED)
    mine = claim(ledger, send_id)
    assert mine
    assert begin(ledger, mine)
    assert replace_group(ledger, send_id, 1, "second", same) == 0
    assert finish(ledger, mine, State.ACCEPTED)
    assert replace_group(ledger, send_id, 1, "second", same) == 4
    assert [state for _, state, _ in rows(ledger)] == [State.VOID] * 2 + [State.PLANNED] * 2


def test_a_decision_plans_nothing_into_a_group_that_is_called_back_meanwhile(
    ledger: Ledger, another: Ledger, plan: Planner, monkeypatch: pytest.MonkeyPatch
) -> None:
    send_id = doubted(ledger, plan)
    calling = threading.Thread(target=begin_calling_back, args=(another, send_id, 1))

    def call_back() -> None:
        calling.start()
        calling.join(0.5)

    before(monkeypatch, decisions, "content", call_back)
    decide(ledger, send_id, 1, How.RESEND, "seen", "me", same)
    calling.join()
    assert replace_group(ledger, send_id, 1, "second", same) == 4
    assert (State.PLANNED, 1) not in {(state, group) for _, state, group in rows(ledger)}


def test_a_decision_about_what_is_settled_meanwhile_is_refused(
    ledger: Ledger, another: Ledger, place: Place, plan: Planner, monkeypatch: pytest.MonkeyPatch
) -> None:
    if place.backend == "sqlite":
        return  # there the answer waits for the decision
    send_id = plan([1, 2])
    mine = claim(ledger, send_id)
    assert mine
    assert begin(ledger, mine)
    assert finish(ledger, mine, State.IN_DOUBT)
    before(monkeypatch, decisions, "content", lambda: finish(another, mine, State.ACCEPTED))
    with pytest.raises(Refusal, match="isn't in doubt"):
        decide(ledger, send_id, 1, How.RESEND, "seen", "me", same)


def test_a_part_that_becomes_visible_while_the_first_is_cancelled_is_cancelled_too(
    ledger: Ledger, another: Ledger, plan: Planner, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan([1, 2])
    parts = plans_of(another, "one", "sendgrid")
    send_id = start_plan(
        ledger, edition="one", transport="sendgrid", digest="d", message=b"", send_at=None, part=2
    )
    write_plan(ledger, send_id, [Draft((3,), b"[]")])
    stopped = plans._stopped
    cancelling = threading.Thread(target=cancel, args=(another, parts, None))

    def late(*arguments: Any) -> bool:
        found = stopped(*arguments)
        cancelling.start()
        cancelling.join(0.5)
        return found

    monkeypatch.setattr(plans, "_stopped", late)
    assert publish_plan(ledger, send_id)
    cancelling.join()
    assert {part.state for part in plans_of(ledger, "one", "sendgrid")} == {"cancelled"}


def test_a_plan_that_was_cleared_while_it_was_written_says_so(
    ledger: Ledger, another: Ledger, place: Place
) -> None:
    if place.backend == "sqlite":
        return  # there the living are never taken for gone
    send_id = start_plan(ledger, edition="one", transport="sendgrid", digest="d", message=b"", send_at=None)
    discard_plan(another, send_id)
    with pytest.raises(OutsideError, match="run it again"):
        write_plan(ledger, send_id, [Draft((3,), b"[]")])

"""Questions that are asked all the time read what is unfinished, not all that was ever sent."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from producthead_mail.ledger.account import received, unfinished
from producthead_mail.ledger.database import Ledger
from producthead_mail.ledger.decisions import open_doubts
from producthead_mail.ledger.moves import claim, gone, under_way, waiting_until
from producthead_mail.ledger.plans import something_left
from producthead_mail.ledger.work import open_sends
from tests.ledger.conftest import Planner
from tests.ledger_fixtures import Place

QUESTIONS: dict[str, Callable[[Ledger], object]] = {
    "unfinished": unfinished,
    "gone": gone,
    "open doubts": open_doubts,
    "next batch": lambda ledger: claim(ledger, 1),
    "waiting": lambda ledger: waiting_until(ledger, 1),
    "under way": lambda ledger: under_way(ledger, 1),
    "open sends": lambda ledger: open_sends(ledger, "sendgrid"),
    "something left": lambda ledger: something_left(ledger, 1),
}


def plans_of(ledger: Ledger, question: Callable[[Ledger], object]) -> list[str]:
    """How SQLite goes about each statement of a question."""
    asked: list[tuple[str, Any]] = []
    engine = ledger._engine

    def note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        asked.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    question(ledger)
    event.remove(engine, "before_cursor_execute", note)
    with engine.connect() as connection:
        return [
            row[-1]
            for statement, parameters in asked
            if re.match("SELECT|UPDATE", statement)
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """On SQLite alone: what PostgreSQL does depends on how much there is."""
    return Place("sqlite", "", tmp_path)


@pytest.mark.parametrize("name", QUESTIONS)
def test_what_is_unfinished_is_found_by_its_index(ledger: Ledger, plan: Planner, name: str) -> None:
    plan([1, 2], [3, 4], [5, 6])
    steps = [step for step in plans_of(ledger, QUESTIONS[name]) if re.match(r"\w+ batch ", step)]
    found = [step for step in steps if "INDEX batch_unfinished" in step]
    # A batch that is claimed is then written by its key.
    assert found == [step for step in steps if "(send_id=? AND seq=?)" not in step]
    assert found


def test_what_one_person_got_is_found_without_reading_all_batches(ledger: Ledger, plan: Planner) -> None:
    plan([1, 2], [3, 4], [5, 6])
    steps = [step for step in plans_of(ledger, lambda ledger: received(ledger, 3)) if " batch " in step]
    assert steps[1:] == [
        "SEARCH batch USING INDEX batch_rid (send_id=? AND first_rid<?)",
        "SEARCH batch USING INDEX sqlite_autoindex_batch_1 (send_id=? AND seq=?)",
    ]
    assert "INDEX batch_unfinished" in steps[0]

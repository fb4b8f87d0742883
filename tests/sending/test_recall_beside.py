"""The curator's undo beside a process that is just taking a batch."""

import threading

import pytest

from producthead_mail.ledger import moves
from producthead_mail.ledger.account import account
from producthead_mail.ledger.database import Ledger
from producthead_mail.ledger.states import Recipients, State
from producthead_mail.rendering.message import Message
from producthead_mail.sending.recall import Recall, cancel
from tests.sending.scheduled import MINUTE, planned


def test_a_batch_that_is_being_claimed_is_waited_for_and_not_told_to_be_cancelled(
    ledger: Ledger, another: Ledger, message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = planned(ledger, message, 10, -MINUTE)
    taking, told_off = threading.Event(), threading.Event()
    pace = moves._pace

    def slow(*arguments: object) -> None:
        taking.set()
        told_off.wait(2)
        pace(*arguments)

    def work() -> None:
        mine = moves.claim(another, plan.send_id)
        assert mine
        assert moves.begin(another, mine)
        assert moves.finish(another, mine, State.ACCEPTED)

    monkeypatch.setattr(moves, "_pace", slow)
    worker = threading.Thread(target=work)
    worker.start()
    assert taking.wait(60)
    done = cancel(ledger, [plan], None)
    told_off.set()
    worker.join()
    found = account(ledger, plan.edition)
    assert found
    assert (done, found.recipients) == (Recall(0, 10), Recipients(selected=10, accepted=10))

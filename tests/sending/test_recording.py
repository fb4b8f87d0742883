"""An answer that can't be recorded at once: the ledger's file is held by somebody else."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import event

from producthead_mail.errors import AttentionError
from producthead_mail.ledger.account import account
from producthead_mail.ledger.database import Ledger, open_ledger
from producthead_mail.ledger.draft import Draft
from producthead_mail.ledger.plans import publish_plan, start_plan, write_plan
from producthead_mail.ledger.states import Recipients
from producthead_mail.rendering.message import Message
from producthead_mail.sending.dispatcher import Dispatcher
from producthead_mail.sending.outcome import Phase, Seen
from producthead_mail.sending.transport import at_once

EDITION = "2024-02-12-alignment"


@pytest.fixture
def impatient(tmp_path: Path) -> Iterator[Ledger]:
    """A ledger that gives up at once where its file is held."""
    opened = open_ledger("", tmp_path / "ledger.db")
    event.listen(opened._engine, "connect", lambda plain, _: plain.execute("PRAGMA busy_timeout=1"))
    opened._engine.dispose()
    opened.owners.enter()
    yield opened
    opened.close()


class _Held:
    """Takes every request, and holds the ledger's file when it answers."""

    name = "sendgrid"

    def __init__(self, file: Path) -> None:
        self._other = sqlite3.connect(file, check_same_thread=False, isolation_level=None)

    def send(self, body: bytes, begin: Callable[[], bool] = at_once) -> Seen:
        assert begin()
        self._other.execute("BEGIN EXCLUSIVE")
        return Seen(Phase.ANSWERED, 202)

    def let_go(self) -> None:
        self._other.rollback()

    def close(self) -> None:
        self._other.close()


def test_an_answer_is_recorded_once_the_ledger_can_be_written(
    impatient: Ledger, message: Message, tmp_path: Path
) -> None:
    transport = _Held(tmp_path / "ledger.db")
    pauses = _Pauses([0.0, 0.0, 0.0], then=transport.let_go)
    _send(impatient, message, transport, pauses)
    assert _recipients(impatient) == Recipients(selected=2, accepted=2)
    transport.close()


def test_an_answer_that_is_never_recorded_wants_attention(
    impatient: Ledger, message: Message, tmp_path: Path
) -> None:
    transport = _Held(tmp_path / "ledger.db")
    with pytest.raises(AttentionError, match=r"the answer to batch 1-1 \(accepted\) could not be recorded"):
        _send(impatient, message, transport, [0.0])
    transport.let_go()
    assert _recipients(impatient) == Recipients(selected=2, in_flight=2)
    transport.close()


class _Pauses(list[float]):
    """Pauses, and what happens before the last of them."""

    def __init__(self, pauses: Sequence[float], then: Callable[[], None]) -> None:
        super().__init__(pauses)
        self._then = then

    def __iter__(self) -> Iterator[float]:
        for number, pause in enumerate(list(super().__iter__()), 1):
            if number == len(self):
                self._then()
            yield pause


def _send(ledger: Ledger, message: Message, transport: _Held, record_pauses: Sequence[float]) -> None:
    send_id = start_plan(ledger, edition=EDITION, transport="sendgrid", digest="d", message=b"", send_at=None)
    write_plan(ledger, send_id, [Draft((1, 2), b'[{"to":[{"email":"a@example.org"}]}]')])
    assert publish_plan(ledger, send_id)
    Dispatcher(ledger, send_id, message, transport, workers=1, record_pauses=record_pauses).run()


def _recipients(ledger: Ledger) -> Recipients:
    found = account(ledger, EDITION)
    assert found
    return found.recipients

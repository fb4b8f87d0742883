"""An answer that can't be recorded at once: the ledger's file is held by somebody else."""

import re
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import event

from producthead_mail.errors import AttentionError, OutsideError
from producthead_mail.ledger.account import account
from producthead_mail.ledger.database import Ledger, open_ledger
from producthead_mail.ledger.draft import Draft
from producthead_mail.ledger.moves import Claim, reap
from producthead_mail.ledger.plans import publish_plan, start_plan, write_plan
from producthead_mail.ledger.states import Recipients
from producthead_mail.rendering.message import Message
from producthead_mail.sending.answers import replay
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


def test_an_answer_that_the_ledger_does_not_take_is_kept_on_disk_and_recorded_later(
    impatient: Ledger, message: Message, tmp_path: Path
) -> None:
    transport = _Held(tmp_path / "ledger.db")
    kept = re.escape(str(tmp_path / "ledger.db.answers"))
    words = rf"the answer to batch 1-1 \(accepted\) could not be recorded and is kept in {kept}"
    with pytest.raises(OutsideError, match=words):
        _send(impatient, message, transport, [0.0])
    transport.let_go()
    assert _recipients(impatient) == Recipients(selected=2, in_flight=2)
    assert [replay(impatient), replay(impatient)] == [1, 0]
    assert _recipients(impatient) == Recipients(selected=2, accepted=2)
    transport.close()


def test_an_answer_that_was_kept_settles_a_doubt_and_counts_once(
    impatient: Ledger, message: Message, tmp_path: Path
) -> None:
    transport = _Held(tmp_path / "ledger.db")
    with pytest.raises(OutsideError):
        _send(impatient, message, transport, [0.0])
    transport.let_go()
    impatient.owners.leave()
    assert reap(impatient) == 1
    entry = impatient.spool.file.read_bytes()
    replay(impatient)
    impatient.spool.file.write_bytes(entry)
    replay(impatient)
    assert _recipients(impatient) == Recipients(selected=2, accepted=2)
    transport.close()


def test_an_answer_of_an_earlier_attempt_changes_nothing(impatient: Ledger, message: Message) -> None:
    _send(impatient, message, _Silent(), [0.0])
    claim = Claim(1, 1, 0, 2)
    impatient.spool.keep(_entry(impatient, claim))
    assert replay(impatient) == 1
    assert _recipients(impatient) == Recipients(selected=2, in_doubt=2)


def test_an_answer_that_can_be_kept_nowhere_wants_attention(
    impatient: Ledger, message: Message, tmp_path: Path
) -> None:
    transport = _Held(tmp_path / "ledger.db")
    (tmp_path / "ledger.db.answers").mkdir()
    with pytest.raises(
        AttentionError, match=r"the answer to batch 1-1 \(accepted\) could not be recorded, so"
    ):
        _send(impatient, message, transport, [0.0])
    transport.let_go()
    assert _recipients(impatient) == Recipients(selected=2, in_flight=2)
    transport.close()


def test_a_ledger_whose_file_is_removed_meanwhile_is_said_and_the_answer_kept(
    impatient: Ledger, message: Message, tmp_path: Path
) -> None:
    with pytest.raises(OutsideError) as caught:
        _send(impatient, message, _Removing(tmp_path / "ledger.db"), [0.0])
    file = tmp_path / "ledger.db"
    assert str(caught.value) == (
        f"the answer to batch 1-1 (accepted) could not be recorded and is kept in {file}.answers until the "
        f"ledger can be written: ledger {file}: attempt to write a readonly database; "
        "the file was removed while it was in use: put it back, then run it again"
    )


def test_an_answer_that_is_lost_is_told_rather_than_what_failed_before(
    message: Message, tmp_path: Path
) -> None:
    file = tmp_path / "ledger.db"
    (tmp_path / "ledger.db.answers").mkdir()
    ledger = open_ledger("", file)
    ledger.owners.enter()
    with pytest.raises(AttentionError, match="could not be recorded, so it will be in doubt"):
        _send(ledger, message, _Removing(file, failing=True), [0.0], batches=2)
    ledger.close()


class _Removing:
    """Takes the first request while somebody removes the ledger's file; the second fails before that."""

    name = "sendgrid"

    def __init__(self, file: Path, *, failing: bool = False) -> None:
        self._file = file
        self._calls = count(1)
        self._failed = threading.Event()
        if not failing:
            self._failed.set()

    def send(self, body: bytes, begin: Callable[[], bool] = at_once) -> Seen:
        if next(self._calls) > 1:
            self._failed.set()
            raise OutsideError("something else")
        assert begin()
        assert self._failed.wait(30)
        self._file.unlink()
        return Seen(Phase.ANSWERED, 202)

    def close(self) -> None:
        pass


class _Silent:
    """Takes a request and never answers."""

    name = "sendgrid"

    def send(self, body: bytes, begin: Callable[[], bool] = at_once) -> Seen:
        assert begin()
        return Seen(Phase.WAITING)

    def close(self) -> None:
        pass


def _entry(ledger: Ledger, claim: Claim) -> dict[str, object]:
    return {
        "ledger": ledger.identity,
        "batch": [claim.send_id, claim.seq, claim.epoch, claim.recipients],
        "verdict": "accepted",
        "reason": "",
        "message_id": "",
        "named": [],
        "named_reasons": [],
    }


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


def _send(
    ledger: Ledger,
    message: Message,
    transport: _Held | _Silent | _Removing,
    record_pauses: Sequence[float],
    batches: int = 1,
) -> None:
    send_id = start_plan(ledger, edition=EDITION, transport="sendgrid", digest="d", message=b"", send_at=None)
    body = b'[{"to":[{"email":"a@example.org"}]}]'
    write_plan(ledger, send_id, [Draft((2 * n + 1, 2 * n + 2), body) for n in range(batches)])
    assert publish_plan(ledger, send_id)
    Dispatcher(ledger, send_id, message, transport, workers=batches, record_pauses=record_pauses).run()


def _recipients(ledger: Ledger) -> Recipients:
    found = account(ledger, EDITION)
    assert found
    return found.recipients

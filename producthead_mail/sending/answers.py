"""Records what came of a begun batch: in the ledger, or on disk until the ledger can be written."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from producthead_mail.errors import AttentionError, OutsideError
from producthead_mail.ledger import moves
from producthead_mail.ledger.database import Ledger
from producthead_mail.ledger.moves import Claim
from producthead_mail.ledger.states import State
from producthead_mail.sending.outcome import Outcome, Verdict
from producthead_mail.sending.planner import renamed

PAUSES = (0.5, 2.0, 8.0, 20.0)
"""Seconds before an answer is recorded again: by then the disk may have room, and nobody else knows it."""

STATES = {
    Verdict.ACCEPTED: State.ACCEPTED,
    Verdict.NOT_SENT: State.PLANNED,
    Verdict.STOPPED: State.PLANNED,
    Verdict.REJECTED: State.REJECTED,
    Verdict.IN_DOUBT: State.IN_DOUBT,
}


def record(ledger: Ledger, mine: Claim, outcome: Outcome, pauses: Sequence[float] = PAUSES) -> None:
    """Records an answer, again after each pause; raises where the ledger can't be written even then.

    OutsideError where the answer is safe on disk, AttentionError where this process alone knows it.
    """
    kept = ""
    for pause in [*pauses, None]:
        try:
            _record(ledger, mine, outcome)
        except OutsideError as error:
            # At once: a process that is killed while it waits must not take the answer along.
            kept = kept or _keep(ledger, mine, outcome)
            if pause is None:
                raise _unrecorded(mine, outcome, kept, error) from None
            time.sleep(pause)
        else:
            return


def replay(ledger: Ledger) -> int:
    """Records the answers that were kept on disk; how many there were."""
    return ledger.spool.replay(lambda entry: _replay(ledger, entry))


def _record(ledger: Ledger, mine: Claim, outcome: Outcome) -> None:
    if outcome.verdict is Verdict.NAMED:
        refused = dict(zip(outcome.named, outcome.named_reasons, strict=True))
        known = {at: reason for at, reason in refused.items() if at < mine.recipients}
        if known:
            moves.finish_without(ledger, mine, known, renamed)
            return
    state = STATES.get(outcome.verdict, State.REJECTED)
    moves.finish(ledger, mine, state, message_id=outcome.message_id[:100], reason=outcome.reason)


def _keep(ledger: Ledger, mine: Claim, outcome: Outcome) -> str:
    """The file that holds the answer now; empty where it can't be written either."""
    entry = {
        "ledger": ledger.identity,
        "batch": [mine.send_id, mine.seq, mine.epoch, mine.recipients],
        "verdict": outcome.verdict,
        "reason": outcome.reason,
        "message_id": outcome.message_id,
        "named": outcome.named,
        "named_reasons": outcome.named_reasons,
    }
    try:
        ledger.spool.keep(entry)
    except OutsideError:
        return ""
    return str(ledger.spool.file)


def _replay(ledger: Ledger, entry: dict[str, Any]) -> None:
    if entry["ledger"] != ledger.identity:
        return  # of a ledger that was here before
    outcome = Outcome(
        Verdict(entry["verdict"]),
        message_id=entry["message_id"],
        reason=entry["reason"],
        named=tuple(entry["named"]),
        named_reasons=tuple(entry["named_reasons"]),
    )
    _record(ledger, Claim(*entry["batch"]), outcome)


def _unrecorded(
    mine: Claim, outcome: Outcome, kept: str, error: OutsideError
) -> OutsideError | AttentionError:
    answer = f"the answer to batch {mine.name} ({outcome.verdict}) could not be recorded"
    if kept:
        return OutsideError(f"{answer} and is kept in {kept} until the ledger can be written: {error}")
    return AttentionError(f"{answer}, so it will be in doubt: {error}")

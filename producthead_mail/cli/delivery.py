"""Runs a plan to its end: progress, signals, and the account as the report."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from producthead_mail.cli.console import counted, tell
from producthead_mail.cli.progress import Progress
from producthead_mail.errors import AttentionError, Interrupted, MailError

if TYPE_CHECKING:
    from types import FrameType

    from producthead_mail.audience.api import Api
    from producthead_mail.ledger.account import Account
    from producthead_mail.ledger.database import Ledger
    from producthead_mail.ledger.plans import Plan
    from producthead_mail.sending.mailing import Mailing
    from producthead_mail.sending.transport import Transport

INTERRUPTED = "interrupted; what was in flight is recorded: run it again to go on"


def deliver(
    ledger: Ledger, plan: Plan, transport: Transport, api: Api | None, *, quiet: bool
) -> tuple[Account, MailError | None]:
    """The account after this process has done what it could, and what stopped it or needs attention.

    Works on `plan` and on every other part of the edition that has something left to do.
    """
    from producthead_mail.ledger.account import account
    from producthead_mail.sending.mailing import Mailing

    done: set[int] = set()
    error = None
    while not error and (part := _next(ledger, plan, done)):
        done.add(part.send_id)
        with Progress(ledger, part, quiet=quiet) as progress:
            error = _run(Mailing(ledger, part, transport, api, progress.show, tell))
    try:
        found = account(ledger, plan.edition, plan.transport)
    except MailError:
        if error:
            raise error from None  # why the ledger can't be asked came to light before
        raise
    assert found is not None
    attention = _attention(found)
    if not attention:
        return found, error
    words = f"{error}\n{attention}" if error else attention
    # Who stopped it wants nothing further begun, whatever else needs attention.
    return found, Interrupted(words) if isinstance(error, Interrupted) else AttentionError(words)


def _next(ledger: Ledger, plan: Plan, done: set[int]) -> Plan | None:
    """The first part that is still to be worked on: `plan`, and what else of its edition isn't finished."""
    from producthead_mail.ledger.plans import plans_of
    from producthead_mail.ledger.work import open_sends

    wanted = {plan.send_id, *open_sends(ledger, plan.transport)} - done
    return next(
        (part for part in plans_of(ledger, plan.edition, plan.transport) if part.send_id in wanted), None
    )


def _run(mailing: Mailing) -> MailError | None:
    """Sends until nothing is left; gives back what stopped it."""
    interrupted = False

    def stop(*_: int | FrameType | None) -> None:
        nonlocal interrupted
        interrupted = True
        mailing.stop()

    with _signals(stop):
        try:
            mailing.run()
        except MailError as error:
            return error
    return Interrupted(INTERRUPTED) if interrupted else None


@contextmanager
def _signals(handler: Callable[..., None]) -> Iterator[None]:
    """Ctrl-C and SIGTERM call the handler while the block runs."""
    kinds = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(kind, handler) for kind in kinds]
    try:
        yield
    finally:
        for kind, old in zip(kinds, before, strict=True):
            signal.signal(kind, old)


def _attention(found: Account) -> str:
    people = found.recipients
    words = []
    if people.in_doubt:
        words.append(
            f"{_are(people.in_doubt)} in doubt and not sent to again automatically: run "
            f"`producthead settle {found.edition}` in some minutes"
        )
    if people.rejected:
        words.append(
            f"{_are(people.rejected)} rejected: mend what SendGrid says; "
            f"`producthead send {found.edition} --top-up` then tries them again"
        )
    if found.calling_back:
        words.append("calling back was begun and is not confirmed: run it again")
    return f"{found.edition}: {'; '.join(words)}" if words else ""


def _are(number: int) -> str:
    return f"{counted(number, 'recipient')} {'is' if number == 1 else 'are'}"

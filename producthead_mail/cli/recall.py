"""`producthead cancel`, `pause` and `resume`: the curator's undo."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from producthead_mail.cli.console import counted, print_json, show, tell
from producthead_mail.cli.context import project_of
from producthead_mail.cli.options import Edition, Json
from producthead_mail.cli.status import document, slug_of
from producthead_mail.cli.wiring import TransportName, api_of, ledger_of, publication_for, tell_kept
from producthead_mail.errors import AttentionError, Refusal

if TYPE_CHECKING:
    from producthead_mail.config import Project
    from producthead_mail.ledger.database import Ledger
    from producthead_mail.ledger.plans import Plan
    from producthead_mail.sending.recall import Recall
    from producthead_mail.sending.sendgrid_api import SendGridApi


@dataclass(frozen=True, slots=True)
class Subject:
    """What the undo is about."""

    ledger: Ledger
    slug: str
    parts: list[Plan]
    """Of the edition, in order; none where nothing was planned."""
    api: SendGridApi | None


def cancel(ctx: typer.Context, edition: Edition = None, json: Json = False) -> None:
    """Stop an edition for good, until 10 minutes before its hour."""
    from producthead_mail.sending.recall import cancel as call_off

    with _subject(project_of(ctx), edition) as subject:
        if not subject.parts:
            _never(subject)
            _report(subject, None, "will not be sent", json=json)
            return
        if _cancelled(subject):
            tell(f"{subject.slug}: cancelled already")
            _report(subject, None, "", json=json)
            return
        done = call_off(subject.ledger, subject.parts, subject.api)
        _report(subject, done, f"{counted(done.recipients, 'recipient')} cancelled", json=json)
        _refuse(subject, done, "not all of it is cancelled; nothing more of it is begun")
        _refuse_too_late(subject, done)
        if done.doubted:
            slug, people = subject.slug, counted(done.doubted, "recipient")
            raise AttentionError(
                f"{slug}: {people} in doubt, whose mail may be out: `producthead settle {slug}`"
            )


def pause(ctx: typer.Context, edition: Edition = None, json: Json = False) -> None:
    """Hold an edition back until `resume`."""
    from producthead_mail.sending.recall import pause as hold

    with _subject(project_of(ctx), edition) as subject:
        _refuse_unplanned(subject)
        done = hold(subject.ledger, subject.parts, subject.api)
        _report(subject, done, f"paused, {counted(done.recipients, 'recipient')} held back", json=json)
        _refuse(subject, done, "SendGrid does not hold back all that it has")
        _refuse_too_late(subject, done)


def resume(ctx: typer.Context, edition: Edition = None, json: Json = False) -> None:
    """Go on with a paused edition."""
    from producthead_mail.sending.recall import resume as let_go

    with _subject(project_of(ctx), edition) as subject:
        _refuse_unplanned(subject)
        done = let_go(subject.ledger, subject.parts, subject.api)
        rest = (
            f"; `producthead send` goes on with {counted(done.recipients, 'recipient')}"
            if done.recipients
            else ""
        )
        _report(subject, done, f"resumed{rest}", json=json)
        if done.discarded:
            raise AttentionError(
                f"{subject.slug}: {counted(done.discarded, 'recipient')} got nothing and are counted as "
                "cancelled: SendGrid throws away what is held until 72 hours after its hour; "
                f"`producthead send {subject.slug} --top-up` sends to them"
            )
        _refuse(subject, done, "SendGrid still holds back some of it")


@contextmanager
def _subject(project: Project, edition: str | None) -> Iterator[Subject]:
    from producthead_mail.ledger.account import account
    from producthead_mail.ledger.plans import plans_of

    with ledger_of(project) as ledger:
        ledger.owners.enter()
        slug = slug_of(project, ledger, edition)
        found = account(ledger, slug)
        name = TransportName(found.transport) if found else TransportName.SENDGRID
        parts = plans_of(ledger, slug, name)
        is_alive = any(plan.state != "cancelled" for plan in parts)
        api = _api(project, ledger, name) if is_alive else None
        yield Subject(ledger, slug, parts, api)


def _api(project: Project, ledger: Ledger, name: TransportName) -> SendGridApi | None:
    publication, fault = publication_for(project, ledger)
    tell_kept(fault)
    return api_of(name, project, publication)


def _refuse_unplanned(subject: Subject) -> None:
    if not subject.parts:
        raise Refusal(f"{subject.slug}: nothing is planned; `producthead cancel` keeps it from being sent")
    if _cancelled(subject):
        raise Refusal(f"{subject.slug}: cancelled; that can't be taken back")


def _cancelled(subject: Subject) -> bool:
    return all(plan.state == "cancelled" for plan in subject.parts)


def _never(subject: Subject) -> None:
    """Records that an edition which nobody has planned is not to be sent."""
    from producthead_mail.ledger.plans import publish_plan, set_state, start_plan

    send_id = start_plan(
        subject.ledger, edition=subject.slug, transport="sendgrid", digest="", message=b"", send_at=None
    )
    if not publish_plan(subject.ledger, send_id):
        raise Refusal(f"{subject.slug}: planned by another process meanwhile; run it again to cancel that")
    set_state(subject.ledger, send_id, "ready", "cancelled")


def _report(subject: Subject, done: Recall | None, words: str, *, json: bool) -> None:
    from producthead_mail.ledger.account import account
    from producthead_mail.ledger.proofs import past_tests

    if json:
        found = account(subject.ledger, subject.slug)
        digest = found.digest if found else ""
        print_json(document(subject.slug, digest, found, past_tests(subject.ledger, subject.slug)))
        return
    if words:
        show(f"{subject.slug}: {words}")
    if done and done.gone:
        tell(f"{counted(done.gone, 'recipient')} whose mail is with SendGrid or out, and stays so")


def _refuse(subject: Subject, done: Recall, words: str) -> None:
    if done.refused:
        raise Refusal("\n".join([*done.refused, f"{subject.slug}: {words}"]))


def _refuse_too_late(subject: Subject, done: Recall) -> None:
    """Refusal where there was nothing left to stop: whoever asked must not take it for stopped."""
    if done.gone and not done.recipients and not done.doubted:
        raise Refusal(f"{subject.slug}: too late, nothing of it was stopped")

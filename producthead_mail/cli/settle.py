"""`producthead settle`: out of doubt, by evidence or by what a person decides."""

from __future__ import annotations

import getpass
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

import typer

from producthead_mail.cli.completing import editions
from producthead_mail.cli.console import counted, print_json, show, tell
from producthead_mail.cli.context import edition_path, project_of
from producthead_mail.cli.options import Json, storable
from producthead_mail.cli.status import clock, moment, slug_of, zone_of
from producthead_mail.cli.wiring import (
    TransportName,
    api_of,
    has_ledger,
    ledger_of,
    publication_for,
    tell_kept,
)
from producthead_mail.errors import AttentionError, InputError, OutsideError, Problem, UsageError
from producthead_mail.ledger.states import How

if TYPE_CHECKING:
    from producthead_mail.config import Project
    from producthead_mail.ledger.database import Ledger
    from producthead_mail.ledger.decisions import OpenDoubt
    from producthead_mail.sending.evidence import Look, Settled

NAMED_AT_MOST = 5

Edition = Annotated[
    str | None,
    typer.Argument(
        metavar="EDITION",
        help="A slug, a file path, or `latest` (default: all).",
        show_default=False,
        autocompletion=editions,
    ),
]
Batch = Annotated[
    str | None,
    typer.Option("--batch", metavar="ID", help="One batch in doubt, as in `status`.", show_default=False),
]
As = Annotated[
    How | None,
    typer.Option("--as", help="It was sent; is to be sent again; is to be left.", show_default=False),
]
Reason = Annotated[
    str | None,
    typer.Option(
        "--reason",
        metavar="TEXT",
        help="Why you say so: it is recorded.",
        show_default=False,
        callback=storable,
    ),
]


@dataclass(slots=True)
class Report:
    """What came of it, for `--json` and for people."""

    settled: list[dict[str, Any]] = field(default_factory=list)
    sends: set[int] = field(default_factory=set)
    """Those of what was settled."""
    evidence: dict[str, str] = field(default_factory=dict)
    """Batch -> what was found of it, where that is no proof."""


def settle(
    ctx: typer.Context,
    edition: Edition = None,
    batch: Batch = None,
    how: As = None,
    reason: Reason = None,
    json: Json = False,
) -> None:
    """Find out what became of batches in doubt, or record what you know of one."""
    project = project_of(ctx)
    if batch is not None:
        how, reason = _whole(how, reason)
    elif how is not None or reason is not None:
        raise UsageError("--as and --reason say something about one batch: name it with --batch ID")
    if not has_ledger(project):
        _no_ledger(project, edition, batch, json=json)
        return
    with ledger_of(project) as ledger:
        slug = slug_of(project, ledger, edition) if edition is not None else None
        report, error = Report(), None
        if batch is None:
            error = _look(project, ledger, slug, report, json=json)
        else:
            assert how is not None
            slug = _decide(ledger, slug, batch, how, reason or "", report, json=json)
        _tidy(ledger, report)
        _finish(project, ledger, slug, report, error, json=json)


def _whole(how: How | None, reason: str | None) -> tuple[How, str]:
    """What was decided and why; UsageError where either is missing."""
    if how is None:
        raise UsageError("--batch wants --as accepted, resend or abandon")
    if not reason or not reason.strip():
        raise UsageError("--batch wants --reason TEXT: what you saw, or why you decide so")
    return how, " ".join(reason.split())


def _no_ledger(project: Project, edition: str | None, batch: str | None, *, json: bool) -> None:
    if batch is not None:
        raise _unknown(batch, [])
    if edition is not None:
        edition_path(project, edition)
    if json:
        print_json({"settled": [], "doubts": []})
    else:
        show("nothing is in doubt")


def _look(
    project: Project, ledger: Ledger, slug: str | None, report: Report, *, json: bool
) -> OutsideError | None:
    """Records what there is evidence of; gives back why not all doubts could be looked into."""
    from producthead_mail.ledger.decisions import open_doubts
    from producthead_mail.sending.evidence import settle as look_into

    doubts = open_doubts(ledger, slug)
    # The outbox first: it can't fail.
    for transport in (TransportName.OUTBOX, TransportName.SENDGRID):
        mine = [one for one in doubts if one.transport == transport]
        if not mine:
            continue
        try:
            for found in look_into(ledger, mine, _where(project, ledger, transport)):
                _note(found, report, json=json)
        except OutsideError as error:
            return error
    return None


def _where(project: Project, ledger: Ledger, transport: TransportName) -> Look:
    from producthead_mail.sending.evidence import in_logs, in_outbox

    if transport is TransportName.OUTBOX:
        return in_outbox(project.state / "outbox")
    publication, fault = publication_for(project, ledger)
    tell_kept(fault)
    api = api_of(transport, project, publication)
    assert api is not None
    return in_logs(api, ledger.now())


def _note(found: Settled, report: Report, *, json: bool) -> None:
    doubt, words = found.doubt, found.evidence.words
    if not found.settled:
        report.evidence[doubt.batch] = words
        return
    report.sends.add(doubt.claim.send_id)
    report.settled.append(_entry(doubt.edition, doubt.batch, doubt.claim.recipients, "accepted", words))
    if not json:
        show(f"{doubt.edition}: batch {doubt.batch}, {_people(doubt)}: accepted, {words}")


def _decide(
    ledger: Ledger, slug: str | None, batch: str, how: How, reason: str, report: Report, *, json: bool
) -> str:
    """Records the decision; the edition it is about."""
    from producthead_mail.ledger.decisions import decide, find_batch
    from producthead_mail.sending.planner import renamed

    found = find_batch(ledger, batch)
    if found is None or slug not in {None, found.edition}:
        raise _unknown(batch, _names(ledger, slug))
    instead = decide(ledger, found.send_id, found.seq, how, reason, _login(), renamed)
    report.sends.add(found.send_id)
    people = counted(found.recipients, "recipient")
    entry = _entry(found.edition, batch, found.recipients, how, reason)
    report.settled.append({**entry, "replacement": instead} if instead else entry)
    words = f"batch {instead} is planned instead" if instead else "recorded"
    if not json:
        show(f"{found.edition}: batch {batch}, {people}: {how}, {words}")
    if instead:
        option = "" if found.transport == TransportName.SENDGRID else f" --transport {found.transport}"
        tell(f"WARNING: if the lost request of batch {batch} arrived after all, {people} will get it twice")
        tell(f"run `producthead send {found.edition}{option}` to send batch {instead}")
    return found.edition


def _names(ledger: Ledger, slug: str | None) -> list[str]:
    from producthead_mail.ledger.decisions import open_doubts

    return [one.batch for one in open_doubts(ledger, slug)]


def _unknown(batch: str, known: Sequence[str]) -> InputError:
    remedy = f"in doubt: {', '.join(known)}" if known else "nothing is in doubt"
    return InputError([Problem("--batch", 0, 0, f"no batch {batch!r}", remedy)])


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"


def _tidy(ledger: Ledger, report: Report) -> None:
    """Keeps no address longer than it may be needed."""
    from producthead_mail.ledger.groups import release_bodies

    for send_id in report.sends:
        release_bodies(ledger, send_id)
    ledger.compact()


def _finish(
    project: Project,
    ledger: Ledger,
    slug: str | None,
    report: Report,
    error: OutsideError | None,
    *,
    json: bool,
) -> None:
    """Shows which doubts stay, and raises what is to be done about them."""
    from producthead_mail.ledger.decisions import open_doubts

    left = open_doubts(ledger, slug)
    if json:
        print_json({"settled": report.settled, "doubts": [_open(one, report) for one in left]})
    else:
        zone = zone_of(project)
        for one in left:
            found = report.evidence.get(one.batch)
            since = f"in doubt since {clock(one.since, zone)}: {one.reason}"
            show(f"{one.edition}: batch {one.batch}, {_people(one)}: {since}{f'; {found}' if found else ''}")
        if not left and not report.settled:
            show("nothing is in doubt")
    if not left:
        return
    if error:
        raise AttentionError(f"{error}; the doubt stays: run it again, or decide: {_command(left)}")
    raise AttentionError(_next_step(left, looked=bool(report.evidence)))


def _next_step(left: Sequence[OpenDoubt], *, looked: bool) -> str:
    people = sum(one.claim.recipients for one in left)
    names = [one.batch for one in left[:NAMED_AT_MOST]] + ["…"] * (len(left) > NAMED_AT_MOST)
    words = f"{counted(people, 'recipient')} in doubt (batch {', '.join(names)}): "
    if looked:
        words += "that nothing is found proves nothing, SendGrid's logs run late; wait some minutes and run "
        return f"{words}`producthead settle` again, or decide: {_command(left)}"
    return f"{words}run `producthead settle`, or decide: {_command(left)}"


def _command(left: Sequence[OpenDoubt]) -> str:
    name = left[0].batch if len(left) == 1 else "ID"
    return f"`producthead settle --batch {name} --as accepted|resend|abandon --reason TEXT`"


def _people(doubt: OpenDoubt) -> str:
    return counted(doubt.claim.recipients, "recipient")


def _entry(edition: str, batch: str, recipients: int, outcome: str, reason: str) -> dict[str, Any]:
    return {"edition": edition, "batch": batch, "recipients": recipients, "as": outcome, "reason": reason}


def _open(doubt: OpenDoubt, report: Report) -> dict[str, Any]:
    return {
        "edition": doubt.edition,
        "batch": doubt.batch,
        "recipients": doubt.claim.recipients,
        "since": moment(doubt.since),
        "reason": doubt.reason,
        "evidence": report.evidence.get(doubt.batch),
    }

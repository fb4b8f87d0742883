"""`producthead send`: a test, a rehearsal, or the real thing."""

from __future__ import annotations

from typing import Annotated

import typer

from producthead_mail.cli.context import project_of
from producthead_mail.cli.options import Edition, Json, Out
from producthead_mail.cli.wiring import TransportName
from producthead_mail.errors import UsageError

Test = Annotated[
    bool, typer.Option("--test", help="To test_recipients only, with [TEST] before the subject.")
]
To = Annotated[
    list[str] | None,
    typer.Option(
        "--to", metavar="EMAIL", help="Who gets the test instead (again for more).", show_default=False
    ),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Plan, count the cost, write every request; nothing leaves.")
]
Sandbox = Annotated[
    bool, typer.Option("--sandbox", help="Let SendGrid check every request; nobody gets mail.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Send without asking.")]
At = Annotated[
    str | None,
    typer.Option(
        "--at", metavar="TIME", help="When it goes, such as '2024-02-12 07:00'.", show_default=False
    ),
]
Now = Annotated[bool, typer.Option("--now", help="At once, whatever send_at says.")]
Rate = Annotated[
    str | None,
    typer.Option(
        "--rate",
        metavar="N/h",
        help="So many recipients an hour at most, such as 5000/h.",
        show_default=False,
    ),
]
TopUp = Annotated[bool, typer.Option("--top-up", help="What was sent, to the recipients added since.")]
Transport = Annotated[
    TransportName,
    typer.Option("--transport", help="Who takes the mail: SendGrid, or files in .producthead/outbox/."),
]


def send(
    ctx: typer.Context,
    edition: Edition = None,
    test: Test = False,
    to: To = None,
    dry_run: DryRun = False,
    sandbox: Sandbox = False,
    out: Out = None,
    yes: Yes = False,
    transport: Transport = TransportName.SENDGRID,
    at: At = None,
    now: Now = False,
    rate: Rate = None,
    top_up: TopUp = False,
    json: Json = False,
) -> None:
    """Send an edition to its audience, or (--test) to yourself, or (--dry-run, --sandbox) to nobody."""
    chosen = [name for name, on in (("--test", test), ("--dry-run", dry_run), ("--sandbox", sandbox)) if on]
    _refuse_mixtures(chosen, to, out)
    _refuse_times(bool(chosen), at, now, rate, top_up=top_up)
    if test:
        from producthead_mail.cli.send_test import send_test

        send_test(ctx, edition, to or [], transport, json=json)
    elif dry_run:
        from producthead_mail.cli.send_rehearsal import dry_run as rehearse

        rehearse(ctx, edition, out, json=json)
    elif sandbox:
        from producthead_mail.cli.send_rehearsal import sandbox as rehearse_at

        rehearse_at(ctx, edition, transport, json=json)
    else:
        from producthead_mail.cli.planning import Order, read_rate
        from producthead_mail.cli.send_edition import send_edition

        order = Order(project_of(ctx), transport, yes, json, at or "", now, read_rate(rate), top_up)
        send_edition(order, edition)


def _refuse_mixtures(chosen: list[str], to: list[str] | None, out: object) -> None:
    if len(chosen) > 1:
        raise UsageError(f"{' and '.join(chosen)} don't go together: choose one")
    if to and chosen != ["--test"]:
        raise UsageError("--to is for --test: the real thing goes to the audience")
    if out is not None and chosen != ["--dry-run"]:
        raise UsageError("--out is for --dry-run")


def _refuse_times(rehearsed: bool, at: str | None, now: bool, rate: str | None, *, top_up: bool) -> None:
    if rehearsed and (at or now or rate):
        raise UsageError("--at, --now and --rate are for the real thing")
    if top_up and (rehearsed or at or now):
        raise UsageError("--top-up goes with what was sent: without a time, a test or a rehearsal")
    if at and now:
        raise UsageError("--at and --now don't go together: choose one")

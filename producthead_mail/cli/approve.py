"""`producthead approve`: these bytes may go out."""

from __future__ import annotations

from typing import Annotated

import typer

from producthead_mail.cli.check import gate
from producthead_mail.cli.console import counted, print_json, show, tell
from producthead_mail.cli.context import load
from producthead_mail.cli.options import Edition, Json, storable
from producthead_mail.cli.wiring import ledger_of
from producthead_mail.errors import Refusal, UsageError

Untested = Annotated[
    str | None,
    typer.Option(
        "--untested",
        metavar="REASON",
        help="Approve without a test send, for this reason.",
        callback=storable,
        show_default=False,
    ),
]


def approve(
    ctx: typer.Context, edition: Edition = None, untested: Untested = None, json: Json = False
) -> None:
    """Let a checked and tested edition be sent, as it is to the byte."""
    from producthead_mail.content.approval import write_approval
    from producthead_mail.ledger.proofs import past_tests, record_approval

    if untested is not None and not untested.strip():
        raise UsageError("--untested wants a reason")
    loaded = load(ctx, edition)
    slug, digest = loaded.edition.slug, loaded.message.digest
    gate(loaded, "approved", json=json)
    with ledger_of(loaded.project) as ledger:
        tests = [one for one in past_tests(ledger, slug) if one.digest == digest]
        if not tests and untested is None:
            raise Refusal(
                f"{slug}: not approved: these bytes (digest {digest[:12]}) were never test-sent; "
                "run `producthead send --test`, look at the mail, and approve again"
            )
        record_approval(ledger, slug, digest, (untested or "").strip())
    if loaded.edition.approved != digest:
        write_approval(loaded.edition.path, digest)
    if json:
        print_json({"edition": slug, "digest": digest, "approved": True, "untested": untested})
        return
    show(digest)
    tell(
        f"{slug}: approved as "
        + (
            f"tested ({counted(len(tests), 'test send')} of these bytes)"
            if tests
            else f"untested: {untested}"
        )
    )

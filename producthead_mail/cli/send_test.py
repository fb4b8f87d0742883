"""`producthead send --test`: the very bytes, to people who asked for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import typer

from producthead_mail.cli.check import BAD_INPUT, exit_code, findings, gate
from producthead_mail.cli.console import counted, print_json, show, tell
from producthead_mail.cli.context import Loaded, load, load_path
from producthead_mail.cli.status import moment
from producthead_mail.cli.wiring import TransportName, ledger_of, transport_of
from producthead_mail.config import Project
from producthead_mail.errors import AttentionError, InputError, OutsideError, Problem, Refusal
from producthead_mail.sending.outcome import Outcome, Verdict

if TYPE_CHECKING:
    from producthead_mail.checks.finding import Finding


def send_test(
    ctx: typer.Context, edition: str | None, to: Sequence[str], transport: TransportName, *, json: bool
) -> None:
    """Sends the test and records which bytes went to whom; raises where it wasn't taken."""
    loaded = load(ctx, edition)
    found = findings(loaded)
    if exit_code(found) == InputError.exit_code:
        gate(loaded, "tested", json=json)
    addresses, at = _delivered(loaded, to, transport)
    slug, digest = loaded.edition.slug, loaded.message.digest
    if json:
        print_json({"edition": slug, "digest": digest, "transport": transport, "to": addresses, "at": at})
    else:
        show(_said(loaded, addresses, transport))
    _mention(loaded, found)


def send_test_of(project: Project, slug: str, transport: str) -> str:
    """What to say of a test that the studio asked for; raises where it wasn't taken."""
    loaded = load_path(project, project.editions / f"{slug}.md")
    grave = [one for one in findings(loaded) if one.rule in BAD_INPUT]
    if grave:
        raise InputError(Problem(one.path, one.line, one.column, one.message, one.remedy) for one in grave)
    addresses, _ = _delivered(loaded, (), TransportName(transport))
    return _said(loaded, addresses, transport)


def _delivered(loaded: Loaded, to: Sequence[str], transport: TransportName) -> tuple[list[str], str]:
    """Who got the test, and when; it is on record."""
    from producthead_mail.ledger.proofs import record_test
    from producthead_mail.sending.outcome import classify

    addresses = _addresses(loaded, to)
    with (
        ledger_of(loaded.project) as ledger,
        transport_of(transport, loaded.project, loaded.publication) as carrier,
    ):
        outcome = classify(carrier.send(_body(loaded, addresses)), now=ledger.now(), final=True)
        _raise_for(outcome, addresses)
        record_test(ledger, loaded.edition.slug, loaded.message.digest, transport, addresses)
        return addresses, moment(ledger.now())


def _said(loaded: Loaded, addresses: Sequence[str], transport: str) -> str:
    digest = loaded.message.digest[:12]
    return f"{loaded.edition.slug}: test {digest} sent to {', '.join(addresses)} by {transport}"


def _addresses(loaded: Loaded, to: Sequence[str]) -> list[str]:
    from producthead_mail.audience.address import normalise

    source = "--to" if to else "test_recipients in publication.yaml"
    wanted = to or loaded.publication.test_recipients
    if not wanted:
        remedy = "name them there, or give --to EMAIL"
        raise InputError(
            [Problem("test_recipients in publication.yaml", 0, 0, "nobody to test with", remedy)]
        )
    addresses: dict[str, str] = {}
    problems = []
    for written in wanted:
        try:
            address = normalise(written)
        except ValueError as error:
            problems.append(Problem(source, 0, 0, f"{written!r} is no address: {error}"))
        else:
            addresses.setdefault(address.casefold(), address)
    if problems:
        raise InputError(problems)
    return list(addresses.values())


def _body(loaded: Loaded, addresses: Sequence[str]) -> bytes:
    from producthead_mail.audience.recipient import Recipient
    from producthead_mail.rendering.slots import placeholder_fields
    from producthead_mail.sending.payload import personalization, personalizations_json, request_body

    message = loaded.message
    fields = placeholder_fields(message)
    # Each test has a name of its own, so that the outbox keeps them apart.
    name = f"test-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    parts = [
        personalization(
            message,
            Recipient(address, {**fields, "email": address}, number),
            {"edition": message.edition, "batch": name, "recipient": str(number)},
        )
        for number, address in enumerate(addresses, 1)
    ]
    return request_body(message, personalizations_json(parts), test=True)


def _raise_for(outcome: Outcome, addresses: Sequence[str]) -> None:
    if outcome.verdict is Verdict.NAMED:
        raise InputError(
            Problem("test recipient", 0, 0, f"{addresses[place]}: {reason}")
            for place, reason in zip(outcome.named, outcome.named_reasons, strict=True)
            if place < len(addresses)
        )
    if outcome.verdict is Verdict.IN_DOUBT:
        raise AttentionError(
            f"the test may or may not have been sent: {outcome.reason}; look into the inbox, then test again"
        )
    if outcome.verdict is Verdict.REJECTED:
        raise Refusal(f"the test was refused: {outcome.reason}")
    if outcome.verdict is not Verdict.ACCEPTED:
        raise OutsideError(f"the test was not sent: {outcome.reason}")


def _mention(loaded: Loaded, found: tuple[Finding, ...]) -> None:
    from producthead_mail.checks.report import counts

    number = {str(severity): count for severity, count in counts(found).items()}
    if number.get("error") or number.get("warning"):
        faults, doubts = (
            counted(number.get("error", 0), "error"),
            counted(number.get("warning", 0), "warning"),
        )
        tell(f"{faults} and {doubts}: see `producthead check {loaded.edition.slug}`")

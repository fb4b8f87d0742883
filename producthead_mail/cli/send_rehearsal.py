"""`producthead send --dry-run` and `--sandbox`: everything but the mail."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from producthead_mail.cli.check import gate
from producthead_mail.cli.console import counted, print_json, show, tell
from producthead_mail.cli.context import Loaded, load
from producthead_mail.cli.wiring import TransportName, audience_of, has_ledger, ledger_to_ask, transport_of
from producthead_mail.errors import OutsideError, Refusal

if TYPE_CHECKING:
    from producthead_mail.ledger.draft import Draft, Left

NO_LEDGER_KEY = bytes(32)
"""Stands in for the key of a ledger that isn't there yet: it decides the order of recipients."""


@dataclass(slots=True)
class Summary:
    """What a send would come to."""

    recipients: int = 0
    batches: int = 0
    bytes: int = 0
    exceptions: Counter[str] = field(default_factory=Counter)

    @property
    def selected(self) -> int:
        return self.recipients + self.exceptions.total()

    def document(self, loaded: Loaded) -> dict[str, object]:
        """For --json."""
        left = {kind: self.exceptions[kind] for kind in ("suppressed", "invalid", "duplicate")}
        return {
            "edition": loaded.edition.slug,
            "digest": loaded.message.digest,
            "recipients": {"selected": self.selected, **left, "planned": self.recipients},
            "batches": self.batches,
            "bytes": self.bytes,
            "cost": {"credits": self.recipients},
        }

    def __str__(self) -> str:
        left = "".join(f", {number} {kind}" for kind, number in sorted(self.exceptions.items()))
        return (
            f"{self.selected} selected{left}: {counted(self.recipients, 'mail')} in "
            f"{counted(self.batches, 'request')}, {self.bytes / 1e6:.1f} MB; "
            f"cost: {counted(self.recipients, 'credit')}"
        )


def dry_run(ctx: typer.Context, edition: str | None, out: Path | None, *, json: bool) -> None:
    """Writes every request as it would leave; Refusal where SendGrid would refuse one."""
    loaded = load(ctx, edition)
    gate(loaded, "rehearsed", json=json)
    folder = out or loaded.project.build / "dry-run" / loaded.edition.slug
    summary = Summary()
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    try:
        problems = _write(loaded, draft, summary)
        _replace(folder, draft)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    if json:
        print_json({**summary.document(loaded), "out": str(folder), "problems": problems})
    else:
        for problem in problems:
            show(problem)
        show(f"{loaded.edition.slug}: {summary}")
        tell(f"requests are in {folder}; nothing was sent")
    if problems:
        raise Refusal(f"{loaded.edition.slug}: SendGrid would refuse {len(problems)} things, listed above")


def sandbox(ctx: typer.Context, edition: str | None, transport: TransportName, *, json: bool) -> None:
    """Posts every request with the sandbox on; raises at the first that isn't taken."""
    from producthead_mail.sending.outcome import Verdict, classify

    loaded = load(ctx, edition)
    gate(loaded, "rehearsed", json=json)
    summary = Summary()
    with transport_of(transport, loaded.project, loaded.publication) as carrier:
        for body in _bodies(loaded, summary, sandbox=True):
            outcome = classify(carrier.send(body), sandbox=True, final=True)
            if outcome.verdict in {Verdict.REJECTED, Verdict.NAMED}:
                raise Refusal(f"request {summary.batches} was refused: {outcome.reason}; nobody got mail")
            if outcome.verdict is not Verdict.ACCEPTED:
                raise OutsideError(f"request {summary.batches}: {outcome.reason}; nobody got mail")
    if json:
        print_json({**summary.document(loaded), "accepted": summary.batches, "transport": transport})
        return
    show(f"{loaded.edition.slug}: {summary}")
    tell(f"{transport} took {counted(summary.batches, 'request')} in sandbox mode; nobody got mail")


def _write(loaded: Loaded, folder: Path, summary: Summary) -> list[str]:
    from producthead_mail.sending.limits import body_problems

    problems = []
    for body in _bodies(loaded, summary):
        name = f"request-{summary.batches:04}.json"
        (folder / name).write_bytes(body)
        problems += [f"{name}: {problem}" for problem in body_problems(body)]
    return problems


def _bodies(loaded: Loaded, summary: Summary, *, sandbox: bool = False) -> Iterator[bytes]:
    from producthead_mail.ledger.draft import Left
    from producthead_mail.sending.payload import request_body

    for part in _parts(loaded):
        if isinstance(part, Left):
            summary.exceptions[part.kind] += 1
            continue
        body = request_body(loaded.message, part.body, sandbox=sandbox)
        summary.recipients += len(part.rids)
        summary.batches += 1
        summary.bytes += len(body)
        yield body


def _parts(loaded: Loaded) -> Iterator[Draft | Left]:
    from producthead_mail.audience.select import select
    from producthead_mail.sending.planner import drafts, refuse_unknown_fields

    source = audience_of(loaded.project, loaded.publication)
    refuse_unknown_fields(loaded.message, source.columns, source.name)
    with (
        _identity(loaded) as (key, send_id, suppressed),
        closing(source.rows),  # a query left in the middle would keep its connection
    ):
        selected = select(source.usable_rows(), key=key, suppressed=suppressed)
        yield from drafts(loaded.message, selected, send_id, key)


@contextmanager
def _identity(loaded: Loaded) -> Iterator[tuple[bytes, int, Callable[[int], str | None]]]:
    """What the send would have, so that these are the bytes that would leave: key, number, suppressed."""
    if not has_ledger(loaded.project):
        yield NO_LEDGER_KEY, 1, lambda _: None
        return
    from producthead_mail.ledger.plans import next_id
    from producthead_mail.ledger.suppressions import Suppressed

    with ledger_to_ask(loaded.project) as ledger:
        yield ledger.recipient_key, next_id(ledger), Suppressed(ledger)


def _replace(folder: Path, draft: Path) -> None:
    draft.chmod(0o755)
    if not folder.exists():
        draft.rename(folder)
        return
    for old in folder.glob("request-*.json"):
        old.unlink()
    for new in draft.iterdir():
        new.replace(folder / new.name)

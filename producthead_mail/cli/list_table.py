"""A row for each edition: as JSON, and as a table to read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from math import inf
from textwrap import wrap
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from producthead_mail.cli.console import show
from producthead_mail.cli.status import moment

if TYPE_CHECKING:
    from producthead_mail.content.summary import Summary
    from producthead_mail.ledger.overview import PastTests, Standing

HEAD = ("goes", "state", "approval", "tested", "links", "posts", "accepted", "edition")
RIGHT = {"links", "posts", "accepted"}
NARROWEST = 20
"""Columns; a terminal may say that it has one."""


@dataclass(frozen=True, slots=True)
class Row:
    """What is known of an edition."""

    slug: str
    summary: Summary | None
    """None where the file can't be loaded."""
    standing: Standing | None
    """None where it was never planned."""
    tests: PastTests | None
    digest: str | None = ""
    """Of what is or would be sent; empty where nobody needs it, None where it was not looked up."""

    @property
    def approval(self) -> str | None:
        """`approved`, `void` where the bytes are others by now, `unchecked`; None where there is none."""
        approved = self.summary.approved if self.summary else ""
        if not approved:
            return None
        if self.digest is None:
            return "unchecked"
        return "approved" if approved == self.digest else "void"

    @property
    def these_bytes(self) -> bool | None:
        """Whether the last test send was of these bytes; None where that was not looked up."""
        return None if self.tests is None or self.digest is None else self.tests.digest == self.digest


def json_row(row: Row) -> dict[str, object]:
    """The row as `list --json` shows it."""
    from producthead_mail.ledger.states import Recipients

    summary, standing, tests = row.summary, row.standing, row.tests
    assert summary is not None
    return {
        "edition": row.slug,
        **asdict(summary),
        "approved": summary.approved or None,
        "approval": row.approval,
        "state": str(standing.state) if standing else "new",
        "transport": standing.transport if standing else None,
        "recipients": asdict(standing.recipients if standing else Recipients()),
        "tests": {
            "count": tests.count if tests else 0,
            "last": moment(tests.at) if tests else None,
            "these_bytes": row.these_bytes,
        },
    }


def show_table(rows: Sequence[Row], zone: ZoneInfo, columns: float = inf) -> None:
    """Prints the rows under a head; where so many columns are too few, each row in lines of its own."""
    cells = [HEAD, *(_cells(row, zone) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    if sum(widths) + 2 * len(widths[1:]) > columns:
        for line in cells[1:]:
            show(_in_lines(line, max(int(columns), NARROWEST)))
        return
    for line in cells if rows else ():
        padded = (
            cell.rjust(width) if name in RIGHT else cell.ljust(width)
            for cell, width, name in zip(line, widths, HEAD, strict=True)
        )
        show("  ".join(padded).rstrip())


def _in_lines(cells: tuple[str, ...], columns: int) -> str:
    said = [f"{name} {cell}" for name, cell in zip(HEAD, cells, strict=True) if cell not in ("", "-")][:-1]
    words = wrap("; ".join(said), columns - 2, break_on_hyphens=False)
    return "\n  ".join([cells[-1], *words])


def _cells(row: Row, zone: ZoneInfo) -> tuple[str, ...]:
    summary, standing = row.summary, row.standing
    return (
        _goes(summary),
        _state(standing),
        _approval(row),
        _tested(row, zone),
        str(summary.curated or "-") if summary else "",
        str(summary.posts or "-") if summary else "",
        f"{standing.recipients.accepted:,}" if standing else "-",
        row.slug,
    )


def _goes(summary: Summary | None) -> str:
    if summary is None:
        return ""
    return summary.send_at[:16].replace("T", " ") if summary.send_at else summary.date


def _state(standing: Standing | None) -> str:
    if standing is None:
        return "new"
    people = standing.recipients
    trouble = [
        f"{number:,} {word}"
        for number, word in ((people.in_doubt, "in doubt"), (people.rejected, "rejected"))
        if number
    ]
    words = f"{standing.state}: {', '.join(trouble)}" if trouble else str(standing.state)
    return (
        words
        + (", paused" if standing.paused else "")
        + (" (outbox)" if standing.transport == "outbox" else "")
    )


def _approval(row: Row) -> str:
    if row.summary is None:
        return "can't be loaded"
    words = {"approved": "approved", "void": "void: changed since", "unchecked": "approved?"}
    return words[row.approval] if row.approval else "-"


def _tested(row: Row, zone: ZoneInfo) -> str:
    if row.tests is None:
        return "-"
    changed = ", other bytes" if row.these_bytes is False else ""
    return f"{row.tests.count}, last {datetime.fromtimestamp(row.tests.at, zone):%Y-%m-%d}{changed}"

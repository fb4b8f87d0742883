"""How fast the ledger answers, and its size, against a table with a row for each recipient."""

from __future__ import annotations

import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from producthead_mail.ledger.account import received, unfinished
from producthead_mail.ledger.database import open_ledger
from producthead_mail.ledger.draft import Draft
from producthead_mail.ledger.moves import begin, claim, finish
from producthead_mail.ledger.plans import publish_plan, start_plan, write_plan
from producthead_mail.ledger.states import State

EDITIONS = 10
BATCH = 1000
ASKED = 200


def main() -> None:
    """Print sizes, seconds and their ratios for as many recipients an edition as the first argument says."""
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    rids = sorted(random.Random(1).sample(range(1 << 62), people))
    with tempfile.TemporaryDirectory() as folder:
        ours, rows = Path(folder) / "ledger.db", Path(folder) / "rows.db"
        ledger = open_ledger("", ours)
        ledger.owners.enter()
        start = time.perf_counter()
        for number in range(EDITIONS):
            send_id = start_plan(
                ledger, edition=f"e{number}", transport="sendgrid", digest="d", message=b"", send_at=None
            )
            batches = (Draft(tuple(rids[at : at + BATCH]), b"[]") for at in range(0, people, BATCH))
            write_plan(ledger, send_id, batches)
            publish_plan(ledger, send_id)
            while mine := claim(ledger, send_id):
                begin(ledger, mine)
                finish(ledger, mine, State.ACCEPTED)
        seconds = time.perf_counter() - start
        ledger.compact()
        plain = row_each(rows, rids)
        total = people * EDITIONS
        print(
            f"{EDITIONS} editions x {people:,}: {total / BATCH / seconds:.0f} batches/s planned to accepted"
        )
        report("bytes a recipient", ours.stat().st_size / total, rows.stat().st_size / total)
        some = random.Random(2).sample(rids, ASKED)
        report(
            "ms: what did X get",
            each(lambda rid: received(ledger, rid), some),
            each(lambda rid: plain.execute("SELECT * FROM got WHERE rid = ?", (rid,)).fetchall(), some),
        )
        left = "SELECT DISTINCT send_id FROM got WHERE state IN (0, 1, 2, 5)"
        report(
            "ms: what is unfinished",
            each(lambda _: unfinished(ledger), some[:3]),
            each(lambda _: plain.execute(left).fetchall(), some[:3]),
        )
        plain.close()
        ledger.close()


def row_each(path: Path, rids: list[int]) -> sqlite3.Connection:
    """The reference: who got what as one row a recipient and edition, with an index for each question."""
    plain = sqlite3.connect(path)
    plain.execute(
        "CREATE TABLE got (send_id INT, rid INT, state INT, PRIMARY KEY (send_id, rid)) WITHOUT ROWID"
    )
    for send_id in range(EDITIONS):
        plain.executemany("INSERT INTO got VALUES (?, ?, 3)", ((send_id, rid) for rid in rids))
    plain.execute("CREATE INDEX got_rid ON got (rid)")
    plain.commit()
    return plain


def each(ask: Callable[[int], object], asked: list[int]) -> float:
    """Milliseconds for one of them."""
    start = time.perf_counter()
    for rid in asked:
        ask(rid)
    return (time.perf_counter() - start) * 1000 / len(asked)


def report(what: str, ours: float, rows: float) -> None:
    """Print both and how many times more a row each takes."""
    print(f"{what}: {ours:.2f}; a row each: {rows:.2f} ({rows / ours:.2g} times)")


if __name__ == "__main__":
    main()

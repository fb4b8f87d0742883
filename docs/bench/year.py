"""A year of a weekly newsletter in one ledger: its size, and how long it takes to answer.

The first edition goes the ledger's own way: each batch planned, claimed, begun and finished, all on disk.
The others are written as that one stands then, for other people: all of them would take ten minutes.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from processes import new_schema, postgres
from sqlalchemy import ColumnElement, Connection, Table, insert, select, text

from producthead_mail.cli.context import load_path
from producthead_mail.config import find_project
from producthead_mail.content.library import edition_paths
from producthead_mail.ledger import schema
from producthead_mail.ledger.account import account, received, unfinished
from producthead_mail.ledger.database import Ledger, open_ledger
from producthead_mail.ledger.draft import Draft
from producthead_mail.ledger.moves import begin, claim, finish
from producthead_mail.ledger.plans import publish_plan, start_plan, write_plan
from producthead_mail.ledger.rids import pack
from producthead_mail.ledger.states import State
from producthead_mail.rendering.freeze import freeze

EDITIONS = 52
BATCH = 1000
ASKED = 500
DIGEST = "d" * 64
TABLES = text(
    "SELECT sum(pg_total_relation_size(oid)) FROM pg_class "
    "WHERE relkind = 'r' AND relnamespace = 'bench_1'::regnamespace"
)


def main() -> None:
    """Print sizes and milliseconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("people", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--postgres", action="store_true", help="instead of SQLite")
    options = parser.parse_args()
    project = find_project(Path(__file__).parent)
    message = freeze(load_path(project, edition_paths(project)[0]).message)
    # More than get an edition: each goes to four of five.
    known = sorted(random.Random(1).sample(range(1 << 62), options.people * 5 // 4))
    with opened(options.postgres) as (ledger, size):
        start = time.perf_counter()
        sent = edition(ledger, "e00", message, chosen(known, 0))
        seconds = time.perf_counter() - start
        people = [chosen(known, number) for number in range(5)]
        for number in range(1, EDITIONS):
            repeat(ledger, sent, f"e{number:02}", people[number % 5])
        ledger.compact()
        total = EDITIONS * len(people[0])
        where = "PostgreSQL" if options.postgres else "SQLite"
        print(f"{EDITIONS} editions to {total // EDITIONS:,} people each, in {where}:")
        print(
            f"one planned to accepted in {seconds:.0f} s; {size() / total:.2f} bytes a recipient and edition"
        )
        ask(ledger, known)


def chosen(known: Sequence[int], number: int) -> list[int]:
    """Four of five people, other ones in each edition."""
    return [rid for at, rid in enumerate(known) if (at + number) % 5]


def edition(ledger: Ledger, name: str, message: bytes, rids: list[int]) -> int:
    """The id of an edition that was planned and is accepted, all of it."""
    send_id = start_plan(
        ledger, edition=name, transport="sendgrid", digest=DIGEST, message=message, send_at=None
    )
    write_plan(ledger, send_id, (Draft(tuple(cut), b"[]") for cut in cuts(rids)))
    assert publish_plan(ledger, send_id)
    while mine := claim(ledger, send_id):
        begin(ledger, mine)
        finish(ledger, mine, State.ACCEPTED, message_id="14c5d75ce93.dfd.64b469")
    return send_id


def repeat(ledger: Ledger, sent: int, name: str, rids: list[int]) -> None:
    """Writes an edition as another one stands that was sent to as many people."""
    lists = [{"seq": seq, "rids": pack(cut)} for seq, cut in enumerate(cuts(rids), 1)]
    with ledger.writing() as connection:
        copy = rows(connection, schema.send, schema.send.c.id == sent)[0]
        del copy["id"]
        new = connection.execute(insert(schema.send).returning(schema.send.c.id), {**copy, "edition": name})
        send_id = new.scalar_one()
        batches = rows(connection, schema.batch, schema.batch.c.send_id == sent)
        ends = [{"first_rid": cut[0], "last_rid": cut[-1]} for cut in cuts(rids)]
        written = [{**one, **end, "send_id": send_id} for one, end in zip(batches, ends, strict=True)]
        connection.execute(insert(schema.batch), written)
        connection.execute(insert(schema.batch_list), [{**one, "send_id": send_id} for one in lists])
        moves = rows(connection, schema.attempt, schema.attempt.c.send_id == sent)
        for one in moves:
            del one["id"]
        connection.execute(insert(schema.attempt), [{**one, "send_id": send_id} for one in moves])


def rows(connection: Connection, table: Table, which: ColumnElement[bool]) -> list[dict[str, Any]]:
    """Rows of a table, in the order in which they were written."""
    found = connection.execute(select(table).where(which).order_by(*table.primary_key.columns))
    return [dict(row._mapping) for row in found]


def cuts(rids: list[int]) -> Iterator[list[int]]:
    """The people of each batch."""
    return (rids[at : at + BATCH] for at in range(0, len(rids), BATCH))


def ask(ledger: Ledger, known: list[int]) -> None:
    """Asks each question for people by chance, and holds the answers against what was sent."""
    rank = {rid: at for at, rid in enumerate(known)}
    some = random.Random(2).sample(known, ASKED)
    for rid in some[:50]:
        got = {one.edition for one in received(ledger, rid)}
        assert got == {f"e{number:02}" for number in range(EDITIONS) if (rank[rid] + number) % 5}
    report("which of the 52 did X get", lambda rid: received(ledger, rid), some)
    report("did X get the 30th", lambda rid: received(ledger, rid, "e29"), some)
    report("how many got the 30th", lambda _: account(ledger, "e29"), some[:50])
    report("what is unfinished", lambda _: unfinished(ledger), some[:50])


def report(question: str, answer: Callable[[int], object], asked: Sequence[int]) -> None:
    """Print the median, and the slowest but one in twenty."""
    times = []
    for rid in asked:
        start = time.perf_counter()
        answer(rid)
        times.append((time.perf_counter() - start) * 1000)
    print(f"{question}: {statistics.median(times):.2f} ms, 95 of 100 in {quantile(times):.2f} ms")


def quantile(times: list[float]) -> float:
    """What 95 of 100 are below."""
    return statistics.quantiles(times, n=20)[-1]


@contextlib.contextmanager
def opened(in_postgres: bool) -> Iterator[tuple[Ledger, Callable[[], int]]]:
    """A new ledger, and what says how many bytes it has."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = new_schema(stack.enter_context(postgres()), 1) if in_postgres else ""
        ledger = open_ledger(url, folder / "ledger.db")
        stack.callback(ledger.close)
        ledger.owners.enter()
        yield ledger, lambda: tables(ledger) if in_postgres else (folder / "ledger.db").stat().st_size


def tables(ledger: Ledger) -> int:
    """Bytes of all tables with their indexes, in PostgreSQL."""
    with ledger.reading() as connection:
        return int(connection.execute(TABLES).scalar_one())


if __name__ == "__main__":
    main()

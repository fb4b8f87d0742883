"""Batches a second of one and two workers, next to `send` in as many processes, on one PostgreSQL."""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
import time
from pathlib import Path

from endpoint import endpoint
from processes import new_schema, plan, postgres, sent
from sqlalchemy import func, select

from producthead_mail.cli.context import load_path
from producthead_mail.config import find_project
from producthead_mail.content.library import edition_paths
from producthead_mail.ledger.account import account
from producthead_mail.ledger.database import Ledger, open_ledger
from producthead_mail.ledger.schema import attempt
from producthead_mail.ledger.states import State
from producthead_mail.rendering.message import Message
from producthead_mail.sending import cluster
from producthead_mail.sending.sendgrid_api import SendGridApi
from producthead_mail.sending.sendgrid_client import SendGridClient
from producthead_mail.sending.transports.sendgrid import SendGridTransport
from producthead_mail.sending.worker import Worker

ROUNDS = 2
"""Each way has its turn in each; the best counts, as others may be at work."""
WAYS = [(way, number) for number in (1, 2) for way in ("send", "worker")]


def main() -> None:
    """Print batches a second and ratios for as many recipients as the first argument says."""
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 150_000
    project = find_project(Path(__file__).parent)
    message = load_path(project, edition_paths(project)[0]).message
    best: dict[tuple[str, int], float] = {}
    batches = 0
    with endpoint() as url, tempfile.TemporaryDirectory() as folder, postgres() as server:
        for turn, (way, number) in enumerate(WAYS * ROUNDS):
            place, here = new_schema(server, turn), Path(folder) / str(turn)
            run = sent if way == "send" else worked
            seconds = run(place, here, url, message, people, number)
            batches = count(place, here, message)
            best[way, number] = max(batches / seconds, best.get((way, number), 0))
    print(f"{batches} batches on PostgreSQL, {os.cpu_count()} processors for all, endpoint included:")
    for (way, number), rate in best.items():
        ratio = rate / best["send", number]
        print(f"{number} x {way}: {rate:.0f} batches/s ({ratio:.2f} times as many as {number} x send)")


def worked(place: str, folder: Path, url: str, message: Message, people: int, number: int) -> float:
    """Seconds from the first claim to the last answer."""
    ledger = open_ledger(place, folder / "ledger.db")
    ledger.owners.enter()
    cluster.prepare_schema(ledger)
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=work, args=(place, folder, url)) for _ in range(number)]
    for one in processes:
        one.start()
    time.sleep(3)  # until they wait for work
    plan(ledger, message, people)
    while not (found := account(ledger, message.edition)) or found.recipients.accepted < people:
        assert all(one.is_alive() for one in processes)
        time.sleep(0.2)
    for one in processes:
        one.terminate()
        one.join()
    seconds = _elapsed(ledger)
    ledger.close()
    return seconds


def work(place: str, folder: Path, url: str) -> None:
    """What `producthead worker` does, but that it looks round every second."""
    cluster.SWEEP = "* * * * * *"
    ledger = open_ledger(place, folder / "ledger.db")
    ledger.owners.enter()
    client = SendGridClient("SG.bench", url)
    worker = Worker(ledger, SendGridTransport(client), SendGridApi(client))
    cluster.Cluster(place, worker, None, print).run()
    ledger.close()


def count(place: str, folder: Path, message: Message) -> int:
    """The batches of the edition."""
    ledger = open_ledger(place, folder / "ledger.db")
    found = account(ledger, message.edition)
    ledger.close()
    return found.batches[State.ACCEPTED] if found else 0


def _elapsed(ledger: Ledger) -> float:
    first = select(func.min(attempt.c.at)).where(attempt.c.state == State.CLAIMED).scalar_subquery()
    last = select(func.max(attempt.c.at)).where(attempt.c.state == State.ACCEPTED).scalar_subquery()
    with ledger.reading() as connection:
        return float(connection.execute(select(last - first)).scalar_one())


if __name__ == "__main__":
    main()

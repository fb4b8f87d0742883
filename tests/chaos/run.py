"""`python -m tests.chaos.run`: kills and stops processes that send, then counts who got what.

Nobody may get it twice, nobody may be lost unnoticed, and the account must balance at every look.
"""

import argparse
import json
import multiprocessing
import os
import random
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from producthead_mail.audience.address import recipient_id
from producthead_mail.ledger.account import Account, account
from producthead_mail.ledger.database import Ledger, open_ledger
from producthead_mail.ledger.decisions import decide, open_doubts
from producthead_mail.ledger.draft import Draft, batch_name
from producthead_mail.ledger.moves import reap
from producthead_mail.ledger.plans import publish_plan, start_plan, write_plan
from producthead_mail.ledger.states import How
from producthead_mail.rendering.freeze import freeze
from producthead_mail.sending.evidence import in_logs, settle
from producthead_mail.sending.planner import arguments, renamed
from producthead_mail.sending.sendgrid_api import SendGridApi
from producthead_mail.sending.sendgrid_client import SendGridClient
from tests.chaos.setting import EDITION, MESSAGE, Setting
from tests.chaos.worker import work
from tests.standin import Account as SendGridAccount
from tests.standin import Standin
from tests.standin.weather import Weather

HOUR = 3600
LONGEST = 600.0
"""Seconds; a run that takes longer hangs."""
Process = multiprocessing.process.BaseProcess


@dataclass
class Report:
    """What a run came to."""

    recipients: int
    kills: int = 0
    stops: int = 0
    looks: int = 0
    twice: int = 0
    """Recipients with more than one mail: must be 0."""
    lost: int = 0
    """Recipients without a mail whom the ledger calls accepted: must be 0."""
    unbalanced: int = 0
    """Looks at which the account did not balance: must be 0."""
    doubts: int = 0
    """Batches in doubt after the kills."""
    doubts_delivered: int = 0
    settled: int = 0
    """Batches in doubt, fenced ones aside, that evidence showed to be accepted."""
    resent: int = 0
    """The others, of which it was decided to send them again."""
    accepted: int = 0
    in_doubt: int = 0
    """Recipients in doubt at the end: must be 0."""
    never: int = 0
    """Recipients without a mail at the end: must be 0."""
    seconds: float = 0.0
    notes: list[str] = field(default_factory=list)

    @property
    def kept(self) -> bool:
        """True where every promise was kept."""
        return not (self.twice or self.lost or self.unbalanced or self.in_doubt or self.never)


def run(setting: Setting, standin: Standin) -> Report:
    """One run: plan, send under fire, then look who got what."""
    weather = Weather(setting.seed)
    standin.next_fault = weather.next_fault
    report = Report(setting.recipients)
    started = time.monotonic()
    with _ledger(setting) as ledger:
        everyone = _plan(setting, ledger)
        _under_fire(setting, ledger, report)
        reap_all(setting, ledger)
        _count_doubts(ledger, standin, report)
        weather.calm = True
        _in_peace(setting, ledger, report)
        _judge(ledger, standin, everyone, report)
        _settle(ledger, standin, report)
        _in_peace(setting, ledger, report)
        _judge(ledger, standin, everyone, report)
        report.never = len(everyone) - len(standin.account.counts())
    report.seconds = round(time.monotonic() - started, 1)
    return report


def reap_all(setting: Setting, ledger: Ledger) -> None:
    """Takes back what the dead had begun; by lease that takes a while."""
    end = time.monotonic() + setting.lease_seconds + 10
    reap(ledger)
    while _look(ledger).recipients.in_flight and time.monotonic() < end:
        time.sleep(0.2)
        reap(ledger)


@contextmanager
def _ledger(setting: Setting) -> Iterator[Ledger]:
    ledger = open_ledger(setting.ledger_url, setting.ledger_path, setting.lease_seconds)
    ledger.owners.enter()
    try:
        yield ledger
    finally:
        ledger.close()


def _plan(setting: Setting, ledger: Ledger) -> dict[int, str]:
    """Everyone the edition goes to, planned."""
    addresses = [f"r{number}@example.org" for number in range(setting.recipients)]
    everyone = dict(sorted((recipient_id(email, ledger.recipient_key), email) for email in addresses))
    send_id = start_plan(
        ledger,
        edition=EDITION,
        transport="sendgrid",
        digest=MESSAGE.digest,
        message=freeze(MESSAGE),
        send_at=ledger.now() + HOUR if setting.fenced else None,
    )
    rids = list(everyone)
    cuts = [rids[at : at + setting.batch] for at in range(0, len(rids), setting.batch)]
    write_plan(ledger, send_id, (_draft(send_id, seq, cut, everyone) for seq, cut in enumerate(cuts, 1)))
    assert publish_plan(ledger, send_id)
    return everyone


def _draft(send_id: int, seq: int, rids: list[int], everyone: dict[int, str]) -> Draft:
    name = batch_name(send_id, seq)
    parts = [{"to": [{"email": everyone[rid]}], "custom_args": arguments(EDITION, name, rid)} for rid in rids]
    return Draft(tuple(rids), json.dumps(parts).encode())


def _under_fire(setting: Setting, ledger: Ledger, report: Report) -> None:
    """Kills and stops workers at random until the kills are used up or nothing is left to send."""
    chance = random.Random(setting.seed)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.chaos.worker"])
    workers: list[Process] = []
    end = time.monotonic() + LONGEST
    try:
        while report.kills < setting.kills and time.monotonic() < end:
            workers = [one for one in workers if one.is_alive()]
            while len(workers) < setting.workers:
                workers.append(context.Process(target=work, args=(setting,)))
                workers[-1].start()
            time.sleep(chance.uniform(0.02, 0.3))
            _strike(chance, chance.choice(workers), report)
            report.unbalanced += not _look(ledger).recipients.balanced
            report.looks += 1
            if not _look(ledger).recipients.planned:
                report.notes.append(f"all was sent after {report.kills} kills")
                break
    finally:
        for one in workers:
            one.kill()
        for one in workers:
            one.join()


def _strike(chance: random.Random, worker: Process, report: Report) -> None:
    assert worker.pid
    if chance.random() < 0.8:
        worker.kill()
        report.kills += 1
        return
    try:
        os.kill(worker.pid, signal.SIGSTOP)
        time.sleep(chance.uniform(0.1, 1.5))
        os.kill(worker.pid, signal.SIGCONT)
        report.stops += 1
    except ProcessLookupError:
        pass  # it had just ended


def _count_doubts(ledger: Ledger, standin: Standin, report: Report) -> None:
    arrived = {one.custom_args["batch"] for one in standin.account.delivered()}
    names = [one.batch for one in _look(ledger).doubts]
    report.doubts, report.doubts_delivered = len(names), sum(name in arrived for name in names)


def _in_peace(setting: Setting, ledger: Ledger, report: Report) -> None:
    """Sends the rest without kills and faults."""
    context = multiprocessing.get_context("forkserver")
    worker = context.Process(target=work, args=(setting,))
    worker.start()
    end = time.monotonic() + LONGEST
    while worker.is_alive() and time.monotonic() < end:
        report.unbalanced += not _look(ledger).recipients.balanced
        report.looks += 1
        worker.join(0.2)
    assert worker.exitcode == 0, "the last worker failed"


def _settle(ledger: Ledger, standin: Standin, report: Report) -> None:
    """Out of doubt: by SendGrid's logs, and where these show nothing by a person who has looked elsewhere."""
    api = SendGridApi(SendGridClient("SG.standin", standin.url))
    for found in settle(ledger, open_doubts(ledger), in_logs(api, ledger.now())):
        report.settled += found.settled
        if not found.settled:
            mine = found.doubt.claim
            decide(ledger, mine.send_id, mine.seq, How.RESEND, "not in the logs", "chaos", renamed)
            report.resent += 1


def _judge(ledger: Ledger, standin: Standin, everyone: dict[int, str], report: Report) -> None:
    counts: Counter[str] = standin.account.counts()
    found = _look(ledger)
    report.twice = max(report.twice, sum(number > 1 for number in counts.values()))
    report.accepted, report.in_doubt = found.recipients.accepted, found.recipients.in_doubt
    unmailed = sum(email not in counts for email in everyone.values())
    # Without a mail are at most those in doubt: everyone else is called accepted and was.
    doubted = found.recipients.in_doubt
    report.lost = max(report.lost, unmailed - doubted)
    report.unbalanced += found.recipients.planned + found.recipients.in_flight > 0


def _look(ledger: Ledger) -> Account:
    found = account(ledger, EDITION)
    assert found
    return found


def main() -> None:
    """Runs as told on the command line and prints the report; exits 1 where a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recipients", type=int, default=100_000)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fenced", action="store_true", help="an edition that waits for its hour")
    parser.add_argument("--ledger", default="", help="SQLAlchemy URL; without: SQLite")
    parser.add_argument("--lease", type=float, default=180)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Standin(0, SendGridAccount(), validate=False) as standin:
        setting = Setting(
            Path(folder),
            standin.url,
            options.ledger,
            options.lease,
            options.recipients,
            kills=options.kills,
            workers=options.workers,
            fenced=options.fenced,
            seed=options.seed,
        )
        report = run(setting, standin)
    print(json.dumps({**vars(report), "kept": report.kept}, indent=1))
    raise SystemExit(not report.kept)


if __name__ == "__main__":
    main()

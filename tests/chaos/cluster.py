"""`python -m tests.chaos.cluster`: workers of a cluster are killed and frozen, their jobs are run again."""

import argparse
import json
import tempfile
import time
from pathlib import Path

from producthead_mail.ledger.database import Ledger
from tests import cluster
from tests.chaos.report import Report
from tests.chaos.run import conclude, judge, reap_all, settle_doubts, watch
from tests.chaos.setting import Setting, everyone, look, opened, plan
from tests.chaos.strikes import Workers
from tests.cluster import Post, until
from tests.postgres import new_schema, running_postgres
from tests.standin import Standin
from tests.standin.weather import Weather

LONGEST = 600.0
"""Seconds; a run that takes longer hangs."""
LATENCY = 0.3
NEVER = 1e9
"""Seconds until the logs show anything: no doubt is settled before it is counted."""


class Cluster(Workers):
    """The workers that are struck."""

    def __init__(self, setting: Setting, report: Report, post: Post) -> None:
        super().__init__(setting, report)
        self._post = post

    def keep(self) -> None:
        """Starts workers in place of those that are gone or frozen."""
        self._running = [one for one in self._running if one.is_alive()]
        for _ in range(self._setting.workers - len(self._awake())):
            self._running.append(cluster.start(self._post))


def run(setting: Setting, standin: Standin) -> Report:
    """Plans, lets workers send under fire, then one in peace, settles, and counts after each step."""
    weather = Weather(setting.seed, LATENCY)
    standin.next_fault = weather.next_fault  # type: ignore[method-assign]
    standin.account.log_delay = NEVER
    report = Report(setting.recipients, setting.kills, setting.fenced)
    account = standin.account
    post = Post(
        setting.folder, setting.ledger_url, standin.url, account.key, setting.lease_seconds, timeout_seconds=3
    )
    started = time.monotonic()
    with opened(setting) as ledger:
        assert plan(setting, ledger)
        people = everyone(setting, ledger)
        _under_fire(setting, ledger, report, Cluster(setting, report, post))
        reap_all(setting, ledger)
        weather.calm, weather.latency = True, 0.01
        judge(ledger, account, people, report)
        _in_peace(ledger, report, post)
        judge(ledger, account, people, report)
        account.log_delay = 0
        settle_doubts(ledger, standin, report)
        _in_peace(ledger, report, post)
        judge(ledger, account, people, report)
        conclude(ledger, account, report)
    report.seconds = round(time.monotonic() - started, 1)
    return report


def _under_fire(setting: Setting, ledger: Ledger, report: Report, fighters: Cluster) -> None:
    """Until the kills are used up, or nothing is left to send."""
    end = time.monotonic() + LONGEST
    try:
        while report.kills < setting.kills and time.monotonic() < end and watch(ledger, report):
            fighters.keep()
            time.sleep(0.4)  # a worker takes a while until it has something to be killed at
            fighters.strike()
    finally:
        fighters.end()


def _in_peace(ledger: Ledger, report: Report, post: Post) -> None:
    """One worker sends the rest, without kills and faults; ahead of the hour it also ends all doubt."""
    if _done(ledger, report):
        return
    with cluster.workers(post, 1) as (one,):
        until(lambda: _done(ledger, report), LONGEST)
        one.terminate()
        one.join(30)
        assert one.exitcode == 130, "the last worker failed"


def _done(ledger: Ledger, report: Report) -> bool:
    watch(ledger, report)
    found = look(ledger).recipients
    return not (found.planned or found.in_flight or (report.fenced and found.in_doubt))


def main() -> None:
    """Runs as told on the command line and prints the report; exits 1 where a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recipients", type=int, default=40_000)
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fenced", action="store_true", help="an edition that waits for its hour")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        running_postgres() as server,
        Standin(validate=False) as standin,
    ):
        setting = Setting(
            Path(folder),
            standin.url,
            new_schema(server),
            recipients=options.recipients,
            kills=options.kills,
            workers=2,
            fenced=options.fenced,
            seed=options.seed,
        )
        report = run(setting, standin)
    print(json.dumps({**vars(report), "broken": report.broken}, indent=1))
    raise SystemExit(bool(report.broken))


if __name__ == "__main__":
    main()

"""One run of chaos: an edition is sent by processes that are killed and frozen, then all is counted.

Nobody may get it twice, nobody may be lost unnoticed, and the account must balance at every look.
"""

import time

from sqlalchemy import func, select

from producthead_mail.ledger.database import Ledger
from producthead_mail.ledger.decisions import decide, open_doubts
from producthead_mail.ledger.groups import CALLED_BACK
from producthead_mail.ledger.moves import reap
from producthead_mail.ledger.rids import unpack
from producthead_mail.ledger.schema import attempt, batch, batch_list, exception, send_group
from producthead_mail.ledger.states import How, State
from producthead_mail.sending.evidence import in_logs, settle
from producthead_mail.sending.planner import renamed
from producthead_mail.sending.sendgrid_api import SendGridApi
from producthead_mail.sending.sendgrid_client import SendGridClient
from tests.chaos.report import Report
from tests.chaos.setting import Setting, batches, everyone, look, opened, plan
from tests.chaos.strikes import Workers, forkserver, workers
from tests.chaos.worker import work
from tests.standin import Account as SendGridAccount
from tests.standin import Standin
from tests.standin.weather import Weather

LONGEST = 600.0
"""Seconds; a part of a run that takes longer hangs."""
LATENCY = 0.1
"""Seconds of an answer, at most, while the work lasts as long as the kills do."""
SLOWEST = 2.0
"""Seconds of an answer, at most, when the work would end before the kills do."""
CALLED = 9
"""Groups that are cancelled under fire at most: SendGrid holds ten, and the end needs one."""
KNOWN = (State.ACCEPTED, State.IN_FLIGHT, State.IN_DOUBT)
"""Of whom the ledger says that they have the mail, or may have it."""


def run(setting: Setting, standin: Standin) -> Report:
    """Plans, sends under fire, sends the rest in peace, settles, and counts after each step."""
    weather = Weather(setting.seed, LATENCY)
    standin.next_fault = weather.next_fault  # type: ignore[method-assign]
    report = Report(setting.recipients, setting.kills, setting.fenced)
    started = time.monotonic()
    with opened(setting) as ledger:
        assert plan(setting, ledger)
        people = everyone(setting, ledger)
        with workers(setting, report) as fighters:
            _under_fire(setting, ledger, report, weather, fighters)
        reap_all(setting, ledger)
        weather.calm, weather.latency = True, 0.01
        judge(ledger, standin.account, people, report)
        _in_peace(setting, ledger, report)
        judge(ledger, standin.account, people, report)
        settle_doubts(ledger, standin, report)
        _in_peace(setting, ledger, report)
        judge(ledger, standin.account, people, report)
        conclude(ledger, standin.account, report)
    report.seconds = round(time.monotonic() - started, 1)
    return report


def _under_fire(
    setting: Setting, ledger: Ledger, report: Report, weather: Weather, fighters: Workers
) -> None:
    """Until the kills are used up, or nothing is left to send."""
    end = time.monotonic() + LONGEST
    while report.kills < setting.kills and time.monotonic() < end:
        fighters.keep()
        fighters.strike()
        left = watch(ledger, report)
        if not left and not (setting.fenced and _cancelled(ledger) < CALLED and look(ledger).doubts):
            return
        # The endpoint gets slower, or the work would be done before the kills are.
        ahead = (1 - report.kills / setting.kills) / max(left / setting.recipients, 0.001)
        weather.latency = min(SLOWEST, LATENCY * max(1.0, ahead) ** 4)


def watch(ledger: Ledger, report: Report) -> int:
    """How many recipients are planned, at a moment when all must balance."""
    found = look(ledger).recipients
    report.looks += 1
    report.unbalanced += not found.balanced
    return found.planned


def reap_all(setting: Setting, ledger: Ledger) -> None:
    """Takes back what the dead had begun; by lease that takes a while."""
    end = time.monotonic() + setting.lease_seconds + 10
    reap(ledger)
    while batches(ledger).keys() & {State.CLAIMED, State.IN_FLIGHT} and time.monotonic() < end:
        time.sleep(0.2)
        reap(ledger)


def _in_peace(setting: Setting, ledger: Ledger, report: Report) -> None:
    """Sends the rest without kills and faults."""
    worker = forkserver().Process(target=work, args=(setting,))
    worker.start()
    end = time.monotonic() + LONGEST
    while worker.is_alive() and time.monotonic() < end:
        watch(ledger, report)
        worker.join(0.2)
    assert worker.exitcode == 0, "the last process failed"
    assert not watch(ledger, report), "the last process left something"


def settle_doubts(ledger: Ledger, standin: Standin, report: Report) -> None:
    """Out of doubt: by SendGrid's logs, and where these show nothing by a person who has looked elsewhere."""
    names = {one.batch for one in look(ledger).doubts}
    sent = {one.custom_args["batch"] for one in standin.account.delivered()}
    report.in_doubt, report.arrived = len(names), len(names & sent)
    api = SendGridApi(SendGridClient(standin.account.key, standin.url))
    for found in settle(ledger, open_doubts(ledger), in_logs(api, ledger.now())):
        report.settled += found.settled
        if not found.settled:
            mine = found.doubt.claim
            decide(ledger, mine.send_id, mine.seq, How.RESEND, "not in the logs", "chaos", renamed)
            report.decided += 1


def judge(ledger: Ledger, sendgrid: SendGridAccount, people: dict[int, str], report: Report) -> None:
    """Holds what the ledger says of each recipient against the mail there was."""
    counts = sendgrid.counts()
    places, refused = _places(ledger)
    mailed = {rid for rid, email in people.items() if email in counts}
    known = {rid for rid, state in places.items() if state in KNOWN}
    report.twice = max(report.twice, sum(number > 1 for number in counts.values()))
    lost = {rid for rid, state in places.items() if state is State.ACCEPTED} - mailed
    report.lost = max(report.lost, len(lost) + len(people.keys() - places.keys() - refused))
    report.unknown = max(report.unknown, len(mailed - known))
    report.never = len(people.keys() - mailed - refused)


def _places(ledger: Ledger) -> tuple[dict[int, State], set[int]]:
    """Where each recipient stands, and who was refused by name."""
    with ledger.reading() as connection:
        rows = connection.execute(
            select(batch.c.state, batch_list.c.rids)
            .join_from(
                batch,
                batch_list,
                (batch.c.send_id == batch_list.c.send_id) & (batch.c.seq == batch_list.c.seq),
            )
            .where(batch.c.state != State.VOID)
        ).all()
        refused = set(connection.execute(select(exception.c.rid)).scalars())
    return {rid: State(row.state) for row in rows for rid in unpack(row.rids)}, refused


def conclude(ledger: Ledger, sendgrid: SendGridAccount, report: Report) -> None:
    """Counts what there is in the end."""
    found = look(ledger)
    report.accepted, report.invalid = found.recipients.accepted, found.recipients.invalid
    report.left = found.recipients.in_doubt
    report.groups_cancelled = _cancelled(ledger)
    assert report.groups_cancelled == sum(one == "cancel" for one in sendgrid.scheduled.values())
    doubted = select(attempt.c.send_id, attempt.c.seq).where(attempt.c.state == State.IN_DOUBT).distinct()
    with ledger.reading() as connection:
        report.ever_in_doubt = len(connection.execute(doubted).all())
        replaced = select(func.count()).select_from(batch).where(batch.c.reason == CALLED_BACK)
        report.resent = connection.execute(replaced).scalar_one()


def _cancelled(ledger: Ledger) -> int:
    cancelled = select(func.count()).select_from(send_group).where(send_group.c.state == "cancelled")
    with ledger.reading() as connection:
        return int(connection.execute(cancelled).scalar_one())

"""A worker that is told of batches, twice or late or of another's, on a ledger that others share."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import update

from producthead_mail.ledger.database import Ledger
from producthead_mail.ledger.moves import claim
from producthead_mail.ledger.plans import set_rate, set_state
from producthead_mail.ledger.schema import batch_body, send
from producthead_mail.ledger.states import EditionState, Recipients, State
from producthead_mail.ledger.work import Standing, claimable, troubled
from producthead_mail.rendering.message import Message
from producthead_mail.sending.sendgrid_api import SendGridApi
from producthead_mail.sending.sendgrid_client import SendGridClient
from producthead_mail.sending.transports.sendgrid import SendGridTransport
from producthead_mail.sending.worker import Batch, Later, Worker, next_look
from tests.ledger_fixtures import Place
from tests.postgres import new_schema
from tests.sending.scheduled import HOUR, PATIENCE, planned, told
from tests.standin import Fault, Kind, Standin, rules

AT_ONCE = -1.0
NOW = 1000.0


@pytest.fixture
def place(postgres_url: str, tmp_path: Path) -> Place:
    return Place("postgres", new_schema(postgres_url), tmp_path)


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def employ(sendgrid_server: Standin, said: list[str]) -> Callable[[Ledger], Worker]:
    def worker(ledger: Ledger) -> Worker:
        client = SendGridClient(sendgrid_server.account.key, sendgrid_server.url, PATIENCE)
        return Worker(
            ledger, SendGridTransport(client), SendGridApi(client, lambda _: None), tell=said.append
        )

    return worker


@pytest.fixture
def worker(ledger: Ledger, employ: Callable[[Ledger], Worker]) -> Worker:
    return employ(ledger)


def standing(state: State, *, lease: float = 0, not_before: float = 0, ready: bool = True) -> Standing:
    return Standing(state, lease, ready, not_before, NOW)


@pytest.mark.parametrize(
    ("found", "later"),
    [
        (None, None),
        (standing(State.ACCEPTED), None),
        (standing(State.IN_DOUBT), None),
        (standing(State.VOID), None),
        (standing(State.PLANNED), Later(1001)),
        (standing(State.PLANNED, not_before=1060), Later(1060, whole=True)),
        (standing(State.ACCEPTED, not_before=1060), Later(1060, whole=True)),
        (standing(State.CLAIMED, lease=1180), Later(1180)),
        (standing(State.IN_FLIGHT, lease=1180, not_before=1060), Later(1180)),
        (standing(State.IN_FLIGHT, lease=900), Later(1001)),
        (standing(State.PLANNED, ready=False), None),
        (standing(State.CLAIMED, lease=1180, ready=False), None),
    ],
)
def test_it_comes_back_when_something_may_be_done(found: Standing | None, later: Later | None) -> None:
    assert next_look(found) == later


def test_told_twice_it_sends_once(
    ledger: Ledger, worker: Worker, message: Message, sendgrid_server: Standin
) -> None:
    plan = planned(ledger, message, 1500, AT_ONCE)
    waiting = worker.sweep()
    assert waiting == [Batch(plan.send_id, 1), Batch(plan.send_id, 2)]
    assert [worker.send_one(one) for one in waiting * 3] == [None] * 6
    assert worker.sweep() == []
    counts = sendgrid_server.account.counts()
    assert (len(counts), max(counts.values())) == (1500, 1)


def test_of_what_is_not_there_or_not_to_be_sent_it_does_nothing(
    ledger: Ledger, worker: Worker, message: Message, sendgrid_server: Standin
) -> None:
    plan = planned(ledger, message, 10, AT_ONCE)
    set_state(ledger, plan.send_id, "ready", "paused")
    assert worker.sweep() == []
    for one in (Batch(plan.send_id, 1), Batch(plan.send_id, 9), Batch(99, 1)):
        assert worker.send_one(one) is None
    assert sendgrid_server.account.requests == []


def test_what_another_holds_it_leaves_until_the_lease_is_over(
    ledger: Ledger, another: Ledger, worker: Worker, message: Message, sendgrid_server: Standin
) -> None:
    plan = planned(ledger, message, 10, AT_ONCE)
    one = Batch(plan.send_id, 1)
    assert claim(another, plan.send_id)
    assert worker.sweep() == []
    later = worker.send_one(one)
    assert later
    assert 100 < later.at - ledger.now() <= 180
    another.owners.leave()
    again = worker.send_one(one)
    assert again
    assert again.at - ledger.now() <= 1
    assert worker.send_one(one) is None
    assert told(ledger, plan).recipients == Recipients(selected=10, accepted=10)
    assert len(sendgrid_server.account.requests) == 1


def test_a_limit_holds_for_all_workers_and_one_of_them_looks_again_at_the_whole(
    ledger: Ledger,
    another: Ledger,
    worker: Worker,
    employ: Callable[[Ledger], Worker],
    message: Message,
    sendgrid_server: Standin,
) -> None:
    plan = planned(ledger, message, 1500, AT_ONCE)
    sendgrid_server.script([Fault(Kind.LIMITED, seconds=30)])
    later = worker.send_one(Batch(plan.send_id, 1))
    assert later
    assert later.whole
    assert 20 < later.at - ledger.now() <= 31
    other = employ(another)
    assert (other.sweep(), other.send_one(Batch(plan.send_id, 2))) == ([], later)
    assert len(sendgrid_server.seen) == 1


def test_a_refused_key_rests_the_send_for_all_and_is_said_once(
    ledger: Ledger,
    another: Ledger,
    worker: Worker,
    employ: Callable[[Ledger], Worker],
    message: Message,
    sendgrid_server: Standin,
    said: list[str],
) -> None:
    plan = planned(ledger, message, 1500, AT_ONCE)
    sendgrid_server.script([Fault(Kind.STATUS, status=401, errors=(rules.error("bad key"),))])
    assert not troubled(ledger, "sendgrid")
    assert worker.send_one(Batch(plan.send_id, 1))
    assert worker.send_one(Batch(plan.send_id, 2))
    assert employ(another).sweep() == []
    (words,) = said
    assert words.startswith("2024-02-12-alignment: the sending stopped: ")
    assert "bad key" in words
    assert words.endswith("; no worker tries it for 60 seconds")
    assert (len(sendgrid_server.seen), troubled(ledger, "sendgrid")) == (1, True)
    with ledger.writing() as connection:  # a minute later
        connection.execute(update(send).values(not_before=0))
    for one in employ(another).sweep():
        assert worker.send_one(one) is None
    assert told(ledger, plan).recipients == Recipients(selected=1500, accepted=1500)
    assert not troubled(ledger, "sendgrid")


def test_with_a_rate_one_batch_waits_at_a_time(ledger: Ledger, worker: Worker, message: Message) -> None:
    plan = planned(ledger, message, 2500, AT_ONCE)
    set_rate(ledger, plan.send_id, 100_000)
    assert worker.sweep() == [Batch(plan.send_id, 1)]
    later = worker.send_one(Batch(plan.send_id, 1))
    assert later
    assert later.whole
    assert 30 < later.at - ledger.now() <= 36
    assert (worker.sweep(), claimable(ledger, plan.send_id)) == ([], [])


def test_ahead_of_its_hour_groups_come_first_and_doubt_is_called_back(
    ledger: Ledger, worker: Worker, message: Message, sendgrid_server: Standin, said: list[str]
) -> None:
    plan = planned(ledger, message, 3000, HOUR)
    sendgrid_server.script([None, Fault(Kind.LOST)])
    waiting = worker.sweep()
    assert len(sendgrid_server.account.batch_ids) == 3
    assert [worker.send_one(one) for one in waiting] == [None, None, None]
    assert told(ledger, plan).recipients.in_doubt == 1000
    fresh = worker.sweep()
    assert (fresh, said) == (
        [Batch(plan.send_id, 4)],
        ["1000 recipients were called back in time and are sent again"],
    )
    assert worker.send_one(fresh[0]) is None
    assert worker.sweep() == []
    counts = sendgrid_server.account.counts()
    assert (len(counts), max(counts.values())) == (3000, 1)
    assert told(ledger, plan).state is EditionState.SCHEDULED
    with ledger.reading() as connection:
        assert connection.execute(batch_body.select()).all() == []


def test_sendgrid_away_while_groups_are_made_holds_this_edition_alone(
    ledger: Ledger, worker: Worker, message: Message, sendgrid_server: Standin, said: list[str]
) -> None:
    planned(ledger, message, 10, HOUR)
    key, sendgrid_server.account.key = sendgrid_server.account.key, "SG.another"
    assert worker.sweep() == []
    assert said[0].startswith("2024-02-12-alignment: ")
    sendgrid_server.account.key = key
    assert len(worker.sweep()) == 1


def test_doubt_is_settled_by_evidence_which_is_not_asked_for_all_the_time(
    ledger: Ledger,
    worker: Worker,
    employ: Callable[[Ledger], Worker],
    message: Message,
    sendgrid_server: Standin,
    said: list[str],
) -> None:
    plan = planned(ledger, message, 10, AT_ONCE)
    sendgrid_server.script([Fault(Kind.LOST)])
    sendgrid_server.account.log_delay = 3600
    assert worker.send_one(Batch(plan.send_id, 1)) is None
    asked = []
    for _ in range(3):
        assert worker.sweep() == []
        asked.append(sum(path.startswith("/v3/logs") for _, path in sendgrid_server.seen))
    assert (asked[0] > 0, asked[1] - asked[0], asked[2] - asked[0]) == (True, 0, 0)
    assert said == [
        f"{plan.edition}: 10 recipients are in doubt and not sent to again by themselves: "
        f"see `producthead settle {plan.edition}`"
    ]
    said.clear()
    sendgrid_server.account.log_delay = 0
    assert employ(ledger).sweep() == []
    assert said == [f"{plan.edition}: batch {plan.send_id}-1: accepted, found in SendGrid's Email Logs"]
    assert told(ledger, plan).state is EditionState.SETTLED


def test_what_a_dead_worker_had_begun_is_never_sent_again(
    ledger: Ledger,
    another: Ledger,
    worker: Worker,
    employ: Callable[[Ledger], Worker],
    message: Message,
    sendgrid_server: Standin,
) -> None:
    plan = planned(ledger, message, 10, AT_ONCE)
    dying = employ(another)
    seen: list[Later | None] = []

    class Carrier:
        name = "sendgrid"

        def send(self, body: bytes, begin: Callable[[], bool]) -> object:
            assert begin()
            another.owners.leave()  # as if its lease were over
            seen.append(worker.send_one(Batch(plan.send_id, 1)))
            raise KeyboardInterrupt

        def close(self) -> None: ...

    dying.transport = Carrier()  # type: ignore[assignment]
    with pytest.raises(KeyboardInterrupt):
        dying.send_one(Batch(plan.send_id, 1))
    assert seen == [None]
    assert told(ledger, plan).recipients == Recipients(selected=10, in_doubt=10)
    assert (worker.sweep(), sendgrid_server.account.requests) == ([], [])

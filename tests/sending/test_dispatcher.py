import threading
import time
from collections.abc import Callable, Iterator, Sequence

import pytest

from producthead_mail.audience.recipient import Recipient
from producthead_mail.errors import OutsideError
from producthead_mail.ledger.account import Account, account
from producthead_mail.ledger.database import Ledger
from producthead_mail.ledger.moves import begin, claim, reap
from producthead_mail.ledger.plans import publish_plan, start_plan, write_plan
from producthead_mail.ledger.states import EditionState, Recipients, State
from producthead_mail.rendering.message import Message
from producthead_mail.sending.dispatcher import Dispatcher, Event
from producthead_mail.sending.outcome import Seen
from producthead_mail.sending.planner import drafts
from producthead_mail.sending.transport import at_once
from producthead_mail.sending.transports.sendgrid import SendGridTransport
from tests.sending.conftest import transport_to
from tests.standin import Fault, Kind, Standin, rules

EDITION = "2024-02-12-alignment"
KEY = b"k" * 32


@pytest.fixture
def transport(sendgrid_server: Standin) -> Iterator[SendGridTransport]:
    opened = transport_to(sendgrid_server.account.key, sendgrid_server.url, timeout_seconds=2)
    yield opened
    opened.close()


@pytest.fixture
def send_id(ledger: Ledger, message: Message) -> int:
    return plan(ledger, message, 2500)


def plan(ledger: Ledger, message: Message, count: int) -> int:
    found = start_plan(ledger, edition=EDITION, transport="sendgrid", digest="d", message=b"", send_at=None)
    people = (
        (n, Recipient(f"r{n}@example.org", {"email": f"r{n}@example.org", "first_name": "Ada"}, n))
        for n in range(count)
    )
    write_plan(ledger, found, drafts(message, people, found, KEY))
    assert publish_plan(ledger, found)
    return found


def run(
    ledger: Ledger,
    send_id: int,
    message: Message,
    transport: object,
    workers: int = 1,
    pauses: Sequence[float] = (0.01, 0.01),
) -> list[Event]:
    events: list[Event] = []
    Dispatcher(
        ledger,
        send_id,
        message,
        transport,
        workers=workers,
        pauses=pauses,
        on_event=events.append,
    ).run()
    return events


def told(ledger: Ledger) -> Account:
    found = account(ledger, EDITION)
    assert found
    assert found.recipients.balanced
    return found


def test_everyone_gets_it_once_with_several_batches_in_flight(
    ledger: Ledger, send_id: int, message: Message, transport: SendGridTransport, sendgrid_server: Standin
) -> None:
    sendgrid_server.script([Fault(Kind.SLOW, seconds=0.5)] * 3)
    under_way: list[int] = []
    Dispatcher(
        ledger,
        send_id,
        message,
        transport,
        workers=3,
        on_event=lambda _: under_way.append(len(sendgrid_server.seen)),
    ).run()
    counts = sendgrid_server.account.counts()
    assert (len(counts), max(counts.values()), under_way[0]) == (2500, 1, 3)
    assert told(ledger).state is EditionState.SETTLED
    assert {one.message_id for one in sendgrid_server.account.accepted} == {
        row for row in message_ids(ledger) if row
    }


def message_ids(ledger: Ledger) -> list[str]:
    from producthead_mail.ledger.schema import batch

    with ledger.reading() as connection:
        return list(connection.execute(batch.select().with_only_columns(batch.c.message_id)).scalars())


@pytest.mark.parametrize(
    ("fault", "accepted", "in_doubt"),
    [
        (Fault(Kind.LOST), 1500, 1000),
        (Fault(Kind.RESET_LOST), 1500, 1000),
        (Fault(Kind.CLOSE_AFTER), 1500, 1000),
        (Fault(Kind.REDIRECT), 1500, 1000),
        (Fault(Kind.FAILED_ACCEPTED), 1500, 1000),
        (Fault(Kind.BAD_GATEWAY), 1500, 1000),
        (Fault(Kind.GARBAGE), 1500, 1000),
        (Fault(Kind.HANG, seconds=3), 1500, 1000),
        (Fault(Kind.HANG_ACCEPTED, seconds=3), 1500, 1000),
        (Fault(Kind.TRUNCATED), 2500, 0),
        (Fault(Kind.LIMITED, seconds=1), 2500, 0),
    ],
    ids=lambda value: value.kind if isinstance(value, Fault) else "",
)
def test_whatever_happens_nobody_gets_it_twice_and_doubt_is_not_repeated(
    ledger: Ledger,
    send_id: int,
    message: Message,
    transport: SendGridTransport,
    sendgrid_server: Standin,
    fault: Fault,
    accepted: int,
    in_doubt: int,
) -> None:
    sendgrid_server.script([fault])
    run(ledger, send_id, message, transport)
    run(ledger, send_id, message, transport)
    assert told(ledger).recipients == Recipients(selected=2500, accepted=accepted, in_doubt=in_doubt)
    assert max(sendgrid_server.account.counts().values()) == 1


def test_a_refusal_of_the_account_stops_at_once_with_a_remedy(
    ledger: Ledger, send_id: int, message: Message, transport: SendGridTransport, sendgrid_server: Standin
) -> None:
    sendgrid_server.script([None, Fault(Kind.STATUS, status=403, errors=(rules.error("no such sender"),))])
    with pytest.raises(OutsideError, match="no such sender; give the key the scope"):
        run(ledger, send_id, message, transport)
    assert told(ledger).recipients == Recipients(selected=2500, accepted=1000, planned=1500)
    assert len(sendgrid_server.account.requests) == 1
    run(ledger, send_id, message, transport)
    assert told(ledger).recipients == Recipients(selected=2500, accepted=2500)


def test_no_worker_takes_up_what_the_account_was_refused_for(
    ledger: Ledger, message: Message, transport: SendGridTransport, sendgrid_server: Standin
) -> None:
    send_id = plan(ledger, message, 10)
    for _ in range(10):
        sendgrid_server.script([Fault(Kind.STATUS, status=401, errors=(rules.error("bad key"),))])
        with pytest.raises(OutsideError):
            run(ledger, send_id, message, transport, workers=4)
    assert sendgrid_server.account.requests == []
    assert told(ledger).recipients.planned == 10


def test_named_addresses_are_taken_out_also_one_after_the_other(
    ledger: Ledger, send_id: int, message: Message, transport: SendGridTransport, sendgrid_server: Standin
) -> None:
    named = [
        Fault(Kind.STATUS, status=400, errors=(rules.error("Does not contain a valid address.", field),))
        for field in ("personalizations.3.to.0.email", "personalizations.998.to.0.email")
    ]
    sendgrid_server.script([named[0], None, None, named[1]])
    run(ledger, send_id, message, transport)
    assert told(ledger).recipients == Recipients(selected=2500, accepted=2498, invalid=2)
    assert {"r3@example.org", "r999@example.org"}.isdisjoint(sendgrid_server.account.counts())
    batches = {one.custom_args["batch"] for one in sendgrid_server.account.accepted}
    assert batches == {f"{send_id}-{seq}" for seq in (2, 3, 5)}


def test_another_400_rejects_the_batch_and_the_others_go(
    ledger: Ledger, send_id: int, message: Message, transport: SendGridTransport, sendgrid_server: Standin
) -> None:
    sendgrid_server.script([Fault(Kind.STATUS, status=400, errors=(rules.error("bad subject", "subject"),))])
    run(ledger, send_id, message, transport)
    found = told(ledger)
    assert found.recipients == Recipients(selected=2500, accepted=1500, rejected=1000)
    assert [one.reason for one in found.rejections] == ["SendGrid answered 400: subject: bad subject"]


def test_nobody_there_stops_after_some_tries_and_leaves_no_doubt(
    ledger: Ledger, send_id: int, message: Message
) -> None:
    nobody = transport_to("SG.key", "http://127.0.0.1:9")
    with pytest.raises(OutsideError, match="nothing gets through"):
        run(ledger, send_id, message, nobody, workers=3)
    assert told(ledger).recipients == Recipients(selected=2500, planned=2500)


def test_a_limit_far_away_stops_and_says_when(
    ledger: Ledger, send_id: int, message: Message, transport: SendGridTransport, sendgrid_server: Standin
) -> None:
    sendgrid_server.script([Fault(Kind.LIMITED, seconds=7200)])
    with pytest.raises(OutsideError, match=r"run it again after 1(19|20) minutes"):
        run(ledger, send_id, message, transport)
    assert told(ledger).recipients.planned == 2500


def test_stopping_finishes_what_is_in_flight_and_claims_nothing_more(
    ledger: Ledger, send_id: int, message: Message, transport: SendGridTransport, sendgrid_server: Standin
) -> None:
    sendgrid_server.script([Fault(Kind.SLOW, seconds=0.5)])
    dispatcher = Dispatcher(ledger, send_id, message, transport, workers=1)
    threading.Timer(0.2, dispatcher.stop).start()
    dispatcher.run()
    assert told(ledger).recipients == Recipients(selected=2500, accepted=1000, planned=1500)


def test_a_process_that_slept_after_the_record_sends_nothing(
    ledger: Ledger,
    send_id: int,
    message: Message,
    transport: SendGridTransport,
    sendgrid_server: Standin,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = iter([100.0, 103.0])
    real = time.clock_gettime
    monkeypatch.setattr(
        time,
        "clock_gettime",
        lambda kind: next(clock, None) or real(kind) if kind == time.CLOCK_BOOTTIME else real(kind),
    )
    run(ledger, send_id, message, transport)
    assert told(ledger).recipients == Recipients(selected=2500, accepted=2500)
    assert [path for _, path in sendgrid_server.seen] == ["/v3/mail/send"] * 3


def test_a_batch_lost_before_the_first_byte_is_not_sent(
    ledger: Ledger,
    send_id: int,
    message: Message,
    transport: SendGridTransport,
    sendgrid_server: Standin,
    open_again: Callable[[], Ledger],
) -> None:
    other = open_again()

    class Robbed:
        name = "robbed"

        def send(self, body: bytes, begin_: Callable[[], bool] = at_once) -> Seen:
            ledger.owners.leave()
            reap(other)
            assert claim(other, send_id)
            ledger.owners.enter()
            return transport.send(body, begin_)

        def close(self) -> None: ...

    dispatcher = Dispatcher(ledger, send_id, message, Robbed(), workers=1, pauses=(0.01,))
    threading.Timer(0.3, dispatcher.stop).start()
    dispatcher.run()
    assert sendgrid_server.account.requests == []
    assert set(told(ledger).batches) <= {State.PLANNED, State.CLAIMED}


def test_one_batch_is_sent_by_its_number_and_only_once(
    ledger: Ledger, send_id: int, message: Message, transport: SendGridTransport, sendgrid_server: Standin
) -> None:
    dispatcher = Dispatcher(ledger, send_id, message, transport)
    assert [dispatcher.send_one(seq) for seq in (2, 2, 9)] == [True, False, False]
    counts = sendgrid_server.account.counts()
    assert set(counts) == {f"r{n}@example.org" for n in range(1000, 2000)}
    assert told(ledger).recipients == Recipients(selected=2500, planned=1500, accepted=1000)


def test_one_batch_that_the_account_is_refused_for_says_so_and_no_other_is_begun(
    ledger: Ledger, send_id: int, message: Message, transport: SendGridTransport, sendgrid_server: Standin
) -> None:
    sendgrid_server.script([Fault(Kind.STATUS, status=401, errors=(rules.error("bad key"),))])
    dispatcher = Dispatcher(ledger, send_id, message, transport)
    for seq in (1, 2):
        with pytest.raises(OutsideError, match="the sending stopped"):
            dispatcher.send_one(seq)
    assert [path for _, path in sendgrid_server.seen] == ["/v3/mail/send"]
    assert told(ledger).recipients == Recipients(selected=2500, planned=2500)


def test_work_left_by_a_dead_process_is_done_and_its_doubt_left_alone(
    ledger: Ledger,
    send_id: int,
    message: Message,
    transport: SendGridTransport,
    open_again: Callable[[], Ledger],
) -> None:
    dead = open_again()
    begun = claim(dead, send_id)
    assert begun
    begin(dead, begun)
    claim(dead, send_id)
    dead.close()
    assert reap(ledger) == 1
    run(ledger, send_id, message, transport)
    assert told(ledger).recipients == Recipients(selected=2500, accepted=1500, in_doubt=1000)


def test_several_processes_share_the_batches(
    ledger: Ledger,
    message: Message,
    transport: SendGridTransport,
    sendgrid_server: Standin,
    open_again: Callable[[], Ledger],
) -> None:
    send_id = plan(ledger, message, 20_000)
    others = [open_again() for _ in range(3)]
    threads = [
        threading.Thread(target=run, args=(other, send_id, message, transport, 2))
        for other in [ledger, *others]
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counts = sendgrid_server.account.counts()
    assert (len(counts), max(counts.values())) == (20_000, 1)
    assert told(ledger).recipients.accepted == 20_000

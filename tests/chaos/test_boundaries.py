"""A process is killed at every boundary between two states, one at a time, on either database.

Three batches of two; the second is under way. What stands in the ledger right after, what the next process
makes of it, and how many people have their mail by then is written down here; nobody ever has two.
"""

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import func, select

from producthead_mail.ledger import schema
from producthead_mail.ledger.account import account
from producthead_mail.ledger.database import Ledger
from producthead_mail.ledger.groups import groups
from producthead_mail.ledger.plans import clear_abandoned
from producthead_mail.ledger.states import State
from tests.chaos.points import Point, decide_all, hit, plan_once, send_in_turn, settle_all
from tests.chaos.setting import EDITION, Setting, batches, look, opened
from tests.chaos.strikes import forkserver
from tests.chaos.worker import send
from tests.ledger_fixtures import Place
from tests.standin import Fault, Kind, Standin

PEOPLE = 6
Batches = dict[State, int]
Task = Callable[[Setting], None]

PLANNED, CLAIMED, IN_FLIGHT, IN_DOUBT = State.PLANNED, State.CLAIMED, State.IN_FLIGHT, State.IN_DOUBT
ACCEPTED, VOID = State.ACCEPTED, State.VOID
REFUSED = Fault(
    Kind.STATUS,
    status=400,
    errors=({"message": "Does not contain a valid address.", "field": "personalizations.0.to"},),
)
LOST = Kind.RESET_LOST
"""Accepted, but no answer comes."""
FAILED = Fault(Kind.STATUS, status=500)
"""In doubt, and never sent."""


@dataclass(frozen=True)
class Stage:
    """Batches by state in the ledger, and how many people have a mail."""

    batches: Batches
    mailed: int


@pytest.fixture
def setting(place: Place, sendgrid_server: Standin) -> Setting:
    sendgrid_server.validate = False
    return Setting(
        place.folder, sendgrid_server.url, place.url, lease_seconds=1, recipients=PEOPLE, batch=2, kills=1
    )


@pytest.fixture
def fenced(place: Place, sendgrid_server: Standin) -> Setting:
    """The same, an hour ahead; of three groups of one batch each two have a doubt."""
    sendgrid_server.validate = False
    sendgrid_server.script([None, LOST, FAILED])
    return Setting(
        place.folder,
        sendgrid_server.url,
        place.url,
        lease_seconds=1,
        recipients=PEOPLE,
        batch=2,
        kills=1,
        fenced=True,
    )


def kill(task: Task, setting: Setting, point: Point) -> None:
    """Runs the task in a process of its own, which must come to the point and die there."""
    process = forkserver().Process(target=hit, args=(task, setting, point))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL, f"{point} was not reached"


def stage(setting: Setting, standin: Standin, mailed: int) -> Stage:
    """What stands now; a request whose sender was killed is given the time to arrive."""
    end = time.monotonic() + 5
    while len(standin.account.counts()) < mailed and time.monotonic() < end:
        time.sleep(0.01)
    counts = standin.account.counts()
    assert set(counts.values()) <= {1}, "somebody has two"
    with opened(setting) as ledger:
        assert look(ledger).recipients.balanced
        return Stage(batches(ledger), len(counts))


ONE_SENT = Stage({ACCEPTED: 1, CLAIMED: 1, PLANNED: 1}, 2)
ALL_SENT = Stage({ACCEPTED: 3}, 6)
RESENT = Stage({ACCEPTED: 3, VOID: 1}, 6)
BEGUN = Stage({ACCEPTED: 1, IN_FLIGHT: 1, PLANNED: 1}, 2)
UNSENT_DOUBT = Stage({ACCEPTED: 2, IN_DOUBT: 1}, 4)
SENT_DOUBT = Stage({ACCEPTED: 2, IN_DOUBT: 1}, 6)
DISPATCHER = "producthead_mail.sending.dispatcher"
MOVES = "producthead_mail.ledger.moves"
JOURNAL = "producthead_mail.ledger.journal:Journal"

SENDING = {
    "claimed": (Point(f"{MOVES}:claim", "after", 2), ONE_SENT, ALL_SENT, ALL_SENT),
    "body built": (Point(f"{DISPATCHER}:Dispatcher._body", "after", 2), ONE_SENT, ALL_SENT, ALL_SENT),
    "connected": (Point(f"{MOVES}:begin", "before", 2), ONE_SENT, ALL_SENT, ALL_SENT),
    # Moves so far: claimed, begun and finished for the first, claimed for the second; each is noted.
    "begun, not committed": (Point(f"{MOVES}:_note", "after", 5), ONE_SENT, ALL_SENT, ALL_SENT),
    "in the ledger, not in the journal": (Point(f"{JOURNAL}.note", "before", 2), BEGUN, UNSENT_DOUBT, RESENT),
    "begun": (Point(f"{MOVES}:begin", "after", 2), BEGUN, UNSENT_DOUBT, RESENT),
    # Of each request the head is one call and the body another.
    "head out": (Point("http.client:HTTPConnection.send", "after", 3), BEGUN, UNSENT_DOUBT, RESENT),
    "half of the body out": (
        Point("http.client:HTTPConnection.send", "half", 4),
        BEGUN,
        UNSENT_DOUBT,
        RESENT,
    ),
    "body out": (
        Point("http.client:HTTPConnection.send", "after", 4),
        Stage({ACCEPTED: 1, IN_FLIGHT: 1, PLANNED: 1}, 4),
        SENT_DOUBT,
        ALL_SENT,
    ),
    "answered": (
        Point(f"{MOVES}:finish", "before", 2),
        Stage({ACCEPTED: 1, IN_FLIGHT: 1, PLANNED: 1}, 4),
        SENT_DOUBT,
        ALL_SENT,
    ),
    "finished, not committed": (
        Point(f"{MOVES}:_note", "after", 6),
        Stage({ACCEPTED: 1, IN_FLIGHT: 1, PLANNED: 1}, 4),
        SENT_DOUBT,
        ALL_SENT,
    ),
    "finished": (
        Point(f"{MOVES}:finish", "after", 2),
        Stage({ACCEPTED: 2, PLANNED: 1}, 4),
        ALL_SENT,
        ALL_SENT,
    ),
}
"""What was done last -> where the process dies, right after, after the next one, and once settled."""


@pytest.mark.parametrize("last", SENDING)
def test_killed_while_it_sends(setting: Setting, sendgrid_server: Standin, last: str) -> None:
    point, after, next_, end = SENDING[last]
    plan_once(setting)
    kill(send_in_turn, setting, point)
    assert stage(setting, sendgrid_server, after.mailed) == after
    send(setting)
    assert stage(setting, sendgrid_server, next_.mailed) == next_
    settle_all(setting)
    decide_all(setting)
    send(setting)
    assert stage(setting, sendgrid_server, end.mailed) == end


PLANNING = {
    "half of it written": Point("producthead_mail.ledger.plans:add_batch", "before", 2),
    "written, not visible": Point("producthead_mail.ledger.plans:_write", "after", 1),
    "visible, not committed": Point("producthead_mail.ledger.plans:_stopped", "after", 1),
}


@pytest.mark.parametrize("last", PLANNING)
def test_killed_while_it_plans(setting: Setting, sendgrid_server: Standin, last: str) -> None:
    kill(plan_once, setting, PLANNING[last])
    with opened(setting) as ledger:
        assert account(ledger, EDITION) is None
    plan_once(setting)
    assert stage(setting, sendgrid_server, 0) == Stage({PLANNED: 3}, 0)
    send(setting)
    assert stage(setting, sendgrid_server, 6) == ALL_SENT
    with opened(setting) as ledger:
        clear_abandoned(ledger)
        assert number_of_plans(ledger) == 1


def number_of_plans(ledger: Ledger) -> int:
    with ledger.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(schema.send)).scalar_one())


REFUSING = {
    "refused by name": (Point(f"{MOVES}:finish_without", "before"), BEGUN, UNSENT_DOUBT, RESENT, 0),
    "taken out, not committed": (Point(f"{MOVES}:add_batch", "after"), BEGUN, UNSENT_DOUBT, RESENT, 0),
    "taken out": (
        Point(f"{MOVES}:finish_without", "after"),
        Stage({ACCEPTED: 1, VOID: 1, PLANNED: 2}, 2),
        Stage({ACCEPTED: 3, VOID: 1}, 5),
        Stage({ACCEPTED: 3, VOID: 1}, 5),
        1,
    ),
}
"""As above, and how many are known to be refused in the end."""


@pytest.mark.parametrize("last", REFUSING)
def test_killed_while_a_refused_address_is_taken_out(
    setting: Setting, sendgrid_server: Standin, last: str
) -> None:
    point, after, next_, end, invalid = REFUSING[last]
    sendgrid_server.script([None, REFUSED])
    plan_once(setting)
    kill(send_in_turn, setting, point)
    assert stage(setting, sendgrid_server, after.mailed) == after
    send(setting)
    assert stage(setting, sendgrid_server, next_.mailed) == next_
    decide_all(setting)
    send(setting)
    assert stage(setting, sendgrid_server, end.mailed) == end
    with opened(setting) as ledger:
        assert look(ledger).recipients.invalid == invalid


TWO_DOUBTS = {ACCEPTED: 1, IN_DOUBT: 2}
ONE_DOUBT = {ACCEPTED: 2, IN_DOUBT: 1}
SETTLING = {
    "found in the logs": (Point(f"{MOVES}:finish", "before"), TWO_DOUBTS),
    "settled, not committed": (Point(f"{MOVES}:_note", "after"), TWO_DOUBTS),
    "one of two settled": (Point(f"{MOVES}:finish", "after"), ONE_DOUBT),
}


@pytest.mark.parametrize("last", SETTLING)
def test_killed_while_it_settles(setting: Setting, sendgrid_server: Standin, last: str) -> None:
    point, after = SETTLING[last]
    sendgrid_server.script([None, LOST, LOST])
    plan_once(setting)
    send(setting)
    kill(settle_all, setting, point)
    assert stage(setting, sendgrid_server, 6) == Stage(after, 6)
    settle_all(setting)
    assert stage(setting, sendgrid_server, 6) == ALL_SENT


DECISIONS = "producthead_mail.ledger.decisions"
DECIDING = {
    "replaced, not committed": (Point(f"{DECISIONS}:add_batch", "after"), UNSENT_DOUBT),
    "decided": (Point("tests.chaos.points:decide", "after"), Stage({ACCEPTED: 2, VOID: 1, PLANNED: 1}, 4)),
}


@pytest.mark.parametrize("last", DECIDING)
def test_killed_while_somebody_decides(setting: Setting, sendgrid_server: Standin, last: str) -> None:
    point, after = DECIDING[last]
    sendgrid_server.script([None, FAILED])
    plan_once(setting)
    send(setting)
    kill(decide_all, setting, point)
    assert stage(setting, sendgrid_server, 4) == after
    decide_all(setting)
    send(setting)
    assert stage(setting, sendgrid_server, 6) == RESENT


FENCE = "producthead_mail.sending.fence"
GROUPS = "producthead_mail.ledger.groups"
FENCING = {
    "begun to call back": (
        Point(f"{FENCE}:set_status", "before"),
        Stage(TWO_DOUBTS, 4),
        ["open", "cancelling", "cancelling"],
        0,
    ),
    "asked to cancel": (
        Point(f"{FENCE}:set_status", "after"),
        Stage(TWO_DOUBTS, 2),
        ["open", "cancelling", "cancelling"],
        1,
    ),
    "read back": (
        Point(f"{FENCE}:status_of", "after"),
        Stage(TWO_DOUBTS, 2),
        ["open", "cancelling", "cancelling"],
        1,
    ),
    "both read back": (
        Point(f"{GROUPS}:replace_group", "before"),
        Stage(TWO_DOUBTS, 2),
        ["open", "cancelling", "cancelling"],
        2,
    ),
    "planned anew, not committed": (
        Point(f"{GROUPS}:add_batch", "after"),
        Stage(TWO_DOUBTS, 2),
        ["open", "cancelling", "cancelling"],
        2,
    ),
    "one planned anew": (
        Point(f"{GROUPS}:replace_group", "after"),
        Stage({ACCEPTED: 1, IN_DOUBT: 1, VOID: 1, PLANNED: 1}, 2),
        ["open", "cancelled", "cancelling", "open"],
        2,
    ),
    "both planned anew": (
        Point(f"{GROUPS}:replace_group", "after", 2),
        Stage({ACCEPTED: 1, VOID: 2, PLANNED: 2}, 2),
        ["open", "cancelled", "cancelled", "open"],
        2,
    ),
}
"""What was done last -> the point, right after: the ledger, its groups, how many SendGrid has cancelled."""


@pytest.mark.parametrize("last", FENCING)
def test_killed_while_it_calls_back(fenced: Setting, sendgrid_server: Standin, last: str) -> None:
    point, after, made, cancelled = FENCING[last]
    plan_once(fenced)
    kill(send_in_turn, fenced, point)
    assert stage(fenced, sendgrid_server, after.mailed) == after
    assert group_states(fenced) == made
    assert list(sendgrid_server.account.scheduled.values()) == ["cancel"] * cancelled
    send(fenced)
    assert stage(fenced, sendgrid_server, 6) == Stage({ACCEPTED: 3, VOID: 2}, 6)
    assert group_states(fenced).count("cancelled") == 2
    assert "cancelling" not in group_states(fenced)


def test_killed_while_it_sends_again_what_was_called_back(fenced: Setting, sendgrid_server: Standin) -> None:
    plan_once(fenced)
    kill(send_in_turn, fenced, Point(f"{MOVES}:finish", "before", 4))
    # One of the two new batches has left and its answer is lost.
    after = Stage({ACCEPTED: 1, VOID: 2, IN_FLIGHT: 1, PLANNED: 1}, 4)
    assert stage(fenced, sendgrid_server, 4) == after
    assert group_states(fenced) == ["open", "cancelled", "cancelled", "open"]
    send(fenced)
    # Their group, too, is called back, with the batch that was sent without a doubt.
    assert stage(fenced, sendgrid_server, 6) == Stage({ACCEPTED: 3, VOID: 4}, 6)
    assert group_states(fenced) == ["open", "cancelled", "cancelled", "cancelled", "open"]


def group_states(setting: Setting) -> list[str]:
    with opened(setting) as ledger:
        return [one.state for one in groups(ledger, 1)]

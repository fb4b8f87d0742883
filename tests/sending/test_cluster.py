"""Workers as processes: they share an edition, are told of jobs twice, killed, frozen and stopped."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from procrastinate import App, SyncPsycopgConnector
from sqlalchemy import make_url, select, text

from producthead_mail.errors import InputError
from producthead_mail.ledger.database import Ledger
from producthead_mail.ledger.plans import Plan
from producthead_mail.ledger.schema import attempt
from producthead_mail.ledger.states import Recipients, State
from producthead_mail.rendering.message import Message
from producthead_mail.sending.cluster import prepare_schema
from tests.cluster import Post, until, workers
from tests.ledger_fixtures import Place
from tests.postgres import new_schema
from tests.sending.scheduled import planned, told
from tests.standin import Fault, Kind, Standin

AT_ONCE = -1.0
LEASE = 2.0


@pytest.fixture
def place(postgres_url: str, tmp_path: Path) -> Place:
    return Place("postgres", new_schema(postgres_url), tmp_path)


@pytest.fixture
def post(place: Place, sendgrid_server: Standin) -> Post:
    account = sendgrid_server.account
    return Post(place.folder, place.url, sendgrid_server.url, account.key, LEASE)


def always(standin: Standin, fault: Fault | None) -> None:
    """Lets this happen to every request that no script is for."""
    scripted = standin.next_fault
    standin.next_fault = lambda: scripted() or fault  # type: ignore[method-assign]


def mails(standin: Standin) -> tuple[int, int]:
    """How many got mail, and how much the most was."""
    counts = standin.account.counts()
    return len(counts), max(counts.values(), default=0)


def requests(standin: Standin) -> int:
    return standin.seen.count(("POST", "/v3/mail/send"))


def owners(ledger: Ledger, state: State) -> list[str]:
    """Who moved batches to this state."""
    with ledger.reading() as connection:
        return list(connection.execute(select(attempt.c.owner).where(attempt.c.state == state)).scalars())


def done(ledger: Ledger, plan: Plan) -> bool:
    found = told(ledger, plan).recipients
    return not found.planned and not found.in_flight


@contextmanager
def queue(place: Place) -> Iterator[App]:
    """The jobs, as somebody else may put them in."""
    url = make_url(place.url)
    app = App(connector=SyncPsycopgConnector(conninfo=url.render_as_string(hide_password=False)))
    with app.open():
        yield app


def test_two_share_an_edition_and_stop_when_told(
    ledger: Ledger, message: Message, sendgrid_server: Standin, post: Post
) -> None:
    plan = planned(ledger, message, 30_000, AT_ONCE)
    always(sendgrid_server, Fault(Kind.SLOW, seconds=0.2))
    with workers(post, 2) as running:
        until(lambda: done(ledger, plan))
        for one in running:
            one.terminate()
            one.join(10)
        assert [one.exitcode for one in running] == [130, 130]
    assert told(ledger, plan).recipients == Recipients(selected=30_000, accepted=30_000)
    assert mails(sendgrid_server) == (30_000, 1)
    assert len(set(owners(ledger, State.CLAIMED))) == 2


def test_jobs_told_several_times_send_once_and_none_is_left(
    ledger: Ledger, message: Message, sendgrid_server: Standin, post: Post, place: Place
) -> None:
    plan = planned(ledger, message, 5000, AT_ONCE)
    prepare_schema(ledger)
    with queue(place) as app:
        for seq in (1, 2, 3, 4, 5, 6) * 4:
            app.configure_task("send_one", queue="producthead").defer(send_id=plan.send_id, seq=seq)
        app.configure_task("send_one", queue="producthead").defer(send_id=77, seq=1)
        app.configure_task("send_one", queue="of another program").defer(send_id=plan.send_id, seq=1)
        with workers(post, 2):
            until(lambda: done(ledger, plan))
            until(lambda: not list(app.job_manager.list_jobs(queue="producthead", task="send_one")))
        assert len(list(app.job_manager.list_jobs(queue="of another program"))) == 1
    assert (mails(sendgrid_server), requests(sendgrid_server)) == ((5000, 1), 5)


def test_one_killed_amid_requests_leaves_doubt_and_another_goes_on(
    ledger: Ledger, message: Message, sendgrid_server: Standin, post: Post, place: Place
) -> None:
    plan = planned(ledger, message, 8000, AT_ONCE)
    sendgrid_server.account.log_delay = 3600
    sendgrid_server.script([Fault(Kind.HANG, seconds=2), Fault(Kind.HANG_ACCEPTED, seconds=2)] * 2)
    always(sendgrid_server, Fault(Kind.SLOW, seconds=0.3))
    with workers(post, 1) as (first,):
        until(lambda: requests(sendgrid_server) >= 4)
        first.kill()
        first.join()
        begun = len(owners(ledger, State.IN_FLIGHT)) - len(owners(ledger, State.ACCEPTED))
    with workers(post, 1), queue(place) as app:
        until(lambda: done(ledger, plan))
        # What the dead one had is told to the other, which finds nothing left to do for it.
        until(lambda: not list(app.job_manager.list_jobs(queue="producthead", task="send_one")))
    found = told(ledger, plan).recipients
    assert found.in_doubt == begun * 1000 >= 4000
    assert found.accepted + found.in_doubt == 8000
    assert mails(sendgrid_server)[1] == 1


def test_one_frozen_for_longer_than_its_lease_wakes_and_sends_nothing(
    ledger: Ledger, message: Message, sendgrid_server: Standin, post: Post
) -> None:
    plan = planned(ledger, message, 20_000, AT_ONCE)
    always(sendgrid_server, Fault(Kind.SLOW, seconds=0.3))
    with workers(post, 1) as (frozen,):
        until(lambda: requests(sendgrid_server) >= 6)
        assert frozen.pid
        os.kill(frozen.pid, signal.SIGSTOP)
        time.sleep(2)  # so long that whoever starts strikes it off
        with workers(post, 1):
            until(lambda: done(ledger, plan))
            sent = requests(sendgrid_server)
            os.kill(frozen.pid, signal.SIGCONT)
            # Late answers of what was in flight settle the doubt; nothing is sent for it.
            until(lambda: told(ledger, plan).recipients.accepted == 20_000)
            time.sleep(2)
            assert requests(sendgrid_server) == sent
        frozen.terminate()
        frozen.join(10)
        assert frozen.exitcode == 130
    assert (sent, mails(sendgrid_server)) == (20, (20_000, 1))


def test_stopped_amid_requests_it_finishes_them_and_begins_no_other(
    ledger: Ledger, message: Message, sendgrid_server: Standin, post: Post
) -> None:
    plan = planned(ledger, message, 40_000, AT_ONCE)
    always(sendgrid_server, Fault(Kind.SLOW, seconds=1.0))
    with workers(post, 1) as (one,):
        until(lambda: requests(sendgrid_server) >= 4)
        one.terminate()
        one.join(10)
        assert one.exitcode == 130
    sent = requests(sendgrid_server)
    assert sent < 40
    expected = Recipients(selected=40_000, accepted=sent * 1000, planned=40_000 - sent * 1000)
    assert told(ledger, plan).recipients == expected


def test_several_that_start_at_once_make_one_schema(place: Place) -> None:
    faults: list[BaseException] = []

    def begin() -> None:
        ledger = place.open()
        try:
            prepare_schema(ledger)
        except BaseException as error:  # noqa: BLE001 - shown below
            faults.append(error)
        finally:
            ledger.close()

    threads = [threading.Thread(target=begin) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with queue(place) as app:
        assert app.check_connection()


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ("DROP FUNCTION procrastinate_fetch_job_v2", "without procrastinate_fetch_job_v2)"),
        ("ALTER TYPE procrastinate_job_to_defer_v1 RENAME TO other", "procrastinate_job_to_defer_v1)"),
    ],
)
def test_tables_of_another_version_are_reported_and_left_alone(
    ledger: Ledger, change: str, missing: str
) -> None:
    prepare_schema(ledger)
    with ledger.writing() as connection:
        connection.execute(text(change))
    with pytest.raises(InputError) as error:
        prepare_schema(ledger)
    assert missing in str(error.value)
    assert "docs/cluster.md" in str(error.value)


def test_tables_dropped_as_the_documentation_says_are_made_anew(ledger: Ledger) -> None:
    prepare_schema(ledger)
    advice = (Path(__file__).parents[2] / "docs" / "cluster.md").read_text()
    drop = advice.split("```sql\n")[1].split("```")[0]
    with ledger.writing() as connection:
        connection.execute(text("DROP FUNCTION procrastinate_fetch_job_v2"))
        connection.execution_options(no_parameters=True).exec_driver_sql(drop)
        left = (
            "SELECT count(*) FROM pg_class WHERE relname LIKE 'procrastinate%' AND pg_table_is_visible(oid)"
        )
        assert connection.execute(text(left)).scalar_one() == 0
    prepare_schema(ledger)
    prepare_schema(ledger)


def test_connections_that_break_cost_no_mail_twice(
    ledger: Ledger, message: Message, sendgrid_server: Standin, post: Post
) -> None:
    plan = planned(ledger, message, 20_000, AT_ONCE)
    always(sendgrid_server, Fault(Kind.SLOW, seconds=0.2))
    broken: list[Any] = []
    with workers(post, 1) as (one,):
        until(lambda: requests(sendgrid_server) >= 4)
        with ledger.writing() as connection:
            broken += connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE application_name LIKE 'producthead%' AND pid <> pg_backend_pid()"
                )
            ).all()
        with workers(post, 1):  # as the service manager starts it again
            until(lambda: done(ledger, plan) and told(ledger, plan).recipients.accepted == 20_000)
        one.terminate()
        one.join(10)
        assert one.exitcode in (4, 130)
    assert len(broken) >= 2
    assert mails(sendgrid_server) == (20_000, 1)

import gc
import subprocess
import sys
import time
import warnings
from collections.abc import Callable

import pytest
from sqlalchemy import create_engine, make_url, text

from producthead_mail.errors import InputError, OutsideError
from producthead_mail.ledger.account import account
from producthead_mail.ledger.database import Ledger, ledger_exists, open_ledger
from producthead_mail.ledger.moves import begin, claim, finish, reap
from producthead_mail.ledger.states import State
from tests.ledger.conftest import make_plan
from tests.ledger_fixtures import Place, new_schema


@pytest.fixture
def place(postgres_url: str, tmp_path: object) -> Place:
    return Place("postgres", new_schema(postgres_url), tmp_path)


def run_sql(url: str, statement: str) -> None:
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.mark.parametrize("driver", ["postgresql", "postgres", "postgresql+psycopg"])
def test_any_way_to_write_the_url_will_do(place: Place, driver: str) -> None:
    url = make_url(place.url).set(drivername=driver).render_as_string(hide_password=False)
    assert not ledger_exists(url, place.default)
    open_ledger(url, place.default).close()
    assert ledger_exists(url, place.default)


def test_time_is_the_servers(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 0.0)
    first = ledger.now()
    with ledger.writing() as connection:
        second = ledger.now()
        connection.execute(text("SELECT pg_sleep(0.01)"))
        assert 1_700_000_000 < first < second < ledger.now()


@pytest.mark.parametrize("setting", ["synchronous_commit"])
def test_a_server_that_may_forget_commits_is_refused(place: Place, setting: str) -> None:
    url = make_url(place.url)
    options = f"{url.query['options']} -c{setting}=off"
    unsafe = url.update_query_dict({"options": options}).render_as_string(hide_password=False)
    with pytest.raises(InputError, match=rf"may forget what was sent \({setting}=off\)"):
        open_ledger(unsafe, place.default)
    assert not ledger_exists(place.url, place.default)


@pytest.mark.parametrize(
    ("url", "remedy"),
    [
        ("postgresql://ada:geheim@127.0.0.1:9/mail", "see that the server is up"),
        ("postgresql://ada:geheim@nowhere.invalid/mail", "mend the host in PRODUCTHEAD_LEDGER"),
    ],
)
def test_a_server_that_is_away_is_named_without_the_password(place: Place, url: str, remedy: str) -> None:
    for ask in (open_ledger, ledger_exists):
        with pytest.raises(OutsideError, match=remedy) as caught:
            ask(url, place.default)
        assert "geheim" not in str(caught.value)


def test_a_missing_driver_is_said(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(InputError, match=r"needs the driver psycopg.*producthead-mail\[postgres\]"):
        place.open()


def test_a_lease_that_is_over_is_taken_back_and_what_has_begun_is_in_doubt(place: Place) -> None:
    stalled, ledger = place.open(lease_seconds=0.2), place.open()
    send_id = make_plan(ledger, [1], [2], [3])
    begun, claimed = claim(stalled, send_id), claim(stalled, send_id)
    assert begun
    assert claimed
    assert begin(stalled, begun)
    assert reap(ledger) == 0
    time.sleep(0.3)
    assert reap(ledger) == 1
    assert account(ledger, "one").batches == {State.IN_DOUBT: 1, State.PLANNED: 2}
    assert not begin(stalled, claimed)
    assert finish(stalled, begun, State.ACCEPTED)
    for one in (stalled, ledger):
        one.close()


def test_a_begun_batch_has_its_whole_lease(place: Place) -> None:
    ledger = place.open(lease_seconds=2)
    mine = claim(ledger, make_plan(ledger, [1]))
    assert mine
    time.sleep(1.2)
    assert begin(ledger, mine)
    time.sleep(1.2)
    assert reap(ledger) == 0
    ledger.close()


KILLED = """
import os, signal, sys
from pathlib import Path
from producthead_mail.ledger.database import open_ledger
from producthead_mail.ledger.moves import begin, claim
ledger = open_ledger(sys.argv[1], Path(sys.argv[2]), 0.5)
ledger.owners.enter()
begin(ledger, claim(ledger, int(sys.argv[3])))
claim(ledger, int(sys.argv[3]))
print(ledger.owners.name, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_of_a_process_that_is_killed_nothing_is_repeated(place: Place) -> None:
    ledger = place.open()
    send_id = make_plan(ledger, [1], [2], [3])
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, place.url, str(place.default), str(send_id)],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    time.sleep(0.6)
    assert not ledger.owners.alive(killed.stdout.strip())
    assert reap(ledger) == 1
    assert account(ledger, "one").batches == {State.IN_DOUBT: 1, State.PLANNED: 2}
    ledger.close()


def test_connections_cut_in_the_middle_leave_planned_or_in_doubt(place: Place) -> None:
    ledger, other = place.open(lease_seconds=0.2), place.open()
    send_id = make_plan(ledger, [1], [2])
    mine, second = claim(ledger, send_id), claim(ledger, send_id)
    assert mine
    assert second
    assert begin(ledger, mine)
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'producthead'"

    def cut_off() -> None:
        with ledger.writing() as connection:
            connection.execute(text("SELECT 1"))
            run_sql(place.url, cut)
            connection.execute(text("SELECT 1"))

    with pytest.raises(OutsideError, match="see that the server is up"):
        cut_off()
    time.sleep(0.3)
    assert reap(other) == 1
    assert account(other, "one").batches == {State.IN_DOUBT: 1, State.PLANNED: 1}
    for one in (ledger, other):
        one.close()


def test_a_connection_that_breaks_while_it_is_made_is_not_left_open(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("producthead_mail.ledger.postgres.WAIT_SECONDS", "no number of ")
    with pytest.raises(OutsideError, match="lock_timeout"):
        place.open()
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        gc.collect()
    assert [str(one.message) for one in told] == []


def test_whose_connection_broke_is_alive_again_once_it_says_so(
    ledger: Ledger, open_again: Callable[[], Ledger]
) -> None:
    locked = "SELECT pid FROM pg_locks WHERE locktype = 'advisory'"
    with ledger.reading() as connection:
        (session,) = connection.execute(text(locked)).scalars()
    another, name = open_again(), ledger.owners.name
    assert another.owners.alive(name)
    with another.reading() as connection:
        connection.execute(text(f"SELECT pg_terminate_backend({session}, 10000)"))
    assert not another.owners.alive(name)
    ledger.owners.enter()
    ledger.owners.enter()
    assert another.owners.alive(name)


def test_a_strict_default_of_the_server_makes_no_writer_fail(place: Place) -> None:
    strict = make_url(place.url)
    options = f"{strict.query['options']} -cdefault_transaction_isolation=serializable"
    url = strict.update_query_dict({"options": options}).render_as_string(hide_password=False)
    ledger, another = (open_ledger(url, place.default) for _ in range(2))
    send_id = make_plan(ledger, [1], [2])
    with ledger.writing() as connection:
        assert connection.execute(text("SELECT count(*) FROM batch WHERE state = 0")).scalar_one() == 2
        assert claim(another, send_id)
        assert connection.execute(text("UPDATE batch SET at = 0")).rowcount == 2
    ledger.close()
    another.close()

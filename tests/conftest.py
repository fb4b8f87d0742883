"""What tests of several parts share: the stand-in for SendGrid."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))  # so that tests can say `from tests.standin import …`

from tests.ledger_fixtures import (  # noqa: E402, F401 - fixtures are found by name
    another,
    ledger,
    open_again,
    place,
    postgres_url,
)
from tests.standin import Standin  # noqa: E402


@pytest.fixture
def sendgrid_server() -> Iterator[Standin]:
    """A stand-in for SendGrid on loopback; its key is `sendgrid_server.account.key`."""
    with Standin() as standin:
        yield standin

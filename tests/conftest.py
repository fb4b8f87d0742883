"""What tests of several parts share: the stand-in for SendGrid."""

from collections.abc import Iterator

import pytest

from tests.standin import Standin

pytest_plugins = ["tests.ledger_fixtures"]


@pytest.fixture
def sendgrid_server() -> Iterator[Standin]:
    """A stand-in for SendGrid on loopback; its key is `sendgrid_server.account.key`."""
    with Standin() as standin:
        yield standin

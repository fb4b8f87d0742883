"""What tests of several parts share: the stand-in for SendGrid."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.standin import Standin

pytest_plugins = ["tests.ledger_fixtures"]

# How long an example takes says more of the machine than of the program.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")


@pytest.fixture
def sendgrid_server() -> Iterator[Standin]:
    """A stand-in for SendGrid on loopback; its key is `sendgrid_server.account.key`."""
    with Standin() as standin:
        yield standin

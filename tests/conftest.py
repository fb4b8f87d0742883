"""What tests of several parts share: the stand-in for SendGrid."""

import signal
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.standin import Standin

pytest_plugins = ["tests.ledger_fixtures"]

# A shell starts `make test &` with SIGINT ignored, and so would be every program that a test interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)

# The same examples in every run: what fails is then the change's doing. `make fuzz` looks for new ones.
# How long an example takes says more of the machine than of the program: no deadline.
settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.register_profile("fuzz", deadline=None)
settings.load_profile("repeatable")


@pytest.fixture
def sendgrid_server() -> Iterator[Standin]:
    """A stand-in for SendGrid on loopback; its key is `sendgrid_server.account.key`."""
    with Standin() as standin:
        yield standin

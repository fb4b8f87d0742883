"""A stand-in for SendGrid: real HTTP on loopback, real error texts, and faults by script."""

from tests.standin.account import Accepted, Account
from tests.standin.faults import Fault, Kind
from tests.standin.server import Standin

__all__ = ["Accepted", "Account", "Fault", "Kind", "Standin"]

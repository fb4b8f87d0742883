"""The short form of `make chaos`: a few kills on either database, with and without the fence."""

import pytest

from tests.chaos.run import run
from tests.chaos.setting import Setting
from tests.ledger_fixtures import Place
from tests.standin import Standin


@pytest.mark.parametrize("fenced", [False, True], ids=["at once", "ahead of its hour"])
def test_killed_and_frozen_at_random_nobody_gets_it_twice_or_never(
    place: Place, sendgrid_server: Standin, fenced: bool
) -> None:
    sendgrid_server.validate = False
    setting = Setting(
        place.folder,
        sendgrid_server.url,
        place.url,
        lease_seconds=4,
        recipients=2000,
        kills=5,
        fenced=fenced,
        seed=7,
    )
    report = run(setting, sendgrid_server)
    assert report.broken == []
    assert (report.twice, report.lost, report.unknown, report.unbalanced) == (0, 0, 0, 0)
    assert (report.accepted + report.invalid, report.left, report.never) == (2000, 0, 0)
    if fenced:
        assert (report.in_doubt, report.settled, report.decided) == (0, 0, 0)

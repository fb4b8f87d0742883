"""The short form of `python -m tests.chaos.cluster`: workers whose jobs are run again when they die."""

from pathlib import Path

import pytest

from tests.chaos.cluster import run
from tests.chaos.setting import Setting
from tests.postgres import new_schema
from tests.standin import Standin


@pytest.mark.parametrize("fenced", [False, True], ids=["at once", "ahead of its hour"])
def test_workers_killed_and_frozen_at_random_mail_nobody_twice_or_never(
    postgres_url: str, tmp_path: Path, sendgrid_server: Standin, fenced: bool
) -> None:
    sendgrid_server.validate = False
    setting = Setting(
        tmp_path,
        sendgrid_server.url,
        new_schema(postgres_url),
        lease_seconds=4,
        recipients=2000,
        kills=4,
        workers=2,
        fenced=fenced,
        seed=3,
    )
    report = run(setting, sendgrid_server)
    assert report.broken == []
    assert (report.twice, report.lost, report.unknown, report.unbalanced) == (0, 0, 0, 0)
    assert (report.accepted + report.invalid, report.left, report.never) == (2000, 0, 0)

"""Each thing broken in turn: which line tells it, with its remedy, and that no other line is disturbed."""

from tests.doctor.conftest import Setting


def test_nothing_is_amiss_where_everything_is_right(setting: Setting) -> None:
    assert setting.faults() == {}

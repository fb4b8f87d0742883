import pytest
from hypothesis import given
from hypothesis import strategies as st

from producthead_mail.ledger.rids import contains, pack, unpack

ids = st.sets(st.integers(0, 2**63 - 1), max_size=50).map(sorted)


@given(ids)
def test_ids_come_back_as_they_went(rids: list[int]) -> None:
    assert unpack(pack(rids)) == tuple(rids)


@given(ids, st.integers(0, 2**63 - 1))
def test_an_id_is_found_only_where_it_is(rids: list[int], other: int) -> None:
    data = pack(rids)
    assert all(contains(data, rid) for rid in rids)
    assert contains(data, other) == (other in rids)


def test_an_id_takes_eight_bytes() -> None:
    assert pack([1, 2**63 - 1]) == b"\0\0\0\0\0\0\0\x01\x7f\xff\xff\xff\xff\xff\xff\xff"


def test_ids_out_of_order_or_twice_are_refused() -> None:
    for rids in ([2, 1], [1, 1]):
        with pytest.raises(ValueError, match="ascend"):
            pack(rids)

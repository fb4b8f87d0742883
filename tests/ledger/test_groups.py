"""Groups of an edition that waits for its hour, made by several processes at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import select

from producthead_mail.ledger.database import Ledger
from producthead_mail.ledger.groups import groups, make_groups, ungrouped_batches
from producthead_mail.ledger.moves import claim
from producthead_mail.ledger.schema import batch
from tests.ledger.conftest import Planner


def test_of_two_that_make_groups_at_the_same_moment_one_makes_them_all(
    ledger: Ledger, another: Ledger, plan: Planner
) -> None:
    for number in range(8):
        send_id = plan([1, 2], [3, 4], [5, 6], edition=f"e{number}")
        start = Barrier(2)

        def make(mine: Ledger, name: str, send_id: int = send_id, start: Barrier = start) -> None:
            start.wait()
            make_groups(mine, send_id, [f"{name}{part}" for part in range(3)])

        with ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(make, ledger, "a"), pool.submit(make, another, "b")]:
                done.result()
        made = [one.batch_id for one in groups(ledger, send_id)]
        assert made in (["a0", "a1", "a2"], ["b0", "b1", "b2"])
        assert ungrouped_batches(ledger, send_id) == 0


def test_batches_are_divided_in_order_and_claimed_ones_left_alone(ledger: Ledger, plan: Planner) -> None:
    send_id = plan(*([n] for n in range(1, 9)))
    assert claim(ledger, send_id)
    make_groups(ledger, send_id, ["a", "b", "c"])
    with ledger.reading() as connection:
        found = connection.execute(select(batch.c.seq, batch.c.grp).order_by(batch.c.seq)).all()
    assert [tuple(one) for one in found] == [
        (1, None),
        (2, 1),
        (3, 1),
        (4, 1),
        (5, 2),
        (6, 2),
        (7, 3),
        (8, 3),
    ]

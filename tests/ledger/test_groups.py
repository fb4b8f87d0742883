"""Groups of an edition that waits for its hour, made by several processes at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from producthead_mail.ledger.database import Ledger
from producthead_mail.ledger.groups import groups, make_groups, ungrouped_batches
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

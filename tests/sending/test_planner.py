import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producthead_mail.audience.address import recipient_id
from producthead_mail.audience.recipient import Excluded, Recipient
from producthead_mail.errors import InputError
from producthead_mail.ledger.draft import Draft, Left
from producthead_mail.ledger.states import Exclusion
from producthead_mail.rendering.message import Context, Message, Slot
from producthead_mail.sending.planner import batch_size, drafts, refuse_unknown_fields, renamed

KEY = b"k" * 32


def person(row: int, name: str = "Ada") -> Recipient:
    email = f"r{row}@example.org"
    return Recipient(email, {"email": email, "first_name": name}, row)


def slots(count: int) -> tuple[Slot, ...]:
    return tuple(Slot(f"PH{n:024}", "email", Context.TEXT, ("email",)) for n in range(count))


def test_batches_are_numbered_and_hold_opaque_ids_only(message: Message) -> None:
    (batch,) = drafts(message, [(5, person(2)), (9, person(3))], 7, KEY)
    assert isinstance(batch, Draft)
    assert batch.rids == (5, 9)
    assert [part["custom_args"] for part in json.loads(batch.body)] == [
        {"edition": "2024-02-12-alignment", "batch": "7-1", "recipient": "0000000000000005"},
        {"edition": "2024-02-12-alignment", "batch": "7-1", "recipient": "0000000000000009"},
    ]


@given(count=st.integers(0, 2500))
def test_everyone_is_in_one_batch_of_at_most_a_thousand(count: int) -> None:
    message = Message(
        "e",
        "s",
        "",
        "h",
        "t",
        (),
        {},
        None,
        None,
        None,
        False,
        (),
        {},
        "en",
        "",
        "d",
    )
    found = list(drafts(message, ((n, person(n)) for n in range(count)), 1, KEY))
    assert [rid for batch in found if isinstance(batch, Draft) for rid in batch.rids] == list(range(count))
    assert [len(batch.rids) for batch in found if isinstance(batch, Draft)] == [1000] * (count // 1000) + (
        [count % 1000] if count % 1000 else []
    )


@pytest.mark.parametrize(("count", "size"), [(0, 1000), (10, 1000), (11, 909), (100, 100), (20_000, 1)])
def test_many_slots_make_batches_smaller(message: Message, count: int, size: int) -> None:
    assert batch_size(replace(message, slots=slots(count))) == size


def test_what_gets_nothing_is_passed_on_with_its_reason(message: Message) -> None:
    rows = [
        Excluded(Exclusion.INVALID, 2, "no address"),
        Excluded(Exclusion.SUPPRESSED, 3, "bounced", "b@example.org"),
        (5, person(4)),
        Excluded(Exclusion.DUPLICATE, 9, "same address as row 4", "r4@example.org"),
    ]
    left = [part for part in drafts(message, rows, 1, KEY) if isinstance(part, Left)]
    assert left == [
        Left(Exclusion.INVALID, 2, "no address"),
        Left(Exclusion.SUPPRESSED, 3, "bounced", recipient_id("b@example.org", KEY)),
        Left(Exclusion.DUPLICATE, 9, "same address as row 4"),
    ]


def test_all_rows_too_large_for_sendgrid_are_named_at_once(message: Message) -> None:
    rows = [(row, person(row, "x" * (20_000 if row in (3, 5) else 3))) for row in range(2, 8)]
    with pytest.raises(InputError) as caught:
        list(drafts(message, rows, 1, KEY))
    assert [problem.line for problem in caught.value.problems] == [3, 5]
    assert "@" not in str(caught.value)


def test_a_slot_without_a_field_is_refused_with_the_nearest(message: Message) -> None:
    with pytest.raises(InputError) as caught:
        refuse_unknown_fields(message, ["email", "firstname"], "people.csv")
    assert str(caught.value) == (
        "people.csv: no field `first_name`, which a slot names; did you mean 'firstname'? "
        "add the column, or give it a default in publication.yaml"
    )
    refuse_unknown_fields(message, ["email", "first_name"], "people.csv")


def test_renaming_changes_the_batch_alone(message: Message) -> None:
    (batch,) = drafts(message, [(5, person(2))], 7, KEY)
    assert isinstance(batch, Draft)
    assert renamed(batch.body, "7-9") == batch.body.replace(b'"7-1"', b'"7-9"')

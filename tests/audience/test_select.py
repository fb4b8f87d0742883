"""Each id once, in order, and every row in exactly one place."""

import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producthead_mail.audience import select as selection
from producthead_mail.audience.address import recipient_id
from producthead_mail.audience.recipient import Excluded, Recipient
from producthead_mail.audience.select import select
from producthead_mail.errors import OutsideError
from producthead_mail.ledger.states import Exclusion

KEY = b"k" * 32

Row = Recipient | Excluded
Out = tuple[int, Recipient] | Excluded


def person(row: int, email: str, **fields: str) -> Recipient:
    return Recipient(email, {"email": email, **fields}, row)


def run(rows: Iterable[Row], suppressed: dict[int, str] | None = None) -> list[Out]:
    return list(select(rows, key=KEY, suppressed=(suppressed or {}).get))


def number(email: str) -> int:
    return recipient_id(email, KEY)


def test_recipients_come_out_as_they_went_in_by_id() -> None:
    rows = [person(row, f"reader{row}@example.org", name=f"N{row}") for row in range(2, 12)]
    assert run(rows) == sorted((number(row.email), row) for row in rows)


def test_the_first_row_of_an_address_counts_the_others_are_duplicates() -> None:
    rows = [person(2, "Ada@example.org", name="A"), person(3, "ada@example.org", name="B")]
    assert run(rows) == [
        (number("ada@example.org"), rows[0]),
        Excluded(Exclusion.DUPLICATE, 3, "same address as row 2", "ada@example.org"),
    ]


def test_two_people_whose_names_only_look_alike_both_get_it() -> None:
    rows = [person(2, "groß@example.org"), person(3, "gross@example.org")]
    assert len([one for one in run(rows) if not isinstance(one, Excluded)]) == 2


def test_a_suppressed_address_is_told_with_its_reason_and_counts_once() -> None:
    rows = [person(2, "ada@example.org"), person(3, "ADA@example.org"), person(4, "bob@example.org")]
    found = run(rows, {number("ada@example.org"): "bounced"})
    assert sorted(found, key=str) == sorted(
        [
            Excluded(Exclusion.SUPPRESSED, 2, "bounced", "ada@example.org"),
            Excluded(Exclusion.DUPLICATE, 3, "same address as row 2", "ADA@example.org"),
            (number("bob@example.org"), rows[2]),
        ],
        key=str,
    )


def test_invalid_rows_are_handed_on() -> None:
    invalid = Excluded(Exclusion.INVALID, 2, "no address")
    assert run([invalid]) == [invalid]


def test_no_rows_give_nothing() -> None:
    assert run([]) == []


def test_rows_with_other_fields_keep_theirs() -> None:
    rows = [person(1, "a@example.org", x="1"), person(2, "b@example.org", y="2"), person(3, "c@example.org")]
    assert {one[1].email: dict(one[1].fields) for one in run(rows) if not isinstance(one, Excluded)} == {
        "a@example.org": {"email": "a@example.org", "x": "1"},
        "b@example.org": {"email": "b@example.org", "y": "2"},
        "c@example.org": {"email": "c@example.org"},
    }


def test_more_than_one_chunk_of_a_bucket_comes_back_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selection, "CHUNK", 2)
    rows = [person(row, f"reader{row}@example.org", name="é" * (row % 50)) for row in range(2, 3002)]
    assert run(rows) == sorted((number(row.email), row) for row in rows)


def test_no_room_for_the_spool_is_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    with pytest.raises(OutsideError, match="No such file or directory; make room there, or set TMPDIR"):
        run([person(2, "ada@example.org")])


def test_nothing_stays_on_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    run([person(2, "ada@example.org")])
    assert list(tmp_path.iterdir()) == []


ADDRESSES = st.builds(
    "{}@{}".format, st.sampled_from(["a", "A", "b", "c", "ß", "ss", "é"]), st.sampled_from(["x.example.org"])
)
KINDS = st.one_of(ADDRESSES, st.none())


@given(kinds=st.lists(KINDS, max_size=40), suppressed=st.sets(ADDRESSES))
def test_every_row_is_in_exactly_one_place(kinds: list[str | None], suppressed: set[str]) -> None:
    rows: list[Row] = [
        person(row, email, note=str(row)) if email else Excluded(Exclusion.INVALID, row, "no address")
        for row, email in enumerate(kinds, 2)
    ]
    found = run(rows, {number(email): "bounced" for email in suppressed})

    chosen = [one for one in found if not isinstance(one, Excluded)]
    others = [one for one in found if isinstance(one, Excluded)]
    ids = [one for one, _ in chosen]
    assert ids == sorted(set(ids))
    assert sorted([one.row for _, one in chosen] + [one.row for one in others]) == list(
        range(2, len(rows) + 2)
    )
    assert all(one in rows and number(one.email) == number_ for number_, one in chosen)
    assert not {number(email) for email in suppressed} & set(ids)

    counts = Counter(one.kind for one in others)
    people = {number(email) for email in kinds if email}
    assert counts[Exclusion.INVALID] == kinds.count(None)
    assert len(chosen) + counts[Exclusion.SUPPRESSED] == len(people)
    assert counts[Exclusion.DUPLICATE] == len(kinds) - kinds.count(None) - len(people)

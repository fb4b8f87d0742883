"""Merging an export into the audience's file: what was there stays, what is added reads back."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from producthead_mail.audience.csv_source import read_csv
from producthead_mail.audience.ids import IdSet
from producthead_mail.audience.merging import Merged, listings, merge, survey
from producthead_mail.audience.recipient import Recipient
from producthead_mail.errors import InputError

KEY = b"key"
CELLS = st.text(st.sampled_from(list("aé ,;\t|\"'=+\r\n\x01🙂")), max_size=8)
PEOPLE = st.lists(st.tuples(st.integers(0, 9), CELLS), max_size=6)


def table(header: str, people: list[tuple[int, str]], delimiter: str = ",", end: str = "\n") -> bytes:
    """A table of readers with a name each."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerow(header.split(","))
    writer.writerows(
        (f"reader{number}@example.com", name, "subscribed")[: header.count(",") + 1]
        for number, name in people
    )
    return text.getvalue().encode()


def merged(export: Path, target: Path) -> Merged:
    tables, _ = listings(export)
    return merge(tables, target, KEY, survey(tables, KEY), IdSet())


def people(path: Path) -> list[dict[str, str]]:
    return [dict(row.fields) for row in read_csv(path) if isinstance(row, Recipient)]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PEOPLE, PEOPLE, st.sampled_from(",;\t|"), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_what_is_there_stays_and_what_is_new_reads_back(
    tmp_path: Path,
    present: list[tuple[int, str]],
    new: list[tuple[int, str]],
    delimiter: str,
    end: str,
    closed: bool,
) -> None:
    target, export = tmp_path / "readers.csv", tmp_path / "export.csv"
    before = table("email,name", present, delimiter, end)
    before = before if closed else before.removesuffix(end.encode())
    target.write_bytes(before)
    export.write_bytes(table("email,name,status", new))
    known = {number for number, _ in present}
    first = {number: name for number, name in reversed(new) if number not in known}

    report = merged(export, target)

    assert target.read_bytes().startswith(before)
    assert (report.added, report.present) == (len(first), sum(number in known for number, _ in new))
    if first:
        added = people(target)[len(present) :]
        names = {row["email"]: row["name"] for row in added}
        clean = {number: " ".join(name.replace("\x01", " ").split()) for number, name in first.items()}
        assert names == {f"reader{number}@example.com": name for number, name in clean.items()}


def test_nothing_new_leaves_the_file_alone(tmp_path: Path) -> None:
    target, export = tmp_path / "readers.csv", tmp_path / "export.csv"
    export.write_bytes(table("email,name,status", []))
    assert (merged(export, target), target.exists()) == (Merged(), False)


def test_a_file_that_breaks_off_leaves_the_target_alone(tmp_path: Path) -> None:
    target, export = tmp_path / "readers.csv", tmp_path / "export.csv"
    target.write_bytes(b"email\n")
    export.write_bytes(table("email,name,status", [(1, "a")]) + b'reader2@example.com,"open')
    with pytest.raises(InputError):
        merged(export, target)
    assert target.read_bytes() == b"email\n"
    assert [one.name for one in sorted(tmp_path.iterdir())] == ["export.csv", "readers.csv"]

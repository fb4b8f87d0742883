"""Rows of any CSV file that people have, and plain words for what is none."""

import csv
import io
import os
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producthead_mail.audience.csv_source import columns, read_csv
from producthead_mail.audience.recipient import Excluded, Recipient
from producthead_mail.errors import InputError, Problem
from producthead_mail.ledger.states import Exclusion

GOOD = "email,first_name\nada@example.org,Ada\nbob@example.com,Bob\n"
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "a.csv"


def recipients(path: Path) -> list[tuple[int, dict[str, str]]]:
    return [(row.row, dict(row.fields)) for row in read_csv(path) if isinstance(row, Recipient)]


def excluded(path: Path) -> list[tuple[int, str, str]]:
    return [(row.row, row.reason, row.email) for row in read_csv(path) if isinstance(row, Excluded)]


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        list(read_csv(path))
    return str(caught.value).replace(f"{path}", "a.csv")


def test_a_row_is_a_recipient_with_every_column_and_its_line(file: Path) -> None:
    file.write_text("Name,E-mail,Company\nAda, Ada@Example.ORG ,\n")
    (row,) = read_csv(file)
    assert row == Recipient("Ada@example.org", {"name": "Ada", "email": "Ada@example.org", "company": ""}, 2)
    assert columns(file) == ("name", "email", "company")


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_delimiters_and_line_ends(file: Path, encoding: str, delimiter: str, end: str) -> None:
    file.write_bytes(GOOD.replace(",", delimiter).replace("\n", end).encode(encoding))
    assert recipients(file) == [
        (2, {"email": "ada@example.org", "first_name": "Ada"}),
        (3, {"email": "bob@example.com", "first_name": "Bob"}),
    ]


def test_quoted_cells_hold_delimiters_line_breaks_and_quotes(file: Path) -> None:
    file.write_text('email,"a, b"\nada@example.org,"1;2\n""x"""\nbob@example.com,y\n')
    assert recipients(file) == [
        (2, {"email": "ada@example.org", "a_b": '1;2\n"x"'}),
        (4, {"email": "bob@example.com", "a_b": "y"}),
    ]


def test_blank_lines_and_rows_of_delimiters_are_no_rows(file: Path) -> None:
    file.write_text("\n  \nemail,name\n\nada@example.org,Ada\n , \n,\n   \nbob@example.com,Bob\n,,,\n")
    assert [line for line, _ in recipients(file)] == [5, 9]
    assert excluded(file) == []


def test_cells_too_many_or_too_few_make_a_row_invalid(file: Path) -> None:
    file.write_text("email,name\nada@example.org\nbob@example.com,B,C\ncy@example.com,C,,\n")
    assert [line for line, _ in recipients(file)] == [4]
    assert excluded(file) == [
        (2, "1 cell where the header has 2", "ada@example.org"),
        (3, "3 cells where the header has 2", "bob@example.com"),
    ]


def test_a_bad_row_costs_no_other_row(file: Path) -> None:
    file.write_bytes(
        b'email,name\nbob,B\nada@example.org,"A"x\ncy@example.com,C\0\ndee@example.com,'
        + b"d" * 200_000
        + b"\neve@example.com,E\n"
    )
    assert [line for line, _ in recipients(file)] == [6]
    assert excluded(file) == [
        (2, "An email address must have an @-sign", "bob"),
        (3, "not a CSV row: ',' expected after '\"'", ""),
        (4, "a NUL byte", "cy@example.com"),
        (5, "not a CSV row: field larger than field limit (131072)", ""),
    ]
    assert {row.kind for row in read_csv(file) if isinstance(row, Excluded)} == {Exclusion.INVALID}


UNUSABLE = [
    (b"", "a.csv: the file is empty; give it a header with `email`, and a row per recipient"),
    (b"\n \n\n", "a.csv: the file is empty; give it a header with `email`, and a row per recipient"),
    (b"email,name\n", "a.csv: a header and no rows; add a row for each recipient"),
    (b"email,name\n,\n\n", "a.csv: a header and no rows; add a row for each recipient"),
    (
        b"name,first_name\nAda,A\n",
        "a.csv:1: no column `email`; name the column with the addresses `email`",
    ),
    (
        b'email,name\nada@example.org,"Ada\nbob@example.com,Bob\ncy@example.com,C\n',
        "a.csv:2: a quote opened here isn't closed as it should be (unexpected end of data); "
        "close the quote, or double a quote within quotes",
    ),
    (
        b'email,name\nada@example.org,"Ada\nbob@example.com,"Bob"\ncy@example.com,C\n',
        "a.csv:2: a quote opened here isn't closed as it should be (',' expected after '\"'); "
        "close the quote, or double a quote within quotes",
    ),
    (
        b'"email,name\nada@example.org,Ada\n',
        "a.csv:1: a quote opened here isn't closed as it should be (unexpected end of data); "
        "close the quote, or double a quote within quotes",
    ),
    (
        "email,name\nada@example.org,Ada\nzoe@example.org,Zoë\n".encode("latin-1"),
        "a.csv:3: not UTF-8 text (invalid continuation byte); save the file as UTF-8",
    ),
    (b"email,name\n" + b"a" * (1 << 20), "a.csv:2: a line of a million characters; is this a CSV file?"),
    (
        b"PK\x03\x04\x14\0",
        "a.csv: a spreadsheet's own format, not CSV; save it as CSV (UTF-8) in your spreadsheet",
    ),
]


@pytest.mark.parametrize(("data", "told"), UNUSABLE)
def test_what_is_no_audience_is_refused_in_plain_words(file: Path, data: bytes, told: str) -> None:
    file.write_bytes(data)
    assert refusal(file) == told


def test_no_file_and_what_only_looks_like_one(file: Path) -> None:
    assert refusal(file) == (
        "a.csv: no such file; put the file there, or mend audience.csv in publication.yaml"
    )
    file.mkdir()
    assert refusal(file) == "a.csv: a folder, not a file; name the CSV file in it"
    file.rmdir()
    os.mkfifo(file)
    pipe = "a pipe or a device, not a file; save the rows as a file and name that"
    assert refusal(file) == f"a.csv: {pipe}"
    with pytest.raises(InputError, match=pipe):
        columns(Path("/dev/null"))


def test_a_cut_off_utf16_file_is_refused(file: Path) -> None:
    file.write_bytes(GOOD.encode("utf-16")[:-1])
    assert refusal(file) == "a.csv:3: not UTF-16 text (truncated data); save the file as UTF-8"


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
LOCAL = st.text(string.ascii_letters + string.digits, min_size=1, max_size=12)
ROWS = st.lists(st.tuples(LOCAL, CELLS, CELLS), min_size=1, max_size=8)


@given(
    rows=ROWS,
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(ENCODINGS),
    # Older csv modules leave a lone \r unquoted where rows end in \n alone.
    style=st.sampled_from([("\r\n", csv.QUOTE_MINIMAL), ("\r\n", csv.QUOTE_ALL), ("\n", csv.QUOTE_ALL)]),
)
def test_what_the_csv_module_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str, str, str]],
    delimiter: str,
    encoding: str,
    style: tuple[str, int],
) -> None:
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=delimiter, lineterminator=style[0], quoting=style[1])
    writer.writerow(["name", "email", "note"])
    writer.writerows([name, f"{local}@example.org", note] for local, name, note in rows)
    path = tmp_path_factory.getbasetemp() / "written.csv"
    path.write_bytes(written.getvalue().encode(encoding))

    assert [fields for _, fields in recipients(path)] == [
        {"name": name, "email": f"{local}@example.org", "note": note} for local, name, note in rows
    ]


@given(data=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(b"email,name\n" + data)
    problems: tuple[Problem, ...] = ()
    rows: list[Recipient | Excluded] = []
    try:
        rows = list(read_csv(path))
    except InputError as error:
        problems = error.problems
    assert bool(rows) != (len(problems) == 1)

"""Headers as spreadsheets and mailing services write them become slot fields."""

import pytest

from producthead_mail.audience.columns import field_name, field_names
from producthead_mail.errors import InputError


def messages(headers: list[str]) -> list[str]:
    with pytest.raises(InputError) as caught:
        field_names(headers, "a.csv", 1)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("email", "email"),
        (" E-Mail ", "email"),
        ("Email Address", "email"),
        ("E-mail address", "email"),
        ("First Name", "first_name"),
        ("first-name", "first_name"),
        ("Record ID - Contact", "record_id_contact"),
        ("OPTIN_TIME", "optin_time"),
        ("_id", "_id"),
        ("Größe", "größe"),
        ("नाम", "नाम"),
        ("e\u0301tat", "\u00e9tat"),
    ],
)
def test_a_header_becomes_a_field(header: str, field: str) -> None:
    assert field_name(header) == field
    assert field.isidentifier()


def test_order_is_kept() -> None:
    assert field_names(["Name", "E-Mail"], "a.csv", 1) == ("name", "email")


def test_every_fault_is_told_at_once() -> None:
    assert messages(["1st name", "", "Name", "name", "emial"]) == [
        "a.csv:1: header '1st name' can't be a slot field; use letters and digits, a letter first",
        "a.csv:1: column 2 has no header; name it or delete the column",
        "a.csv:1: columns 3 and 4 are both `name`; rename or delete one of them",
        "a.csv:1: no column `email`; name the column with the addresses `email`; did you mean 'emial'?",
    ]


def test_a_missing_header_is_told_as_that() -> None:
    assert messages(["ada@example.org", "Ada"]) == [
        "a.csv:1: the first line is a row where a header belongs; "
        "put a line such as `email,first_name` above it"
    ]


def test_two_columns_of_addresses_are_refused() -> None:
    assert messages(["email", "E-Mail"]) == [
        "a.csv:1: columns 1 and 2 are both `email`; rename or delete one of them"
    ]


def test_a_thousand_columns_at_most() -> None:
    assert len(field_names(["email", *(f"c{n}" for n in range(999))], "a.csv", 1)) == 1000
    assert messages(["email", *(f"c{n}" for n in range(1000))]) == ["a.csv:1: 1001 columns; keep to 1000"]

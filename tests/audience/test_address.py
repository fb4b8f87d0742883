"""One spelling for each address."""

import pytest

from producthead_mail.audience.address import normalise, recipient_id


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("Ada.Lovelace@Example.ORG", "Ada.Lovelace@example.org"),
        ("  ada+news@example.com\n", "ada+news@example.com"),
        ("jörg@example.org", "jörg@example.org"),
        ("ada@münchen.example.org", "ada@xn--mnchen-3ya.example.org"),
        ("o'hara@example.net", "o'hara@example.net"),
    ],
)
def test_domains_become_lower_case_ascii(written, normal):
    assert normalise(written) == normal
    assert normalise(normal) == normal


@pytest.mark.parametrize(
    "written",
    ["", "ada", "ada@", "@example.org", "a@b@example.org", ".ada@example.org", "a..b@example.org",
     "ada@example..org", "ada@-example.org", "a" * 65 + "@example.org", "Ada <ada@example.org>",
     "ada@example.org\r\nBcc: eve@example.org"],
)  # fmt: skip
def test_what_is_no_address_is_refused(written):
    with pytest.raises(ValueError, match=r"."):
        normalise(written)


def test_an_id_is_the_same_in_any_case_and_another_under_another_key():
    one = recipient_id("Ada@example.org", b"key")

    assert one == recipient_id("ada@EXAMPLE.org", b"key")
    assert one != recipient_id("ada@example.org", b"other")
    assert 0 <= one < 2**63

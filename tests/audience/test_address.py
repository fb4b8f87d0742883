"""One spelling for each address."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from producthead_mail.audience.address import normalise, recipient_id
from producthead_mail.sending.limits import ADDRESS


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
    [
        "",
        "ada",
        "ada@",
        "@example.org",
        "a@b@example.org",
        ".ada@example.org",
        "a..b@example.org",
        "ada@example..org",
        "ada@-example.org",
        "a" * 65 + "@example.org",
        "Ada <ada@example.org>",
        "ada@example.org\r\nBcc: eve@example.org",
    ],
)
def test_what_is_no_address_is_refused(written):
    with pytest.raises(ValueError, match=r"."):
        normalise(written)


def test_an_id_is_the_same_in_any_case_and_another_under_another_key():
    one = recipient_id("Ada@example.org", b"key")

    assert one == recipient_id("ada@EXAMPLE.org", b"key")
    assert one != recipient_id("ada@example.org", b"other")
    assert 0 <= one < 2**63


ODD = st.builds(
    "{}@{}".format,
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=20),
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=20).map("{}.example.org".format),
)


@settings(deadline=None)
@given(written=st.one_of(st.emails(), ODD, st.text(max_size=30)))
def test_whatever_is_written_has_one_spelling_that_sendgrid_takes_or_none(written):
    try:
        normal = normalise(written)
    except ValueError:
        return
    assert normalise(normal) == normal
    assert ADDRESS.fullmatch(normal)
    assert normal.rpartition("@")[2] == normal.rpartition("@")[2].lower()
    assert len(normal) <= 254


def test_people_whose_names_only_look_alike_have_two_ids():
    assert recipient_id("groß@example.org", b"key") != recipient_id("gross@example.org", b"key")

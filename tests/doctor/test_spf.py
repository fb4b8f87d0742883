from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producthead_mail.doctor.spf import Spf, examine, under

RECORDS = {
    "sendgrid.net": ["v=spf1 ip4:203.0.113.0/24 -all"],
    "_spf.example.net": ["v=spf1 ip6:2001:db8::/32 a:mail.example.net/24//64 -all"],
}


def spf_of(record: str, zone: Mapping[str, list[str]] = RECORDS) -> Spf:
    return examine("example.com", lambda name: {**zone, "example.com": [record]}.get(name, []))


@pytest.mark.parametrize(
    ("record", "lookups", "covers"),
    [
        ("v=spf1 -all", 0, False),
        ("V=SPF1 include:sendgrid.net ~all", 1, True),
        ("v=spf1 include:_spf.example.net include:SendGrid.net. ~all", 3, True),
        ("v=spf1 a mx ptr exists:%{i}._spf.%{d2} include:%{h}.example.org -all", 5, False),
        ("v=spf1 redirect=sendgrid.net", 1, True),
        ("v=spf1 redirect=sendgrid.net ~all", 0, False),
        ("v=spf1 ip4:192.0.2.1 ip6:2001:db8::1/64 exp=why.example.com future=1 ?all", 0, False),
    ],
)
def test_a_sound_record_is_counted_with_all_it_includes(record: str, lookups: int, covers: bool) -> None:
    found = spf_of(record)
    assert (found.faults, found.lookups, found.covers_sendgrid, found.loose) == ([], lookups, covers, "")


@pytest.mark.parametrize(
    ("word", "where"),
    [
        ("ip4:192.0.2", "example.com"),
        ("ip4:2001:db8::1", "example.com"),
        ("ip6:192.0.2.1", "example.com"),
        ("include:", "example.com"),
        ("include", "example.com"),
        ("inlcude:sendgrid.net", "example.com"),
        ("all:example.com", "example.com"),
        ("+", "example.com"),
    ],
)
def test_what_is_no_term_is_named(word: str, where: str) -> None:
    assert spf_of(f"v=spf1 {word} -all").faults == [f"`{word}` in the record of {where} is no term of SPF"]


def test_records_that_include_each_other_end_at_the_limit() -> None:
    zone = {
        "a.example.net": ["v=spf1 include:b.example.net"],
        "b.example.net": ["v=spf1 include:a.example.net"],
    }
    found = spf_of("v=spf1 include:a.example.net -all", zone)
    assert "it takes more than 10 look-ups, where receivers give up" in found.faults


def test_other_texts_are_no_spf_records() -> None:
    found = examine("example.com", lambda _: ["v=spf10 -all", "google-site-verification=x", "v=spf1"])
    assert (found.record, found.faults) == ("v=spf1", [])


def test_a_name_is_under_its_domain_by_whole_labels() -> None:
    assert under("a.sendgrid.net", "sendgrid.net")
    assert not under("mysendgrid.net", "sendgrid.net")


@given(st.text(alphabet="v=spf1 all+-~?:/%{}.include:ip46redirect=0129", max_size=80))
def test_whatever_a_record_says_it_is_read_to_its_end(record: str) -> None:
    found = spf_of(f"v=spf1 {record}")
    assert found.lookups <= 11

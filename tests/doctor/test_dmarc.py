import pytest
from hypothesis import given
from hypothesis import strategies as st

from producthead_mail.doctor.dmarc import POLICIES, Dmarc, above, aligned, find, read


@pytest.mark.parametrize(
    ("record", "found"),
    [
        ("v=DMARC1; p=none", Dmarc("example.com", "none")),
        ("v=DMARC1;p=Reject;adkim=s; aspf=r;", Dmarc("example.com", "reject", strict_keys=True)),
        ("v=DMARC1 ; p=quarantine; sp=none; aspf=s", Dmarc("example.com", "quarantine", strict_path=True)),
    ],
)
def test_the_tags_that_count_are_read(record: str, found: Dmarc) -> None:
    assert read(record, "example.com", "example.com") == found


def test_below_the_domain_the_policy_for_subdomains_holds() -> None:
    record = "v=DMARC1; p=reject; sp=none"
    zone = {"_dmarc.example.com": [record]}
    found = find("news.example.com", lambda name: zone.get(name, []))
    assert found == Dmarc("example.com", "none")


def test_no_record_and_no_dmarc_record_are_none() -> None:
    assert find("example.com", lambda _: []) is None
    assert find("example.com", lambda _: ["v=spf1 -all", "v=DMARC2; p=none"]) is None


def test_the_last_label_alone_is_never_asked() -> None:
    assert above("a.b.example.com") == ["a.b.example.com", "b.example.com", "example.com"]
    assert above("com") == ["com"]


@pytest.mark.parametrize(
    ("signed", "sender", "strict", "counts"),
    [
        ("example.com", "example.com", True, True),
        ("em1.example.com", "example.com", False, True),
        ("em1.example.com", "example.com", True, False),
        ("a.example.com", "b.example.com", False, True),
        ("sendgrid.net", "example.com", False, False),
        ("notexample.com", "example.com", False, False),
    ],
)
def test_relaxed_wants_the_same_organisation_and_strict_the_very_domain(
    signed: str, sender: str, strict: bool, counts: bool
) -> None:
    assert aligned(signed, sender, Dmarc("example.com", "none"), strict=strict) is counts


@given(st.text(alphabet="v=DMARC1;p nosetrj\u2026", max_size=60))
def test_whatever_a_record_says_it_gives_a_policy_or_a_fault(record: str) -> None:
    found = read(record, "example.com", "example.com")
    assert (found.policy in POLICIES) != bool(found.fault)

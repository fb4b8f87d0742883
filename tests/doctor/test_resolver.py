from collections.abc import Iterator

import pytest

from producthead_mail.doctor.resolver import Resolver, Unanswered
from tests.standin.dns import NameServer, serving, text


@pytest.fixture
def names() -> Iterator[NameServer]:
    zone = {
        (".", "NS"): ["a.root-servers.net."],
        ("long.example.com", "TXT"): [text(f"p={'A' * 300}")],
        ("a.example.com", "CNAME"): ["B.Example.net."],
        ("b.example.net", "MX"): ["10 mx.sendgrid.net."],
    }
    with serving(zone) as server:
        yield server


@pytest.fixture
def resolver(names: NameServer) -> Resolver:
    return Resolver(names.resolver(), 5)


def test_records_come_as_they_are_compared(resolver: Resolver) -> None:
    assert resolver.texts("long.example.com") == (f"p={'A' * 300}",)
    assert resolver.alias("a.example.com") == "b.example.net"
    assert resolver.records("a.example.com", "MX") == ("10 mx.sendgrid.net",)


@pytest.mark.parametrize("name", ["none.example.com", "example.com", f"{'a' * 64}.example.com", "a..b"])
def test_a_name_without_records_has_none(resolver: Resolver, name: str) -> None:
    assert resolver.texts(name) == ()
    assert resolver.alias(name) == ""


def test_servers_that_fail_are_no_answer(resolver: Resolver, names: NameServer) -> None:
    names.failing = {"example.com"}
    with pytest.raises(Unanswered, match=r"^name servers fail for example\.com \(SERVFAIL\)$"):
        resolver.texts("example.com")
    assert resolver.fault() == ""


def test_a_question_that_is_lost_is_asked_again(names: NameServer) -> None:
    names.losing = 1
    assert Resolver(names.resolver(), 1).texts("long.example.com") != ()
    assert names.asked == [("long.example.com", "TXT")] * 2


def test_silent_servers_are_no_answer(names: NameServer) -> None:
    names.silent = True
    resolver = Resolver(names.resolver(), 0.1)
    assert resolver.fault() == "no name server answers"

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from producthead_mail.sending.limits import body_problems
from tests.standin import rules

NOW = 1_700_000_000.0
Change = Callable[[dict[str, Any]], object]
LONG = "a" * 320 + "@example.org"
SANDBOX = {"sandbox_mode": {"enable": "true"}}


def good() -> dict[str, Any]:
    return {
        "personalizations": [{"to": [{"email": "a@example.org"}]}],
        "from": {"email": "b@example.com"},
        "subject": "Hi",
        "content": [{"type": "text/plain", "value": "t"}, {"type": "text/html", "value": "h"}],
    }


def first(mail: dict[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = mail["personalizations"][0]
    return row


def rows(mail: dict[str, Any], count: int, slots: int = 0) -> None:
    values = {"substitutions": {f"PH{n}": "x" for n in range(slots)}} if slots else {}
    mail["personalizations"] = [{"to": [{"email": f"a{n}@example.org"}], **values} for n in range(count)]


def copies(count: int) -> list[dict[str, str]]:
    return [{"email": f"c{n}@example.org"} for n in range(count)]


def dynamic(mail: dict[str, Any]) -> None:
    mail["template_id"] = "d-1"
    first(mail)["substitutions"] = {"PH": "x"}


def test_good_bodies_have_no_problems() -> None:
    mail = good()
    assert body_problems(json.dumps(mail).encode(), now=NOW) == []
    rows(mail, 1000, slots=10)
    mail |= {"send_at": int(NOW) + 72 * 3600, "asm": {"group_id": 1}, "categories": ["a"] * 1}
    assert body_problems(json.dumps(mail).encode(), now=NOW) == []


CASES: list[tuple[str, Change]] = [
    ("personalizations", lambda mail: mail.update(personalizations=[])),
    ("personalizations", lambda mail: rows(mail, 1001)),
    ("personalizations", lambda mail: rows(mail, 1000, slots=11)),
    ("personalizations", lambda mail: first(mail).update(cc=copies(1000))),
    ("personalizations.0.to", lambda mail: first(mail).update(to=[])),
    ("personalizations.0.to.0.email", lambda mail: first(mail).update(to=[{"email": "nobody"}])),
    ("personalizations.0.to.0.email", lambda mail: first(mail).update(to=[{"email": LONG}])),
    ("personalizations.0", lambda mail: first(mail).update(cc=[{"email": "A@Example.org"}])),
    ("personalizations.0.subject", lambda mail: mail.pop("subject")),
    ("content", lambda mail: mail.pop("content")),
    ("content", lambda mail: mail["content"].reverse()),
    ("content.1.value", lambda mail: mail["content"][1].update(value="")),
    ("content.1.type", lambda mail: mail["content"][1].update(type="text/html; charset=utf-8")),
    ("from.email", lambda mail: mail.pop("from")),
    ("reply_to.email", lambda mail: mail.update(reply_to={"email": ""})),
    ("headers.Subject", lambda mail: mail.update(headers={"Subject": "x"})),
    ("headers.X A", lambda mail: mail.update(headers={"X A": "x"})),
    ("personalizations.0.headers.X-N", lambda mail: first(mail).update(headers={"X-N": 5})),
    ("categories.0", lambda mail: mail.update(categories=["é"])),
    ("categories.0", lambda mail: mail.update(categories=["x" * 256])),
    ("categories", lambda mail: mail.update(categories=["a", "a"])),
    ("categories", lambda mail: mail.update(categories=[str(n) for n in range(11)])),
    ("custom_args", lambda mail: mail.update(custom_args={})),
    ("personalizations.0.custom_args", lambda mail: first(mail).update(custom_args={"batch": 5})),
    ("personalizations.0.custom_args", lambda mail: first(mail).update(custom_args={"batch": "x" * 10_000})),
    ("personalizations.0.substitutions", lambda mail: first(mail).update(substitutions={"PH": "x" * 10_000})),
    ("personalizations.0.substitutions", lambda mail: dynamic(mail)),
    ("send_at", lambda mail: mail.update(send_at=4_102_444_800)),
    ("send_at", lambda mail: mail.update(send_at="tomorrow")),
    ("asm.group_id", lambda mail: mail.update(asm={"group_id": "5"})),
    ("mail_settings.sandbox_mode.enable", lambda mail: mail.update(mail_settings=SANDBOX)),
]


@pytest.mark.parametrize(("field", "change"), CASES)
def test_each_fault_alone_is_found_at_its_field(field: str, change: Change) -> None:
    mail = copy.deepcopy(good())
    change(mail)
    problems = body_problems(json.dumps(mail).encode(), now=NOW)
    assert {problem.split(": ")[0] for problem in problems} == {field}
    assert rules.errors(mail), "the stand-in, written apart, refuses it too"


def test_unknown_fields_and_values_of_another_type() -> None:
    assert body_problems(json.dumps(good() | {"sections": {}}).encode()) == [
        "sections: SendGrid knows no such field here"
    ]
    mail = good()
    first(mail).update(substitutions={"PH": 5}, content=[])
    assert body_problems(json.dumps(mail).encode()) == [
        "personalizations.0.content: SendGrid knows no such field here",
        "personalizations.0.substitutions: not all values are strings",
    ]


STRICTER: list[tuple[str, Change]] = [
    ("from.email", lambda mail: mail.update({"from": {"email": "jörg@example.org"}})),
    ("from.name", lambda mail: mail["from"].update(name="a\nb")),
    ("personalizations.0.to.0.name", lambda mail: first(mail)["to"][0].update(name="Jock; or not")),
    ("personalizations.0.to.0.email", lambda mail: first(mail)["to"][0].update(email="a,b@example.org")),
    ("personalizations.0.cc", lambda mail: first(mail).update(cc=5)),
    ("personalizations.0.to.0.email", lambda mail: first(mail).update(to=[5])),
    ("mail_settings", lambda mail: mail.update(mail_settings=5)),
]


@pytest.mark.parametrize(("field", "change"), STRICTER)
def test_faults_that_the_stand_in_does_not_know(field: str, change: Change) -> None:
    mail = copy.deepcopy(good())
    change(mail)
    problems = body_problems(json.dumps(mail).encode(), now=NOW)
    assert {problem.split(": ")[0] for problem in problems} == {field}


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b"{", b"[" * 100_000])
def test_what_is_no_mail_at_all(body: bytes) -> None:
    assert len(body_problems(body)) == 1


def test_thirty_megabytes() -> None:
    assert body_problems(b" " * 30_000_000) == ["body: 30000000 bytes, but SendGrid takes less than 30000000"]

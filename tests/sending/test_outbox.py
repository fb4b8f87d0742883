"""An .eml in the outbox is what the reader would get, to the character."""

import json
import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from producthead_mail.sending.transports.outbox import OutboxTransport

LINK = "https://news.example.com/unsubscribe"
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), min_size=1, max_size=200)
LINES = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp", "Zs"]), min_size=1, max_size=90
)


def mail_to(email: str = "a@example.org", **changes: Any) -> dict[str, Any]:
    return {
        "personalizations": [{"to": [{"email": email}]}],
        "from": {"email": "b@example.com", "name": "B"},
        "subject": "Hi",
        "content": [{"type": "text/plain", "value": "t"}, {"type": "text/html", "value": "h"}],
        **changes,
    }


def data_of(folder: Path, mail: dict[str, Any]) -> bytes:
    """The one file that the outbox makes of this request."""
    for path in folder.rglob("*.eml"):
        path.unlink()
    seen = OutboxTransport(folder, LINK).send(json.dumps(mail).encode())
    assert seen.status == 202, seen.body
    (path,) = folder.rglob("*.eml")
    return path.read_bytes()


def read(data: bytes) -> EmailMessage:
    found = message_from_bytes(data, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def payloads(mail: EmailMessage) -> list[str]:
    return [part.get_payload(decode=True).decode() for part in mail.iter_parts()]


@settings(deadline=None)
@given(text=TEXTS, html=TEXTS)
def test_both_parts_are_there_to_the_character(
    tmp_path_factory: pytest.TempPathFactory, text: str, html: str
) -> None:
    content = [{"type": "text/plain", "value": text}, {"type": "text/html", "value": html}]
    data = data_of(tmp_path_factory.getbasetemp() / "parts", mail_to(content=content))
    assert payloads(read(data)) == [part.replace("\n", "\r\n") for part in (text, html)]
    assert not re.search(rb"(?<!\r)\n|[^\n]{999}", data)


@settings(deadline=None)
@given(subject=LINES)
def test_the_subject_is_there_to_the_character(
    tmp_path_factory: pytest.TempPathFactory, subject: str
) -> None:
    data = data_of(tmp_path_factory.getbasetemp() / "subjects", mail_to(subject=subject))
    assert read(data)["Subject"] == subject


@pytest.mark.parametrize("name", ["PRODUCTHEAD", "Busuttil, Jock", 'The "Weekly" <x>', "Zoë", "花 & 🚀", ""])
def test_a_senders_name_is_there_to_the_character(tmp_path: Path, name: str) -> None:
    sender = {"email": "b@example.com", "name": name}
    found = read(data_of(tmp_path, mail_to(**{"from": sender})))["From"].addresses[0]
    assert (found.display_name, found.addr_spec) == (name, "b@example.com")


def test_spaces_in_a_subject_stay(tmp_path: Path) -> None:
    assert b"\r\nSubject: a  b   c\r\n" in data_of(tmp_path, mail_to(subject="a  b   c"))


def test_a_long_link_to_unsubscribe_stays_a_link(tmp_path: Path) -> None:
    value = f"<https://news.example.com/{'x' * 200}>, <mailto:leave@example.com?subject=unsubscribe>"
    data = data_of(tmp_path, mail_to(headers={"List-Unsubscribe": value}))
    assert f"\r\nList-Unsubscribe: {value}\r\n".encode() in data


def test_a_personal_header_takes_the_place_of_the_common_one(tmp_path: Path) -> None:
    mail = mail_to(headers={"X-A": "all", "X-B": "all"})
    mail["personalizations"][0]["headers"] = {"X-A": "one"}
    found = read(data_of(tmp_path, mail))
    assert (found.get_all("X-A"), found.get_all("X-B")) == (["one"], ["all"])


def test_an_address_outside_ascii_is_written_as_it_is(tmp_path: Path) -> None:
    data = data_of(tmp_path, mail_to("jörg@xn--mnchen-3ya.example.org", subject="Grüße"))
    assert "\r\nTo: jörg@xn--mnchen-3ya.example.org\r\n".encode() in data


@pytest.mark.parametrize(
    "email",
    [
        "a(b)@example.org",
        "a,b@example.org",
        "a..b@example.org",
        ".a@example.org",
        "a@[192.0.2.1]",
        "a;b@example.org",
        "<a@example.org>",
        "a:b@example.org",
        '"a"@example.org',
        "a@b@example.org",
        "a@example",
        "a@.org",
    ],
)
def test_what_is_no_plain_address_is_refused_and_named(tmp_path: Path, email: str) -> None:
    seen = OutboxTransport(tmp_path, LINK).send(json.dumps(mail_to(email)).encode())
    assert (seen.status, json.loads(seen.body)["errors"]) == (
        400,
        [{"message": "not a valid address", "field": "personalizations.0.to.0.email", "help": None}],
    )


def test_tokens_are_filled_once_and_sendgrids_tags_become_the_link(tmp_path: Path) -> None:
    tracking = {"subscription_tracking": {"enable": True, "substitution_tag": "PHunsubscribeLink"}}
    mail = mail_to(
        subject="PHA PHB",
        content=[{"type": "text/plain", "value": "PHA|PHunsubscribeLink|<%asm_group_unsubscribe_raw_url%>"}],
        tracking_settings=tracking,
    )
    mail["personalizations"][0]["substitutions"] = {"PHA": "PHB", "PHB": "PHA"}
    found = read(data_of(tmp_path, mail))
    assert found["Subject"] == "PHB PHA"
    assert payloads(found) == [f"PHB|{LINK}|{LINK}"]
    assert found["List-Unsubscribe"] == f"<{LINK}>"
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_folder_that_cannot_be_written_is_not_sent(tmp_path: Path) -> None:
    outbox = OutboxTransport(tmp_path / "box", LINK)
    (tmp_path / "box" / "mail").write_text("in the way")
    seen = outbox.send(json.dumps(mail_to()).encode())
    assert (seen.phase, seen.status) == ("writing", None)
    assert seen.error == f"{tmp_path / 'box'}: File exists"

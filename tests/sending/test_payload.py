import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producthead_mail.audience.recipient import Recipient
from producthead_mail.content.publication import Mailbox
from producthead_mail.errors import InputError
from producthead_mail.rendering.message import Context, Message, Slot
from producthead_mail.sending.payload import (
    _envelope,
    body_problems,
    personalization,
    personalizations_json,
    request_body,
)
from tests.standin import rules, schema

NAME = "PH" + "A" * 24
WHO = "PH" + "B" * 24
ARGUMENTS = {"edition": "e1", "batch": "b1", "recipient": "77"}


def test_personalization(message: Message, recipient: Recipient) -> None:
    assert personalization(message, recipient, ARGUMENTS) == {
        "to": [{"email": "zoe+news@example.org"}],
        "substitutions": {NAME: "Zoë &lt;b&gt;", WHO: "zoe%2Bnews%40example.org"},
        "headers": {"List-Unsubscribe": "<https://news.example.com/u?who=zoe%2Bnews%40example.org>"},
        "custom_args": {"edition": "e1", "batch": "b1", "recipient": "77"},
    }


def test_without_slots_headers_stand_in_the_message(message: Message, recipient: Recipient) -> None:
    plain = replace(message, slots=(), headers={"List-Unsubscribe-Post": "List-Unsubscribe=One-Click"})
    part = personalization(plain, recipient, {})
    assert part == {"to": [{"email": "zoe+news@example.org"}]}
    mail = json.loads(request_body(plain, personalizations_json([part])))
    assert mail["headers"] == {"List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def test_whole_body(message: Message) -> None:
    body = request_body(message, b'[{"to":[{"email":"a@example.org"}]}]')
    assert json.loads(body) == {
        "personalizations": [{"to": [{"email": "a@example.org"}]}],
        "from": {"email": "editor@example.com", "name": "PRODUCTHEAD"},
        "reply_to": {"email": "reply@example.com"},
        "subject": f"For {NAME}",
        "content": [
            {"type": "text/plain", "value": message.text},
            {"type": "text/html", "value": message.html},
        ],
        "categories": ["producthead"],
        "asm": {"group_id": 12345},
        "tracking_settings": {
            "click_tracking": {"enable": False, "enable_text": False},
            "open_tracking": {"enable": False},
            "subscription_tracking": {"enable": False},
            "ganalytics": {"enable": False},
        },
        "mail_settings": {"footer": {"enable": False}},
    }


def test_test_schedule_and_sandbox_add_and_drop_nothing(message: Message) -> None:
    parts = b'[{"to":[{"email":"a@example.org"}]}]'
    plain = json.loads(request_body(message, parts))
    mail = json.loads(
        request_body(message, parts, test=True, sandbox=True, send_at=1_707_721_200, batch_id="group")
    )
    assert mail == plain | {
        "subject": f"[TEST] For {NAME}",
        "categories": ["producthead", "test"],
        "mail_settings": {"footer": {"enable": False}, "sandbox_mode": {"enable": True}},
        "send_at": 1_707_721_200,
        "batch_id": "group",
    }


def test_a_test_never_has_eleven_categories(message: Message) -> None:
    full = replace(message, categories=tuple(f"c{n}" for n in range(10)))
    assert json.loads(request_body(full, b"[]", test=True))["categories"] == [f"c{n}" for n in range(10)]


def test_subscription_tracking_has_our_tag(message: Message) -> None:
    tracked = replace(message, asm_group=None, subscription_tracking=True)
    mail = json.loads(request_body(tracked, b"[]"))
    assert mail["tracking_settings"]["subscription_tracking"] == {
        "enable": True,
        "substitution_tag": "PHunsubscribeLink",
    }
    assert "asm" not in mail


def test_changed_message_is_never_served_from_memory(message: Message) -> None:
    request_body(message, b"[]")
    other = replace(message, sender=Mailbox("other@example.com"))
    assert json.loads(request_body(other, b"[]"))["from"] == {"email": "other@example.com"}


def test_oversize_recipient_is_named_by_row(message: Message) -> None:
    long = Recipient("a@example.org", {"email": "a@example.org", "first_name": "é" * 5000}, 41)
    with pytest.raises(InputError) as caught:
        personalization(message, long, ARGUMENTS)
    assert [(problem.path, problem.line) for problem in caught.value.problems] == [("audience", 41)]
    assert "10067 bytes" in caught.value.problems[0].message  # 2 x 5,000, two tokens, an address


def test_just_under_the_limit_fits(message: Message) -> None:
    row = Recipient("a@example.org", {"email": "a@example.org", "first_name": "x" * 9933}, 2)
    assert personalization(message, row, {})["substitutions"][NAME] == "x" * 9933
    over = Recipient("a@example.org", {"email": "a@example.org", "first_name": "x" * 9934}, 2)
    with pytest.raises(InputError):
        personalization(message, over, {})


@given(name=st.text(max_size=80))
def test_whatever_a_name_holds_the_body_is_good(name: str) -> None:
    subject, html = f"Hi {NAME}", f"<p>{NAME}</p>"
    slots = (Slot(NAME, "name", Context.TEXT, ("name",)), Slot(WHO, "name", Context.URL, ("name",)))
    message = Message(
        "e",
        subject,
        "",
        html,
        "text",
        slots,
        {"List-Unsubscribe": f"<https://x.example.com/{WHO}>"},
        Mailbox("a@example.com"),
        None,
        None,
        False,
        (),
        {},
        "en",
        "",
        "0" * 64,
    )
    row = Recipient("b@example.org", {"email": "b@example.org", "name": name}, 1)
    body = request_body(message, personalizations_json([personalization(message, row, ARGUMENTS)]))
    assert body_problems(body) == []
    assert rules.errors(json.loads(body)) == []
    assert json.loads(body)["personalizations"][0]["headers"]["List-Unsubscribe"].count("\n") == 0


@pytest.mark.skipif(not schema.available(), reason="PRODUCTHEAD_REFERENCE_DATA is not set")
def test_body_fits_sendgrids_own_description(message: Message, recipient: Recipient) -> None:
    parts = personalizations_json([personalization(message, recipient, ARGUMENTS)] * 3)
    body = request_body(message, parts, test=True, sandbox=True, send_at=1, batch_id="group")
    assert schema.violations(json.loads(body)) == []


def test_what_requests_of_a_message_share_is_encoded_once(message: Message) -> None:
    _envelope.cache_clear()
    bodies = [request_body(message, b'[{"to":[{"email":"a%d@example.org"}]}]' % n) for n in range(20)]
    assert len(set(bodies)) == 20
    assert (_envelope.cache_info().misses, _envelope.cache_info().hits) == (1, 19)

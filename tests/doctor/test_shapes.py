"""Answers of a shape that nobody described are skipped, not stumbled over."""

from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from producthead_mail.content.publication import Mailbox, Publication, Unsubscribe
from producthead_mail.doctor.account import QUESTIONS, Account, Answer
from producthead_mail.doctor.check import State
from producthead_mail.doctor.sendgrid import KEY, REGION, Findings, known_domains, sendgrid_checks

PUBLICATION = Publication(
    Path("publication.yaml"),
    "PRODUCTHEAD",
    "https://newsletter.example.com",
    Mailbox("producthead@example.com"),
    ZoneInfo("UTC"),
    unsubscribe=Unsubscribe(asm_group=1),
)
FIRST = (KEY.ok(""), REGION.ok(""))


@pytest.mark.parametrize(
    "body",
    [
        None,
        5,
        "text",
        [5],
        [None],
        [{}],
        {},
        {"scopes": 5, "result": 5, "results": 5, "webhooks": 5},
        {"result": [{}], "results": [{}], "webhooks": [None]},
        {"remain": float("inf"), "total": float("nan"), "used": 1},
        {"remain": "many", "total": None, "used": 1, "next_reset": None, "reset_frequency": None},
    ],
)
def test_an_answer_of_another_shape_is_skipped(body: Any) -> None:
    account = Account(Answer(body, 200), dict.fromkeys(QUESTIONS, Answer(body, 200)))
    found = sendgrid_checks(Findings(FIRST, account), PUBLICATION, None)
    assert {one.message for one in found[2:] if one.state is State.SKIPPED} == {
        "SendGrid's answer can't be read"
    }
    assert known_domains(account, PUBLICATION) is None
    assert len(found) == 13


def test_a_publication_without_a_group_asks_for_none() -> None:
    account = Account(
        Answer({"scopes": ["mail.send", "suppression.read"]}, 200), dict.fromkeys(QUESTIONS, Answer())
    )
    publication = replace(PUBLICATION, unsubscribe=Unsubscribe(subscription_tracking=True))
    found = sendgrid_checks(Findings(FIRST, account), publication, None)
    assert [one.message for one in found if one.check == "rights to send"] == ["mail.send, suppression.read"]

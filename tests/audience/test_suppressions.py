"""SendGrid's suppressions, read by way of a real client against the stand-in."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producthead_mail.audience.address import recipient_id, without_addresses
from producthead_mail.audience.api import Reply
from producthead_mail.audience.refresh import refresh
from producthead_mail.audience.suppressions import kinds, pull, rid_of
from producthead_mail.errors import OutsideError
from producthead_mail.ledger.database import Ledger, open_ledger
from producthead_mail.ledger.suppressions import Suppressed, counts
from producthead_mail.sending.sendgrid_api import SendGridApi
from producthead_mail.sending.sendgrid_client import SendGridClient
from tests.standin import Standin

KEY = bytes(32)


@pytest.fixture
def api(sendgrid_server: Standin) -> SendGridApi:
    return SendGridApi(SendGridClient(sendgrid_server.account.key, sendgrid_server.url, 2), lambda _: None)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = open_ledger("", tmp_path / "ledger.db")
    yield opened
    opened.close()


class Answering:
    """An account that answers everything alike."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply

    def call(self, method: str, path: str, *, query: object = None, body: object = None) -> Reply:
        return self.reply


def reason(ledger: Ledger, email: str) -> str | None:
    return Suppressed(ledger)(rid_of(email, ledger.recipient_key))


def asked(server: Standin) -> list[str]:
    return [path for _, path in server.seen]


def test_each_list_has_its_words(api: SendGridApi, sendgrid_server: Standin, ledger: Ledger) -> None:
    account = sendgrid_server.account
    account.suppress("bounces", "a@example.org")
    account.suppress("spam_reports", "b@example.org")
    account.suppress("invalid_emails", "c@example.org", "Mail domain mentioned in email address is unknown")
    account.suppress("unsubscribes", "d@example.org")
    account.groups[12345].add("e@example.org")
    account.suppress("blocks", "f@example.org")
    refresh(ledger, api, 12345)
    assert [reason(ledger, f"{letter}@example.org") for letter in "abcdef"] == [
        "bounced: 550 no such user",
        "reported as spam",
        "invalid address: Mail domain mentioned in email address is unknown",
        "unsubscribed",
        "left the unsubscribe group",
        None,
    ]


def test_an_address_is_the_same_person_in_any_spelling(
    api: SendGridApi, sendgrid_server: Standin, ledger: Ledger
) -> None:
    sendgrid_server.account.suppress("bounces", "ADA@München.example.org")
    refresh(ledger, api, None)
    assert reason(ledger, "ada@xn--mnchen-3ya.example.org") == "bounced: 550 no such user"
    assert rid_of(" nobody ", KEY) == recipient_id("nobody", KEY)


@pytest.mark.parametrize("count", [0, 499, 500, 501, 1000])
def test_a_long_list_is_read_to_its_end(api: SendGridApi, sendgrid_server: Standin, count: int) -> None:
    for number in range(count):
        sendgrid_server.account.suppress("bounces", f"r{number}@example.org")
    pages = list(pull(api, "bounce", KEY, 1.0))
    assert len({one.rid for page in pages for one in page.entries}) == count
    assert len(pages) == count // 500 + 1


def test_a_further_read_asks_for_what_is_new_with_a_day_of_overlap(
    api: SendGridApi, sendgrid_server: Standin, ledger: Ledger
) -> None:
    account = sendgrid_server.account
    account.suppress("bounces", "old@example.org", created=1_000_000)
    refresh(ledger, api, None)
    account.suppress("bounces", "late@example.org", created=1_000_000 - 86_400)
    account.suppress("bounces", "older@example.org", created=1_000_000 - 86_401)
    sendgrid_server.seen.clear()
    refresh(ledger, api, None)
    assert "/v3/suppression/bounces?limit=500&offset=0&start_time=913600" in asked(sendgrid_server)
    assert counts(ledger) == {"bounce": 2}
    refresh(ledger, api, None, whole=True)
    assert counts(ledger) == {"bounce": 3}


def test_who_was_taken_off_a_list_goes_with_the_next_whole_read(
    api: SendGridApi, sendgrid_server: Standin, ledger: Ledger
) -> None:
    account = sendgrid_server.account
    account.suppress("bounces", "a@example.org")
    account.suppress("unsubscribes", "a@example.org")
    account.groups[12345].update(["a@example.org", "b@example.org"])
    refresh(ledger, api, 12345)
    account.forgive("bounces", "a@example.org")
    account.groups[12345].discard("a@example.org")
    refresh(ledger, api, 12345)  # groups come whole
    assert counts(ledger) == {"asm:12345": 1, "bounce": 1, "unsubscribe": 1}
    refresh(ledger, api, 12345, whole=True)
    assert counts(ledger) == {"asm:12345": 1, "unsubscribe": 1}
    assert reason(ledger, "a@example.org") == "unsubscribed"


def test_who_left_an_earlier_group_stays_suppressed(
    api: SendGridApi, sendgrid_server: Standin, ledger: Ledger
) -> None:
    sendgrid_server.account.groups.update({1: {"a@example.org"}, 2: {"b@example.org"}})
    refresh(ledger, api, 1)
    refresh(ledger, api, 2)
    assert counts(ledger) == {"asm:1": 1, "asm:2": 1}


def test_a_list_that_breaks_off_takes_nobody_off(
    api: SendGridApi, sendgrid_server: Standin, ledger: Ledger
) -> None:
    sendgrid_server.account.suppress("bounces", "a@example.org")
    refresh(ledger, api, None)
    with pytest.raises(OutsideError):
        refresh(ledger, Answering(Reply(400, {"errors": [{"message": "try later"}]})), None, whole=True)
    assert counts(ledger) == {"bounce": 1}


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (Reply(400, {"errors": [{"message": "bad limit"}]}), "SendGrid answered 400: bad limit"),
        (Reply(404, None), "SendGrid answered 404"),
        (Reply(200, {"result": []}), "SendGrid's answer is not the list it documents"),
        (Reply(200, [{"mail": "a@example.org"}]), "SendGrid's answer is not the list it documents"),
        (Reply(200, ["a@example.org"]), "SendGrid's answer is not the list it documents"),
    ],
)
def test_an_answer_that_is_no_list_is_told(reply: Reply, told: str) -> None:
    with pytest.raises(OutsideError) as caught:
        list(pull(Answering(reply), "bounce", KEY, 1.0))
    assert str(caught.value) == f"GET /v3/suppression/bounces: {told}"


def test_a_group_that_is_not_there_is_told_with_a_remedy(api: SendGridApi) -> None:
    with pytest.raises(OutsideError, match=r"no unsubscribe group 99; mend unsubscribe.asm_group"):
        list(pull(api, "asm:99", KEY, 1.0))
    with pytest.raises(OutsideError, match="not the list"):
        list(pull(Answering(Reply(200, [7])), "asm:99", KEY, 1.0))


def test_kinds_of_a_publication() -> None:
    assert kinds(None) == ("bounce", "spam_report", "invalid_email", "unsubscribe")
    assert kinds(12345) == ("bounce", "spam_report", "invalid_email", "unsubscribe", "asm:12345")


def test_no_address_stays_in_a_reason() -> None:
    assert (
        without_addresses("550 5.1.1 <bob.smith+news@example.org>: rejected,\r\n see help@example.com.")
        == "550 5.1.1 <[address]>: rejected, see [address]"
    )


@given(st.text(), st.text("abc@.<>", min_size=1), st.text())
def test_no_text_around_hides_an_address(before: str, inside: str, after: str) -> None:
    told = without_addresses(f"{before}{inside} ada@example.org {after}")
    assert "ada@example.org" not in told
    assert len(told) <= 300

"""Verdicts on the project, the ledger and the account, by their values alone."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from producthead_mail.content.edition import Edition
from producthead_mail.content.publication import Unsubscribe
from producthead_mail.doctor.account import Answer, clock_ahead, read_answer
from producthead_mail.doctor.identity import domain_of
from producthead_mail.doctor.ledger import reached, shared_clock, tables
from producthead_mail.doctor.project import People, next_edition, words
from producthead_mail.doctor.sendgrid import Access, region_check
from producthead_mail.doctor.settings import content_check, event_check, plain_unsubscribe
from producthead_mail.errors import InputError, OutsideError, Problem
from producthead_mail.ledger.database import Condition
from producthead_mail.ledger.schema import VERSION
from producthead_mail.sending.outcome import Phase, Seen

NOW = datetime(2024, 2, 11, 12, tzinfo=UTC)
URLS = {"global": "https://api.sendgrid.com", "eu": "https://api.eu.sendgrid.com"}
EDITION = Edition("2024-02-12-a", Path("2024-02-12-a.md"), "A", date(2024, 2, 12), "A")
FILE = Path("/srv/ledger.db")
CONDITION = Condition(str(FILE), VERSION, "SQLite 3.46.1, WAL journal", 0, answers_wait=False, beside=FILE)


@pytest.mark.parametrize(
    ("ahead", "approved", "state", "message"),
    [
        (timedelta(hours=-1), False, "ok", "none has its hour ahead; the newest is 2024-02-12-a"),
        (timedelta(hours=19), True, "ok", "2024-02-12-a goes 2024-02-12 07:00 and is approved"),
        (timedelta(hours=19), False, "warning", "2024-02-12-a goes 2024-02-12 07:00 and is not approved yet"),
        (timedelta(days=2), False, "ok", "2024-02-12-a goes 2024-02-13 12:00; it is not approved yet"),
    ],
)
def test_the_next_edition_is_wanted_approved_a_day_before(
    ahead: timedelta, approved: bool, state: str, message: str
) -> None:
    found = next_edition(replace(EDITION, send_at=NOW + ahead), approved, NOW)
    assert (found.state, found.message) == (state, message)


def test_an_edition_that_changed_since_is_said_to_have() -> None:
    changed = replace(EDITION, send_at=NOW + timedelta(hours=2), approved="0" * 64)
    assert next_edition(changed, False, NOW).message.endswith("and is changed since it was approved")


def test_an_error_is_told_by_its_first_problem() -> None:
    problems = [Problem("b.yaml", 2, 1, "bad", "mend it"), Problem("b.yaml", 3, 0, "worse")]
    assert words(InputError(problems)) == ("b.yaml:2:1: bad (and 1 more)", "mend it")
    assert words(OutsideError("ledger x: away; start it")) == ("ledger x: away", "start it")
    assert words(OutsideError("away")) == ("away", "run it again")


def test_recipients_are_counted_in_words() -> None:
    assert [str(one) for one in (People(1), People(14_000), People(3000, whole=False))] == [
        "1 recipient",
        "14,000 recipients",
        "more than 3,000 recipients",
    ]


def test_a_ledger_that_can_be_made_is_well() -> None:
    none = replace(CONDITION, version=0)
    assert reached(none, writable=True).state == "ok"
    assert reached(none, writable=False).state == "error"
    assert reached(CONDITION, writable=False).message == "/srv/ledger.db can't be written"
    assert reached(CONDITION, writable=True).message == "/srv/ledger.db: SQLite 3.46.1, WAL journal"
    assert reached(replace(CONDITION, answers_wait=True), writable=True).remedy == "`producthead settle`"


def test_older_tables_are_brought_up_to_date_by_themselves() -> None:
    assert tables(VERSION).message == f"of version {VERSION}, the newest"
    assert tables(0).state == "skipped"
    assert shared_clock(-61).message == "1 min ahead of this machine's"


def test_what_cant_be_reached_is_told_by_host_and_reason() -> None:
    seen = Seen(Phase.CONNECTING, error="gaierror: [Errno -2] Name or service not known")
    assert read_answer(seen, "api.sendgrid.com") == Answer(
        fault="api.sendgrid.com can't be reached (Name or service not known)"
    )
    assert (
        read_answer(Seen(Phase.ANSWERED, 200, body="<html>"), "x").fault == "SendGrid's answer can't be read"
    )
    assert read_answer(Seen(Phase.ANSWERED, 502, body="<html>"), "x").fault == "SendGrid answered 502"


def test_a_date_that_is_none_says_nothing_of_the_clock() -> None:
    assert clock_ahead({"date": "Mon, 12 Feb 2024 07:00:00 GMT"}, 1707721200 + 90) == 90
    assert clock_ahead({"date": "soon"}, 0) is None
    assert clock_ahead({}, 0) is None


@pytest.mark.parametrize(
    ("url", "state", "message"),
    [
        ("", "ok", "global: api.sendgrid.com"),
        ("https://api.sendgrid.com/", "ok", "global: api.sendgrid.com"),
        (
            "https://api.eu.sendgrid.com",
            "error",
            "publication.yaml says global, but PRODUCTHEAD_SENDGRID_URL is that of region eu",
        ),
        (
            "https://proxy.example.com/sendgrid",
            "warning",
            "mail goes to proxy.example.com instead of SendGrid (PRODUCTHEAD_SENDGRID_URL)",
        ),
    ],
)
def test_requests_go_where_the_publication_says(url: str, state: str, message: str) -> None:
    found = region_check("global", Access("", URLS, url))
    assert (found.state, found.message) == (state, message)


def test_tracking_that_each_mail_overrules_is_no_fault() -> None:
    assert content_check({"click", "footer", "forward_spam"}).message == (
        "nothing changes a mail after it was tested; each mail turns off the account's click tracking and "
        "footer"
    )


@pytest.mark.parametrize(
    ("way", "message"),
    [
        (Unsubscribe(subscription_tracking=True), "subscription tracking, which every mail turns on"),
        (Unsubscribe(url="https://example.com/?who=[[ email ]]"), "a page of your own"),
    ],
)
def test_other_ways_to_leave_need_nothing_of_the_account(way: Unsubscribe, message: str) -> None:
    assert plain_unsubscribe(way).message == message


@pytest.mark.parametrize(
    ("hooks", "message"),
    [
        ([{}], "no event webhook, and none is needed: `settle` reads the Email Logs"),
        (
            [{"enabled": False, "url": "http://example.com"}],
            "no event webhook, and none is needed: `settle` ",
        ),
        (
            [{"enabled": True, "url": "https://example.com", "bounce": True}],
            "1 event webhook with bounce; no command needs them",
        ),
    ],
)
def test_event_webhooks_are_not_needed(hooks: list[dict[str, Any]], message: str) -> None:
    found = event_check({"webhooks": hooks})
    assert found.state == "ok"
    assert found.message.startswith(message)


def test_a_sender_is_known_by_the_name_that_servers_have() -> None:
    assert domain_of("news@Bücher.example") == "xn--bcher-kva.example"
    assert domain_of("Me@Example.COM") == "example.com"
    assert domain_of("me@localhost") == "localhost"

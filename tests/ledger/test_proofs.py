from producthead_mail.ledger.database import Ledger
from producthead_mail.ledger.proofs import past_tests, record_approval, record_test
from producthead_mail.ledger.schema import approval


def test_tests_are_told_by_edition_oldest_first(ledger: Ledger) -> None:
    record_test(ledger, "one", "aa", "outbox", ["a@example.org"])
    record_test(ledger, "two", "bb", "sendgrid", ["b@example.org"])
    record_test(ledger, "one", "cc", "sendgrid", ["a@example.org", "c@example.org"])
    found = past_tests(ledger, "one")
    assert [(one.digest, one.transport, one.to) for one in found] == [
        ("aa", "outbox", ("a@example.org",)),
        ("cc", "sendgrid", ("a@example.org", "c@example.org")),
    ]


def test_an_approval_without_a_test_keeps_its_reason(ledger: Ledger) -> None:
    record_approval(ledger, "one", "aa", "the mail server is down")
    with ledger.reading() as connection:
        rows = connection.execute(approval.select()).all()
    assert [(row.edition, row.digest, row.untested) for row in rows] == [
        ("one", "aa", "the mail server is down")
    ]

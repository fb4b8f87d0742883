"""An edition that waits for its hour, as tests plan it and send it off."""

from producthead_mail.audience.recipient import Recipient
from producthead_mail.ledger.account import Account, account
from producthead_mail.ledger.database import Ledger
from producthead_mail.ledger.plans import Plan, find_plan, publish_plan, start_plan, write_plan
from producthead_mail.rendering.freeze import freeze
from producthead_mail.rendering.message import Message
from producthead_mail.sending.mailing import Mailing
from producthead_mail.sending.planner import drafts
from producthead_mail.sending.sendgrid_api import SendGridApi
from producthead_mail.sending.sendgrid_client import SendGridClient
from producthead_mail.sending.transports.sendgrid import SendGridTransport
from tests.standin import Standin

HOUR = 3600
MINUTE = 60
PATIENCE = 30
"""Seconds for an answer: on a busy machine a shorter time makes doubts of its own."""


def planned(ledger: Ledger, message: Message, count: int, ahead: float) -> Plan:
    send_id = start_plan(
        ledger,
        edition=message.edition,
        transport="sendgrid",
        digest=message.digest,
        message=freeze(message),
        send_at=ledger.now() + ahead,
    )
    people = ((n, Recipient(f"r{n}@example.org", {"email": f"r{n}@example.org"}, n)) for n in range(count))
    write_plan(ledger, send_id, drafts(message, people, send_id, b"k" * 32))
    publish_plan(ledger, send_id)
    found = find_plan(ledger, message.edition, "sendgrid")
    assert found
    return found


def mail(ledger: Ledger, plan: Plan, standin: Standin, patience: float = PATIENCE) -> list[str]:
    said: list[str] = []
    client = SendGridClient(standin.account.key, standin.url, patience)
    Mailing(
        ledger, plan, SendGridTransport(client), SendGridApi(client, lambda _: None), tell=said.append
    ).run()
    return said


def told(ledger: Ledger, plan: Plan) -> Account:
    found = account(ledger, plan.edition)
    assert found
    assert found.recipients.balanced
    return found

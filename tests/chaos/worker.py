"""One process that sends what is planned, until nothing is left for it."""

import contextlib

from producthead_mail.errors import MailError
from producthead_mail.ledger.database import open_ledger
from producthead_mail.ledger.moves import reap
from producthead_mail.ledger.plans import find_plan
from producthead_mail.sending.mailing import Mailing
from producthead_mail.sending.sendgrid_api import SendGridApi
from producthead_mail.sending.sendgrid_client import SendGridClient
from producthead_mail.sending.transports.sendgrid import SendGridTransport
from tests.chaos.setting import EDITION, Setting

TIMEOUT_SECONDS = 3.0


def work(setting: Setting) -> None:
    """What `producthead send` does with a plan, without the rest of the command."""
    ledger = open_ledger(setting.ledger_url, setting.ledger_path, setting.lease_seconds)
    try:
        ledger.owners.enter()
        reap(ledger)
        plan = find_plan(ledger, EDITION, "sendgrid")
        assert plan
        client = SendGridClient("SG.standin", setting.sendgrid_url, TIMEOUT_SECONDS)
        with contextlib.suppress(
            MailError
        ):  # such as a network that is down for long: another process goes on
            Mailing(ledger, plan, SendGridTransport(client), SendGridApi(client)).run()
    finally:
        ledger.close()

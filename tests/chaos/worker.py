"""One process that sends what is planned, until nothing is left for it."""

import contextlib

from producthead_mail.errors import MailError
from producthead_mail.ledger.moves import reap
from producthead_mail.ledger.plans import find_plan
from producthead_mail.sending.mailing import Mailing
from producthead_mail.sending.sendgrid_api import SendGridApi
from producthead_mail.sending.sendgrid_client import SendGridClient
from producthead_mail.sending.transports.sendgrid import SendGridTransport
from tests.chaos.setting import EDITION, Setting, opened

TIMEOUT_SECONDS = 3.0
"""Of a request: shorter than a lease."""


def work(setting: Setting) -> None:
    """What `producthead send` does with a plan, without the rest of the command."""
    with contextlib.suppress(MailError):  # such as a network that is down: another process goes on
        send(setting)


def send(setting: Setting) -> None:
    """Sends what there is of the plan; raises what stopped it."""
    with opened(setting) as ledger:
        reap(ledger)
        plan = find_plan(ledger, EDITION, "sendgrid")
        assert plan
        client = SendGridClient("SG.standin", setting.sendgrid_url, TIMEOUT_SECONDS)
        Mailing(ledger, plan, SendGridTransport(client), SendGridApi(client)).run()

"""A small message with slots in every place, and recipients for it."""

import pytest

from producthead_mail.audience.recipient import Recipient
from producthead_mail.content.publication import Mailbox
from producthead_mail.rendering.message import ASM_TAG, Context, Message, Slot
from producthead_mail.sending.sendgrid_client import SendGridClient
from producthead_mail.sending.transports.sendgrid import SendGridTransport

NAME = "PH" + "A" * 24
WHO = "PH" + "B" * 24


def transport_to(key: str, url: str, timeout_seconds: float = 60.0) -> SendGridTransport:
    return SendGridTransport(SendGridClient(key, url, timeout_seconds))


@pytest.fixture
def message() -> Message:
    return Message(
        edition="2024-02-12-alignment",
        subject=f"For {NAME}",
        preheader="",
        html=f'<p>Dear {NAME}</p>\n<a href="{ASM_TAG}">Unsubscribe</a>',
        text=f"Dear {NAME}\nFrom here: {ASM_TAG}\n",
        slots=(
            Slot(NAME, 'first_name | default("there")', Context.TEXT, ("first_name",)),
            Slot(WHO, "email", Context.URL, ("email",)),
        ),
        headers={"List-Unsubscribe": f"<https://news.example.com/u?who={WHO}>"},
        sender=Mailbox("editor@example.com", "PRODUCTHEAD"),
        reply_to=Mailbox("reply@example.com"),
        asm_group=12345,
        subscription_tracking=False,
        categories=("producthead",),
        defaults={},
        language="en",
        date="Mon, 12 Feb 2024 12:00:00 +0000",
        digest="0" * 64,
    )


@pytest.fixture
def recipient() -> Recipient:
    fields = {"email": "zoe+news@example.org", "first_name": "Zoë <b>"}
    return Recipient("zoe+news@example.org", fields, 7)

"""A setting in which everything is right: an account, a name server, and a publication that fits both."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from producthead_mail.content.publication import Mailbox, Publication, Unsubscribe
from producthead_mail.doctor.check import Check
from producthead_mail.doctor.domain import dns_checks
from producthead_mail.doctor.project import People
from producthead_mail.doctor.resolver import Resolver
from producthead_mail.doctor.sendgrid import Access, known_domains, look, sendgrid_checks
from tests.standin import Standin
from tests.standin.account import Account
from tests.standin.dns import NameServer, serving, zone_of


@dataclass
class Setting:
    """What the checks of an account and its domain are made of."""

    sendgrid: Standin
    names: NameServer
    publication: Publication
    access: Access
    people: People = field(default_factory=lambda: People(14))
    question_seconds: float = 5

    @property
    def account(self) -> Account:
        return self.sendgrid.account

    def change(self, **values: object) -> None:
        """Changes the publication."""
        self.publication = replace(self.publication, **values)  # type: ignore[arg-type]  # a test's own

    def checks(self) -> list[Check]:
        """Those of SendGrid and DNS."""
        found = look(self.access, self.publication.sendgrid.region)
        domains = known_domains(found.account, self.publication)
        sender, resolver = (
            self.publication.sender.email,
            Resolver(self.names.resolver(), self.question_seconds),
        )
        return [
            *sendgrid_checks(found, self.publication, self.people),
            *dns_checks(sender, domains, self.people, resolver, time.monotonic() + 10),
        ]

    def faults(self) -> dict[str, str]:
        """Check -> its line, of those that are not ok."""
        return {
            one.check: f"{one.state}: {one.message}; {one.remedy}".removesuffix("; ")
            for one in self.checks()
            if one.state != "ok"
        }


@pytest.fixture
def setting(sendgrid_server: Standin) -> Iterator[Setting]:
    sendgrid_server.account.settings.domain("example.com", default=True)
    publication = Publication(
        Path("publication.yaml"),
        "PRODUCTHEAD",
        "https://newsletter.example.com",
        Mailbox("producthead@example.com"),
        ZoneInfo("Europe/London"),
        unsubscribe=Unsubscribe(asm_group=12345),
    )
    urls = {"global": sendgrid_server.url, "eu": "http://127.0.0.1:9"}
    with serving(zone_of()) as names:
        access = Access(sendgrid_server.account.key, urls)
        yield Setting(sendgrid_server, names, publication, access)

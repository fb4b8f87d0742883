"""Opens what commands work with: the project's ledger and the transport that was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING

from producthead_mail.cli.clocks import compare, compare_date
from producthead_mail.cli.console import tell
from producthead_mail.config import Project, load_settings
from producthead_mail.errors import InputError

if TYPE_CHECKING:
    from producthead_mail.audience.sources import Source
    from producthead_mail.content.publication import Publication
    from producthead_mail.ledger.database import Ledger
    from producthead_mail.sending.sendgrid_api import SendGridApi
    from producthead_mail.sending.sendgrid_client import SendGridClient
    from producthead_mail.sending.transport import Transport

SENDGRID_URLS = {"global": "https://api.sendgrid.com", "eu": "https://api.eu.sendgrid.com"}


class TransportName(StrEnum):
    """What takes the requests."""

    SENDGRID = "sendgrid"
    OUTBOX = "outbox"


@contextmanager
def ledger_of(project: Project) -> Iterator[Ledger]:
    """The project's ledger, with late answers recorded and the batches of dead processes taken back."""
    from producthead_mail.ledger.database import open_ledger
    from producthead_mail.ledger.moves import reap
    from producthead_mail.sending.answers import replay

    settings = load_settings(project)
    ledger = open_ledger(settings.ledger, project.state / "ledger.db", settings.lease_seconds)
    try:
        compare("the ledger", ledger.now())
        ledger.remember()
        replay(ledger)
        reap(ledger)
        yield ledger
    finally:
        ledger.close()


@contextmanager
def ledger_to_ask(project: Project) -> Iterator[Ledger]:
    """The project's ledger, which is not written to."""
    from producthead_mail.ledger.database import open_ledger

    settings = load_settings(project)
    ledger = open_ledger(settings.ledger, project.state / "ledger.db", settings.lease_seconds)
    try:
        if ledger.spool.filled():
            tell("answers of SendGrid wait to be recorded: `producthead settle` does that, and any send")
        yield ledger
    finally:
        ledger.close()


def publication_for(project: Project, ledger: Ledger) -> tuple[Publication, InputError | None]:
    """The publication; where its file can't be used, what a planned edition needs of it, and why.

    InputError where nothing was planned, so that nothing can go on without the file.
    """
    from zoneinfo import ZoneInfo

    from producthead_mail.content.loader import load_publication
    from producthead_mail.content.publication import Mailbox, Publication, SendGridPolicy
    from producthead_mail.ledger.terms import kept_terms

    try:
        return load_publication(project), None
    except InputError as fault:
        terms = kept_terms(ledger)
        if terms is None:
            raise
        policy = SendGridPolicy(terms.region)
        kept = Publication(project.publication, "", terms.site, Mailbox(""), ZoneInfo("UTC"), sendgrid=policy)
        return kept, fault


def tell_kept(fault: InputError | None) -> None:
    """Says that what is planned goes on though the publication's file can't be used."""
    if fault:
        tell(f"{fault}\nwhat is planned goes on all the same, as it was planned")


def has_ledger(project: Project) -> bool:
    """False where nothing was ever sent or tested."""
    from producthead_mail.ledger.database import ledger_exists

    return ledger_exists(load_settings(project).ledger, project.state / "ledger.db")


@contextmanager
def transport_of(name: TransportName, project: Project, publication: Publication) -> Iterator[Transport]:
    """The transport; InputError where its key or address is missing or bad."""
    transport = _transport(name, project, publication)
    try:
        yield transport
    finally:
        transport.close()


def _transport(name: TransportName, project: Project, publication: Publication) -> Transport:
    if name is TransportName.OUTBOX:
        from producthead_mail.sending.transports.outbox import OutboxTransport

        return OutboxTransport(project.state / "outbox", f"{publication.url}/unsubscribe")
    from producthead_mail.sending.transports.sendgrid import SendGridTransport

    return SendGridTransport(client_of(project, publication))


def api_of(name: TransportName, project: Project, publication: Publication) -> SendGridApi | None:
    """The rest of SendGrid's API; None for the outbox, which has none."""
    if name is TransportName.OUTBOX:
        return None
    from producthead_mail.sending.sendgrid_api import SendGridApi

    return SendGridApi(client_of(project, publication), on_date=compare_date)


def client_of(project: Project, publication: Publication) -> SendGridClient:
    """The client of the publication's SendGrid account; InputError where its key or address is bad."""
    from producthead_mail.sending.sendgrid_client import SendGridClient

    settings = load_settings(project)
    url = settings.sendgrid_url or SENDGRID_URLS[publication.sendgrid.region]
    return SendGridClient(settings.sendgrid_api_key.get_secret_value(), url)


def audience_of(project: Project, publication: Publication) -> Source:
    """The publication's audience, opened; InputError or OutsideError where it can't be."""
    from producthead_mail.audience.sources import open_source

    if not publication.audience.sendgrid_list:
        return open_source(publication)
    from producthead_mail.audience.sendgrid_source import Contacts
    from producthead_mail.sending.sendgrid_api import SendGridApi

    api = SendGridApi(client_of(project, publication))
    return open_source(publication, Contacts(api, project.state / "cache", tell))

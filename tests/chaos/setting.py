"""What a run of chaos is made of."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from producthead_mail.audience.address import recipient_id
from producthead_mail.content.publication import Mailbox
from producthead_mail.ledger.account import Account, account
from producthead_mail.ledger.database import Ledger, open_ledger
from producthead_mail.ledger.draft import Draft, batch_name
from producthead_mail.ledger.plans import publish_plan, start_plan, write_plan
from producthead_mail.ledger.schema import batch
from producthead_mail.ledger.states import State
from producthead_mail.rendering.freeze import freeze
from producthead_mail.rendering.message import Message
from producthead_mail.sending.planner import arguments

EDITION = "chaos"
HOUR = 3600


@dataclass(frozen=True)
class Setting:
    """A run, as its processes are told of it."""

    folder: Path
    sendgrid_url: str
    ledger_url: str = ""
    """Empty: SQLite in the folder."""
    lease_seconds: float = 4
    """On PostgreSQL: short, so that a process stands still for longer now and then."""
    recipients: int = 100_000
    batch: int = 20
    """Recipients in one: few, so that there are many batches to be hit."""
    kills: int = 300
    workers: int = 3
    fenced: bool = False
    """An edition that waits for its hour."""
    seed: int = 1

    @property
    def ledger_path(self) -> Path:
        return self.folder / "ledger.db"


MESSAGE = Message(
    edition=EDITION,
    subject="News",
    preheader="",
    html="<p>News</p>",
    text="News\n",
    slots=(),
    headers={},
    sender=Mailbox("news@example.com", "News"),
    reply_to=None,
    asm_group=1,
    subscription_tracking=False,
    categories=("chaos",),
    defaults={},
    language="en",
    date="Mon, 12 Feb 2024 12:00:00 +0000",
    digest="0" * 64,
)


@contextmanager
def opened(setting: Setting) -> Iterator[Ledger]:
    """The run's ledger, for one more process."""
    ledger = open_ledger(setting.ledger_url, setting.ledger_path, setting.lease_seconds)
    try:
        ledger.owners.enter()
        yield ledger
    finally:
        ledger.close()


def everyone(setting: Setting, ledger: Ledger) -> dict[int, str]:
    """Recipient id -> address, in the order of ids, of all that the edition goes to."""
    addresses = [f"r{number}@example.org" for number in range(setting.recipients)]
    return dict(sorted((recipient_id(email, ledger.recipient_key), email) for email in addresses))


def plan(setting: Setting, ledger: Ledger) -> bool:
    """Plans the edition for everyone, whole or not at all; False where it was planned before."""
    people = everyone(setting, ledger)
    send_id = start_plan(
        ledger,
        edition=EDITION,
        transport="sendgrid",
        digest=MESSAGE.digest,
        message=freeze(MESSAGE),
        send_at=ledger.now() + HOUR if setting.fenced else None,
    )
    rids = list(people)
    cuts = [rids[at : at + setting.batch] for at in range(0, len(rids), setting.batch)]
    write_plan(ledger, send_id, (_draft(send_id, seq, cut, people) for seq, cut in enumerate(cuts, 1)))
    return publish_plan(ledger, send_id)


def look(ledger: Ledger) -> Account:
    """The account of the edition at this moment."""
    found = account(ledger, EDITION)
    assert found
    return found


def batches(ledger: Ledger) -> dict[State, int]:
    """How many batches are in each state, as it is written, whoever of the processes lives."""
    with ledger.reading() as connection:
        rows = connection.execute(select(batch.c.state, func.count()).group_by(batch.c.state)).all()
    return {State(row[0]): row[1] for row in rows}


def _draft(send_id: int, seq: int, rids: list[int], people: dict[int, str]) -> Draft:
    name = batch_name(send_id, seq)
    parts = [{"to": [{"email": people[rid]}], "custom_args": arguments(EDITION, name, rid)} for rid in rids]
    return Draft(tuple(rids), json.dumps(parts).encode())

"""What a run of chaos is made of."""

from dataclasses import dataclass
from pathlib import Path

from producthead_mail.content.publication import Mailbox
from producthead_mail.rendering.message import Message

EDITION = "chaos"


@dataclass(frozen=True)
class Setting:
    """A run, as its processes are told of it."""

    folder: Path
    sendgrid_url: str
    ledger_url: str = ""
    """Empty: SQLite in the folder."""
    lease_seconds: float = 180
    recipients: int = 100_000
    batch: int = 50
    """Recipients in one: small, so that there are many."""
    kills: int = 300
    workers: int = 3
    fenced: bool = False
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

"""What an edit of an edition's file means for its approval, and for what was planned of it."""

from __future__ import annotations

from producthead_mail.cli.console import tell
from producthead_mail.config import Project
from producthead_mail.errors import MailError


def tell_consequences(project: Project, slug: str, text: str) -> None:
    """Says that the approval in the old `text` no longer holds, and that what was planned stays as it was."""
    from producthead_mail.content.authoring.editing import text_of

    if text_of(text, "approved"):
        tell(f"{slug}: its approval no longer holds; test and approve it again when it is done")
    if state := _planned(project, slug):
        tell(f"{slug}: is {state}: what was planned of it stays as it was, whatever the file says now")


def _planned(project: Project, slug: str) -> str:
    """The state of an edition that was planned; empty where it wasn't, or nobody can tell now."""
    from producthead_mail.cli.wiring import has_ledger, ledger_to_ask
    from producthead_mail.ledger.account import account

    try:
        if not has_ledger(project):
            return ""
        with ledger_to_ask(project) as ledger:
            found = account(ledger, slug)
    except MailError as error:
        tell(f"{slug}: whether it was planned can't be told: {error}")
        return ""
    return found.state.value if found else ""

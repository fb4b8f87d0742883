"""What an edit of an edition's file means for its approval, and for what was planned of it."""

from __future__ import annotations

from producthead_mail.cli.console import tell
from producthead_mail.config import Project
from producthead_mail.errors import MailError

_THERE = {
    "settled": "was sent already: readers keep what they got, and only its page on the web changes",
    "cancelled": "was cancelled, and goes to nobody",
}
"""A state in which nothing goes any more -> what a change is good for."""


def tell_consequences(project: Project, slug: str, text: str) -> None:
    """Says whom the change does not reach any more, or else that the approval in the old `text` is void."""
    from producthead_mail.content.authoring.editing import text_of

    if state := _planned(project, slug):
        tell(f"{slug}: {_THERE.get(state, f'is {state}: it goes as it was planned, without this change')}")
    elif text_of(text, "approved"):
        tell(f"{slug}: its approval no longer holds; test and approve it again when it is done")


def _planned(project: Project, slug: str) -> str:
    """The state of an edition that goes or went to readers; empty where it doesn't, or nobody can tell."""
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
    is_planned = found and found.transport != "outbox" and found.state.value != "new"
    return found.state.value if found and is_planned else ""

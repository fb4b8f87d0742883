"""A message as one client shows it, with a log of all that is missing and why."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from producthead_mail.clients import dark as darkness
from producthead_mail.clients import gmail, tree, word
from producthead_mail.clients.accounts import ACCOUNTS
from producthead_mail.clients.conditional import reveal
from producthead_mail.clients.detect_css import in_at_rule
from producthead_mail.clients.log import Log
from producthead_mail.clients.markup import Markup
from producthead_mail.clients.notes_html import NOTES, Marked
from producthead_mail.clients.notes_sheet import AT_RULES, Grouped
from producthead_mail.clients.profile import Inversion, Profile
from producthead_mail.clients.removal import Removal
from producthead_mail.clients.sheets import Sheet, Tags, is_for_phones
from producthead_mail.clients.support import Support, load_support
from producthead_mail.clients.verdict import Client, Effect, Written

OUTLOOK = 16
"""Outlook 2016 and all that came after it on Windows."""


@dataclass(frozen=True, slots=True)
class Simulated:
    """A message in one client."""

    html: str
    removals: tuple[Removal, ...]


@lru_cache(maxsize=16)
def _client(profile: Profile, support: Support) -> Client:
    return Client(profile, support, ACCOUNTS)


def simulate(html: str, profile: Profile, *, dark: Inversion | None = None) -> Simulated:
    """The message as the client shows it; with `dark`, as its forced dark mode does.

    The very text comes back where the client changes nothing. InputError where the project's own
    support table can't be used; no message raises anything.
    """
    support = load_support()
    client, log = _client(profile, support), Log(support)
    shown, conditions = reveal(html, OUTLOOK if profile.word else None)
    for removal in conditions:
        log.add(removal)
    root = tree.parse(shown)
    if root is None:
        return Simulated(shown, log.removals)
    # Conditional comments are changed in the text itself: for them alone nothing is written anew.
    log.has_changes = False
    _leave_sheets(root, client, log)
    Markup(client, log, root, has_doctype=bool(tree.doctype(shown))).change()
    doctype = _doctype(shown, root, client, log)
    changes = (*_typeset(root, profile), *_darken(root, profile, dark))
    for removal in changes:
        log.add(removal)
    if not (log.has_changes or profile.prefix or profile.word):
        return Simulated(shown, log.removals)
    out = tree.written(root, doctype)
    return Simulated(gmail.clip(out, log) if gmail.is_gmail(profile) else out, log.removals)


def _typeset(root: Any, profile: Profile) -> tuple[Removal, ...]:
    return word.typeset(root) if profile.word else ()


def _darken(root: Any, profile: Profile, dark: Inversion | None) -> tuple[Removal, ...]:
    if dark is None:
        return ()
    return darkness.invert(root, dark, outlook_com=profile.id == "outlook-com")


def _doctype(html: str, root: Any, client: Client, log: Log) -> str:
    doctype = tree.doctype(html)
    if doctype[9:].strip("> ").lower() != "html":
        return doctype
    for one in client.decisions(("html-doctype",), Marked(root), NOTES):
        log.decided(one, doctype, line=1)
        doctype = doctype if one.outcome is Effect.SAY else ""
    return doctype


def _leave_sheets(root: Any, client: Client, log: Log) -> None:
    tags = Tags(root, client.profile.word)
    budget = gmail.Budget(client.profile, log)
    for element in list(root.iter("style")):
        text, line = element.text or "", element.sourceline or 0
        if _is_dropped(element, client, log):
            tree.remove(element)
            continue
        if gmail.is_gmail(client.profile):
            within = "" if gmail.drop_faulty(text, line, log) else budget.spend(text, line)
            element.text = within
        sheet = Sheet(client, log, element, tags)
        left = sheet.left()
        if sheet.is_emptied or not left.strip():
            tree.remove(element)
        elif left != text:
            element.text = left


def _is_dropped(element: Any, client: Client, log: Log) -> bool:
    """Whether the client drops the element, for where it is or for its media."""
    line = element.sourceline or 0
    for one in client.decisions(("html-style",), Marked(element), NOTES):
        log.decided(one, "<style>", element="style", line=line)
        if one.outcome is not Effect.SAY:
            return True
    media = (element.get("media") or "").strip()
    if media.lower() in {"", "all", "screen"}:
        return False
    seen = Grouped("media", media, "", is_nested=False)
    for one in client.decisions(in_at_rule("media", media), seen, AT_RULES):
        became = one.outcome.text if isinstance(one.outcome, Written) else ""
        covered = is_for_phones(client, media)
        what = f'<style media="{media}">'
        log.decided(one, what, element="style", line=line, became=became, covered=covered)
        if became:
            element.set("media", became)
        elif one.outcome is not Effect.SAY:
            return True
    return False

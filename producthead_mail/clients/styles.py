"""What a client leaves of the declarations in a style attribute or in a rule of a sheet."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from producthead_mail.clients.declarations import Declaration, split
from producthead_mail.clients.detect_css import in_declaration
from producthead_mail.clients.notes_css import NOTES, Declared
from producthead_mail.clients.verdict import Client, Decision, Effect, Written

UNQUOTED = Decision(
    "yahoo-unquoted-url",
    Effect.DROP,
    None,
    None,
    "removed from a style attribute where the address has no quotes",
    "https://github.com/hteumeuleu/email-bugs/issues/79",
)
REWRITES = 4
"""A declaration that is changed is looked at again, so often at most."""


_UNQUOTED = re.compile(r"url\(\s*[^\"'\s)]", re.I)


@dataclass(frozen=True, slots=True)
class Loss:
    """One thing that a client does to a declaration."""

    decision: Decision
    what: str
    became: str
    at: int
    """Offset in the declarations."""


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of declarations."""

    text: str
    losses: tuple[Loss, ...]
    is_emptied: bool = False
    """One of them takes the whole attribute or sheet with it."""


@lru_cache(maxsize=16_384)
def leave(client: Client, text: str, tags: frozenset[str], *, is_inline: bool) -> Left:
    """Declarations as a client leaves them; the very text where it does nothing to them.

    Kept, since a message has the same ones over and over.
    """
    kept: list[str] = []
    losses: list[Loss] = []
    style = text.lower()
    for piece in split(text):
        seen = Declared(
            piece.name, piece.value, piece.important, tags, style, is_inline, not client.profile.own_account
        )
        left = _leave_one(client, piece, seen, losses) if piece.name else piece.text
        if left is not None:
            kept.append(left)
    is_emptied = any(loss.decision.outcome is Effect.EMPTY for loss in losses)
    whole = ";".join(kept)
    if is_emptied or not whole.strip(" \t\r\n;"):
        whole = ""
    return Left(whole if losses else text, tuple(losses), is_emptied)


def _leave_one(client: Client, piece: Declaration, seen: Declared, losses: list[Loss]) -> str | None:
    """The declaration's text; None where it is dropped."""
    text = piece.text
    lead = text[: len(text) - len(text.lstrip())]
    at = piece.at + len(lead)
    if is_unquoted(client, seen):
        losses.append(Loss(UNQUOTED, _told(seen), "", at))
        return None
    for _ in range(REWRITES):
        changed: Written | None = None
        what = _told(seen)
        for one in client.decisions(in_declaration(seen.name, seen.value, bool(seen.important)), seen, NOTES):
            if isinstance(one.outcome, Written):
                changed = one.outcome
                seen = _rewritten(seen, changed)
                losses.append(Loss(one, what, _told(seen), at))
                continue
            losses.append(Loss(one, what, "", at))
            if one.outcome is not Effect.SAY:
                return None
        if changed is None:
            return text
        text = f"{lead}{seen.name}:{seen.value}{seen.important}"
    return text


def is_unquoted(client: Client, seen: Declared) -> bool:
    """Whether Yahoo would take out a background for want of quotes."""
    if not seen.is_inline or seen.name not in {"background", "background-image"}:
        return False
    return client.profile.platform.startswith("yahoo.") and _UNQUOTED.search(seen.value) is not None


def _rewritten(seen: Declared, changed: Written) -> Declared:
    if changed.name == "!":
        return replace(seen, important="")
    return replace(seen, name=changed.name or seen.name, value=changed.text)


def _told(seen: Declared) -> str:
    return f"{seen.name}: {seen.value}{' !important' if seen.important else ''}"

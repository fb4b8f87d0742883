"""Which of caniemail's notes are modelled, and which of them only have words."""

from __future__ import annotations

from producthead_mail.clients import notes_css, notes_html, notes_sheet
from producthead_mail.clients.accounts import ACCOUNTS

_TABLES = (notes_css.NOTES, notes_sheet.SELECTORS, notes_sheet.AT_RULES, notes_html.NOTES)

MODELLED: frozenset[tuple[str, int]] = frozenset(
    (*(key for table in _TABLES for key in table if key[1]), *ACCOUNTS)
)
"""(slug, number) of every note with a predicate."""

WORDS_ONLY: frozenset[tuple[str, int]] = frozenset(
    key for table in _TABLES for key, note in table.items() if key[1] and note.is_said
)
"""Those of them that are said where they concern something, but change nothing that is shown."""

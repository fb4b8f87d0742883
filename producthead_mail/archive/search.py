"""The index that the archive's search reads: one row an edition, fetched when a reader begins to type."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import quote

from producthead_mail.archive.site import Entry

_WORD = re.compile(r"\w+")
_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "ı": "i"})
"""Whole letters, without the accents that NFKD takes off, and yet typed as others."""


def search_index(entries: Iterable[Entry]) -> bytes:
    """JSON, newest first: rows of [URL relative to the root, title, date as shown, words].

    An edition is found where each word typed, cut and folded as here, is part of its `words`: those of the
    title, description, takeaways, headings and curated items, each once, between spaces.
    """
    newest = sorted(entries, key=lambda entry: (entry.published, entry.slug), reverse=True)
    rows = [[quote(one.path), one.title, one.date_text, " ".join(_words(one))] for one in newest]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _words(entry: Entry) -> dict[str, None]:
    curated = [part for item in entry.items for part in (item.title, item.author, item.publication)]
    texts = [entry.title, entry.description, *entry.takeaways, *entry.headings, *curated]
    return dict.fromkeys(_WORD.findall(folded(" ".join(texts))))


def folded(text: str) -> str:
    """The text as it is compared: small letters without accents, as search.js folds what is typed."""
    parts = unicodedata.normalize("NFKD", text)
    return "".join(one for one in parts if unicodedata.category(one)[0] != "M").lower().translate(_LETTERS)

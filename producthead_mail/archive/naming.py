"""Names as parts of an address, and the letter they are listed under."""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256

LONGEST = 80
"""Characters of a slug: file systems take 255 bytes."""
OTHERS = "#"
"""Stands for all that no alphabet has."""
_ALPHABETS = frozenset(["LATIN", "CYRILLIC", "GREEK", "HEBREW", "ARABIC", "ARMENIAN", "GEORGIAN"])
_APART = re.compile(r"[\W_]+")


def slug_of(text: str) -> str:
    """The words in lower case with hyphens between; empty where there are neither letters nor digits.

    Two spellings that differ only in case, spaces or punctuation have one slug.
    """
    plain = re.sub("['’‘`]", "", unicodedata.normalize("NFKC", text)).lower()
    slug = _APART.sub("-", plain).strip("-")
    if len(slug) <= LONGEST:
        return slug
    return f"{slug[:LONGEST].rstrip('-')}-{sha256(slug.encode()).hexdigest()[:8]}"


def letter_of(slug: str) -> str:
    """The capital that a slug is listed under, without accents; `#` where no alphabet has it."""
    first = unicodedata.normalize("NFD", slug[:1])[:1]
    script = unicodedata.name(first, "").split(" ")[0] if first.isalpha() else ""
    return first.upper()[:1] if script in _ALPHABETS else OTHERS

"""Names as parts of an address, and the letter they are listed under."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from hashlib import sha256

LONGEST, MOST_BYTES = 80, 240
"""Characters of a slug, and what they take as UTF-8: file systems have room for 255 bytes."""
OTHERS = "#"
"""Stands for all that no alphabet has."""
_ALPHABETS = frozenset(["LATIN", "CYRILLIC", "GREEK", "HEBREW", "ARABIC", "ARMENIAN", "GEORGIAN"])


@lru_cache(maxsize=16384)
def slug_of(text: str) -> str:
    """The words in small letters with hyphens between; empty where there are neither letters nor digits.

    Two spellings that differ only in case (`ß` is `ss`), spaces or punctuation have one slug: some file
    systems take them for one name.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    parts = [""]
    for sign in re.sub("['’‘`]", "", folded):
        kind = unicodedata.category(sign)[0]
        if kind in "LN" or (kind == "M" and parts[-1]):  # a mark may be the vowel of the letter before it
            parts[-1] += sign
        elif parts[-1]:
            parts.append("")
    slug = "-".join(filter(None, parts))
    data = slug.encode()
    if len(slug) <= LONGEST and len(data) <= MOST_BYTES:
        return slug
    short = slug[:LONGEST].encode()[:MOST_BYTES].decode(errors="ignore").rstrip("-")
    return f"{short}-{sha256(data).hexdigest()[:8]}"


def letter_of(slug: str) -> str:
    """The capital that a slug is listed under, without accents; `#` where no alphabet has it."""
    first = unicodedata.normalize("NFD", slug[:1])[:1]
    script = unicodedata.name(first, "").split(" ")[0] if first.isalpha() else ""
    return first.upper()[:1] if script in _ALPHABETS else OTHERS

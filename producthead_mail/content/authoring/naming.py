"""The name of an edition's file, made from its title."""

from __future__ import annotations

import re
from datetime import date
from unicodedata import combining, normalize

LONGEST = 60
"""Characters of a title in a file's name: it is part of the address readers see."""
DATED = re.compile(r"(\d{4}-\d{2}-\d{2})-")
"""How a slug begins that has the edition's date."""
_SPELT = str.maketrans(
    {
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "ð": "d",
        "đ": "d",
        "ħ": "h",
        "ı": "i",
        "ł": "l",
        "þ": "th",
        "&": " and ",
    }
)
_DROPPED = re.compile(r"['’‘ʼ`´]")
_SLOT = re.compile(r"\[\[.*?\]\]")
_OTHER = re.compile(r"[^a-z0-9]+")


def slug_of_title(title: str) -> str:
    """Lower-case ASCII words joined by hyphens; `edition` where the title has no Latin letter or digit.

    At most 60 characters, cut between words where there is more than one.
    """
    spelt = _DROPPED.sub("", _SLOT.sub(" ", title)).casefold().translate(_SPELT)
    plain = "".join(char for char in normalize("NFKD", spelt) if not combining(char))
    return _cut(_OTHER.sub("-", plain.casefold()).strip("-")) or "edition"


def edition_slug(day: date, title: str) -> str:
    """The slug, and name of the file without `.md`: `2024-02-12-in-search-of-deeper-alignment`."""
    return f"{day.isoformat()}-{slug_of_title(title)}"


def undated(slug: str) -> str:
    """The name after the date, which an edition is also known by."""
    found = DATED.match(slug)
    return slug[found.end() :] if found else slug


def _cut(words: str) -> str:
    if len(words) <= LONGEST:
        return words
    head = words[: LONGEST + 1]
    return head.rpartition("-")[0] or words[:LONGEST]

"""Words of the web as an edition takes them: shown as they are, whatever signs are in them."""

from __future__ import annotations

import re
from html import unescape

MOST = 5_000
"""Characters that are looked at."""
_WIDTHLESS = re.compile("[\u00ad\u200b\u2060\ufeff]")
"""Without joiners, which emoji and scripts need."""
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_SPECIAL = re.compile(r"[\\`*<~]|\[(?=\[)|\](?=[(\[])|&(?=#|[A-Za-z])|(?<!\w)_|_(?!\w)")
_END = re.compile(r"(?<=[.!?…”])\s")


def typed(words: str) -> str:
    """What somebody wrote, on one line and without control characters."""
    return " ".join(_CONTROL.sub(" ", words).split())


def one_line(text: str) -> str:
    """The words on one line, without what can't be seen; entities that were escaped twice are resolved.

    What is longer than any text of an item, such as a page of a million words in a title, is cut first.
    """
    text = text[:MOST]
    words = unescape(text) if _ENTITY.search(text) else text
    return typed(_WIDTHLESS.sub("", words))


def shortened(text: str, most: int) -> str:
    """The text, or the whole sentences of it that fit, or words with “…”."""
    if len(text) <= most:
        return text
    ends = [found.start() for found in _END.finditer(text[:most])]
    if ends and ends[-1] > most // 2:
        return text[: ends[-1]]
    words = text[:most].rsplit(" ", 1)[0] if " " in text[:most] else text[: most - 1]
    return words.rstrip(" ,;:–—-") + "…"


def plain(text: str) -> str:
    """A plain text whose `[[` is no slot."""
    return text.replace("[[", "\\[[")


def markdown(text: str) -> str:
    """Inline Markdown that shows the text, with nothing in it taken for markup or a slot."""
    return _SPECIAL.sub(lambda found: "\\" + found[0], text)

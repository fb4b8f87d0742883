"""What keeps a feed from being read in seconds, found before it is read."""

from __future__ import annotations

import re

MAX_DEPTH = 256
"""Elements within each other, as libxml2 has it; feeds need ten."""
MAX_ELEMENTS = 200_000
"""feedparser takes 50 µs for each, so that these are ten seconds; a blog of a thousand posts has a tenth."""
MAX_ATTRIBUTES = 200
"""Of an element; feedparser's time grows with their square."""
MAX_REFERENCES = 600_000
"""`&` and `<` in the text, of 5 µs each where a feed is not well-formed."""
# To the end where it is not closed, and a tag only to the next one: each byte is looked at once.
_TAG = re.compile(
    rb"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<(/?)([A-Za-z_][^\s<>/]*)([^<>]*)", re.DOTALL
)


def excess(data: bytes) -> str:
    """What of the feed is too much, as words that follow its name; empty where nothing is."""
    data = data.replace(b"\0", b"")  # of UTF-16
    if data.count(b"&") + data.count(b"<") > MAX_REFERENCES:
        return f"has more than {MAX_REFERENCES:,} tags and entities"
    inside: list[bytes] = []
    elements = 0
    for closes, name, attributes in (found.groups() for found in _TAG.finditer(data) if found[2]):
        if closes:
            # What was left open within, as in a feed that is not well-formed, ends here too.
            while name in inside and inside.pop() != name:
                pass
            continue
        elements += 1
        if elements > MAX_ELEMENTS:
            return f"has more than {MAX_ELEMENTS:,} elements"
        if attributes.count(b"=") > MAX_ATTRIBUTES:
            return f"has an element with more than {MAX_ATTRIBUTES} attributes"
        if not attributes.endswith(b"/"):
            inside.append(name)
        if len(inside) > MAX_DEPTH:
            return f"has elements nested more than {MAX_DEPTH} deep"
    return ""

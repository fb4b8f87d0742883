"""The rule about template syntax that nobody filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from producthead_mail.checks.links import PROVIDER_TAG
from producthead_mail.checks.page import Hit, Page, is_literal, short

FIELD = r"(?:(?:first|last|full|user|company)[ _-]?)?name|e-?mail(?:[ _-]address)?"
PATTERN = re.compile(
    r"""\{\{+.*?\}\}+ | \{%.*?%\} | \{\#.*?\#\} | \$\{[^}]*\} | \*\|[^|]*\|\* | <%.*?%> | %%[\w.]+%%
      | %recipient[._]\w+% | \[object\ Object\] | lorem\ ipsum"""
    rf"| \[(?:{FIELD})\] | \{{[$!%]?(?:{FIELD})\}} | <<(?:{FIELD})>> | %(?:{FIELD})%"
    rf"| (?<![\w-])-(?:{FIELD})-(?![\w-])"
    r"| \b(?:hi|hello|hey|dear)\s+(?-i:None|undefined|null|NaN)(?=\s*(?:[,!.:]|$))",
    re.X | re.S | re.I,
)
NOTHING = {"undefined", "None", "null", "NaN"}
EMPTY_PART = re.compile(r"[/=](?:undefined|None|null)(?=[/&?#]|$)")


def merge_leftover(page: Page) -> Iterator[Hit]:
    """A hit for each piece of template syntax that a reader would see."""
    literal = " ".join(text for element, text in page.texts if is_literal(element))
    seen: set[str] = set()
    for where, field, text in _parts(page):
        for piece in _leftovers(page, text):
            if piece in seen or (where == "the plain text part" and piece in literal):
                continue
            seen.add(piece)
            yield Hit(
                f"{short(piece)} in {where} is never filled in",
                "write a slot such as [[ first_name ]], or put it in `code` if it is meant",
                needle=piece,
                field=field,
            )


def _parts(page: Page) -> Iterator[tuple[str, str, str]]:
    yield "the subject", "subject", page.message.subject
    yield "the preheader", "preheader", page.message.preheader
    for element, text in page.texts:
        if not is_literal(element):
            yield "the HTML", "", text
    for element in page.elements:
        for key in ("href", "src", "alt", "title"):
            if value := element.get(key):
                yield f"a {key}", "", unquote(value)
    yield "the plain text part", "", page.message.text


def _leftovers(page: Page, text: str) -> list[str]:
    text = PROVIDER_TAG.sub("", page.without_tokens(text))
    found = PATTERN.findall(text)
    if text.strip() in NOTHING:
        found.append(text.strip())
    if "://" in text and len(text.split()) == 1 and EMPTY_PART.search(text):
        found.append(text)
    return found

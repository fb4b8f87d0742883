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
ASM = re.compile(r"<%\s*asm_\w+\s*%>")
ASM_TAGS = (
    "<%asm_group_unsubscribe_raw_url%>",
    "<%asm_group_unsubscribe_url%>",
    "<%asm_preferences_raw_url%>",
    "<%asm_preferences_url%>",
    "<%asm_global_unsubscribe_raw_url%>",
    "<%asm_global_unsubscribe_url%>",
)
"""The tags that SendGrid replaces where the request names an unsubscribe group."""
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


def sendgrid_subst(page: Page) -> Iterator[Hit]:
    """A hit for each of SendGrid's tags that it won't replace: it does so only for an unsubscribe group."""
    html, text = page.message.html, page.message.text
    headers = " ".join((page.message.subject, *page.message.headers.values()))
    known = set() if page.message.asm_group is None else set(ASM_TAGS)
    unknown = set(ASM.findall(html + text)) - known | set(ASM.findall(headers))
    for tag in sorted(unknown):
        yield Hit(
            f"SendGrid does not replace {tag} here: readers would see it",
            "write unsubscribe_url in the layout, which follows publication.yaml",
            needle=tag,
            layout=(tag, tag.strip("<%> ")),
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

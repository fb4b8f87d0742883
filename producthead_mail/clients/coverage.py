"""How much of the support table is detected and simulated, and what is not, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from producthead_mail.clients import dark, detect_css, detect_html, detect_images, word
from producthead_mail.clients.notes import MODELLED, WORDS_ONLY
from producthead_mail.clients.profile import Inversion, Profile
from producthead_mail.clients.removal import Mark
from producthead_mail.clients.support import Support

DETECTED: frozenset[str] = frozenset(
    slug
    for table in (
        *(detect_css.PROPERTIES, detect_css.VALUES, detect_css.FUNCTIONS, detect_css.UNITS),
        *(detect_css.AT_RULES, detect_css.MEDIA, detect_css.PSEUDO_CLASSES, detect_css.PSEUDO_ELEMENTS),
        *(detect_css.SELECTORS, detect_css.OTHERS, detect_html.ELEMENTS, detect_html.ATTRIBUTES),
        *(detect_html.VALUED, detect_html.LINKS, detect_html.OTHERS, detect_images.IMAGES),
    )
    for slug in table
)
"""Every feature that is seen in a message."""

MAIN_PLATFORMS = (
    *("gmail.desktop-webmail", "gmail.android", "gmail.ios", "outlook.windows", "outlook.outlook-com"),
    *("yahoo.desktop-webmail", "apple-mail.ios", "samsung-email.android"),
)
"""Whose notes are counted: those of the profiles, and Gmail's app on iOS."""

BY_THE_TABLE: Mapping[str, str] = {
    "what no test covers": "a property, element or prefix that the table doesn't have stays",
    "a selector that isn't read": "it alone goes; whether the rest of its list goes with it is not tested",
    "an element that isn't supported": "its content stays, but for that of an SVG",
    "a picture's format that isn't supported": "its alternative text is shown",
    "rules for body": "still colour the page where the client made the body a division",
    "broken markup": "is mended as libxml2 does it, not as a browser would",
}
"""Of every client: what is not known, with what is shown instead."""

_GMAIL: Mapping[str, str] = {
    "clipping": "at 99,507 bytes, the least that was seen; other messages went through up to 105 kB",
    "style sheets past the limit": "on the web the rules before it stay; others saw the tag go, or all tags",
    "links, dates and addresses": "are not turned into links",
}
_SAMSUNG: Mapping[str, str] = {
    "a Microsoft account": "loses media queries, nesting and some functions; another account is shown",
}


@dataclass(frozen=True, slots=True)
class Coverage:
    """Numbers of features and of notes to them."""

    features: int
    detected: int
    notes: int
    """To the marks `partial` and `no` of the main clients."""
    modelled: int
    words_only: int
    """Of those modelled, notes from which nothing follows that a page could show."""


def coverage(support: Support) -> Coverage:
    """How much of a table is detected and modelled."""
    notes = {
        (slug, note)
        for slug in support.slugs
        for platform in MAIN_PLATFORMS
        if (cell := support.cell(slug, platform)) and cell.mark in {Mark.PARTIAL, Mark.NO}
        for note in cell.notes
    }
    slugs = set(support.slugs)
    return Coverage(
        len(slugs), len(slugs & DETECTED), len(notes), len(notes & MODELLED), len(notes & WORDS_ONLY)
    )


def not_simulated(profile: Profile) -> dict[str, str]:
    """What is not known of a client or not shown, each with what is shown instead."""
    found = dict(BY_THE_TABLE)
    if profile.style_bytes is not None:
        found |= _GMAIL
    if profile.platform.startswith("samsung"):
        found |= _SAMSUNG
    if profile.word:
        found |= word.NOT_MODELLED
    if profile.inversion is not Inversion.NONE:
        found |= {f"forced dark: {what}": how for what, how in dark.NOT_MODELLED.items()}
    return found

"""Rules about what filters count as spam: phrases, pictures with few words, near-invisible text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from producthead_mail.checks import limits
from producthead_mail.checks.contrast import hexadecimal, shown_ratio
from producthead_mail.checks.finding import Severity
from producthead_mail.checks.page import Hit, Page, short


class Phrase(NamedTuple):
    """Words that filters distrust, and how much."""

    pattern: str
    points: float


PHRASES: tuple[Phrase, ...] = (
    Phrase(r"dear (?:friend|winner|beneficiary|sir or madam)", 2.5),
    Phrase(r"money[ -]back guarantee|(?:full|100 ?%) money back", 2.0),
    Phrase(r"million(?:s of)? (?:us )?(?:dollars|euros|pounds)|(?:usd|eur|gbp) ?\d+ million", 1.5),
    Phrase(r"act now|order now|buy now|call now|apply now", 1.0),
    Phrase(r"limited[ -]time offer|offer expires|while (?:stocks|supplies) last|last chance", 1.0),
    Phrase(r"risk[ -]free|no risk|nothing to lose|no strings attached|no obligation", 1.0),
    Phrase(r"you(?:'ve| have) (?:won|been (?:selected|chosen))|claim your (?:prize|reward|gift)", 2.5),
    Phrase(r"(?:earn|make) (?:extra |big |fast )?(?:cash|money)(?: fast| online| from home)?\b", 1.5),
    Phrase(r"work from home (?:and|to) earn|be your own boss|financial freedom", 1.5),
    Phrase(r"(?:consolidate|eliminate|get out of) (?:your )?debts?|bad credit|no credit check", 2.0),
    Phrase(
        r"lose (?:weight|\d+ (?:pounds|kilos?|lbs))(?: fast| overnight)?|miracle cure|anti-?ag(?:e)?ing", 1.5
    ),
    Phrase(r"viagra|cialis|weight[ -]loss pills?|online pharmacy|no prescription", 3.0),
    Phrase(r"(?:online )?casino|free spins|betting bonus", 1.5),
    Phrase(r"(?:100 ?%|completely|absolutely) free\b|free (?:gift|money|access|trial)!", 1.0),
    Phrase(r"this is not spam|not a scam|you are receiving this because you opted", 1.5),
    Phrase(r"click (?:here|below) (?:now|to (?:claim|win|buy|order))", 1.0),
    Phrase(r"(?:lowest|best|unbeatable) prices?|prices? slashed|save up to \d+ ?%|\d{2} ?% off", 0.5),
    Phrase(r"congratulations?!|amazing!|guaranteed?!|free!|incredible deal", 1.0),
    Phrase(r"wire transfer|western union|bank details|next of kin", 2.0),
    Phrase(
        r"bitcoin (?:investment|profit)|guaranteed (?:returns?|profits?|income)|double your (?:money|income)",
        2.5,
    ),
)
SYMBOLS = Phrase(r"\${2,}|€{2,}|£{2,}|!{3,}", 1.0)
"""In our own words, with our own points; each counts once. A rule of thumb beside `--spam`."""
COMPILED = re.compile(
    rf"(?<!\w)(?:{'|'.join(f'({one.pattern})' for one in PHRASES)})|({SYMBOLS.pattern})", re.I
)
"""A group for each phrase: one pass over the text."""
POINTS = [one.points for one in (*PHRASES, SYMBOLS)]
LETTERS = re.compile(r"[^\W\d_]")


def spam_phrases(page: Page) -> Iterator[Hit]:
    """A hit where the phrases that filters distrust add up."""
    text = f"{page.without_tokens(page.message.subject)}\n{page.words}".replace("’", "'")
    matches = {match.lastindex or 0: match[0] for match in COMPILED.finditer(text)}
    found = [(words, POINTS[index - 1]) for index, words in matches.items()]
    total = sum(points for _, points in found)
    if total < limits.SPAM_WARNING:
        return
    named = ", ".join(f"“{short(words, 30)}” {points:g}" for words, points in found)
    worst = max(found, key=lambda one: one[1])[0]
    yield Hit(
        f"phrases that filters distrust come to {total:g} points: {named}",
        "say it in other words",
        needle=worst,
    )


def text_image_ratio(page: Page) -> Iterator[Hit]:
    """A hit where pictures stand beside few words."""
    if not any(_is_content(image.get("width")) for image in page.tagged("img")):
        return
    size = len(page.words.encode())
    if size >= limits.WORDS_FEW:
        return
    severity = Severity.WARNING if size < limits.WORDS_LEAST else Severity.INFO
    yield Hit(
        f"{size:,} bytes of words beside pictures; filters count under {limits.WORDS_FEW:,} against a mail",
        "say in words what the pictures show",
        severity=severity,
        place=(page.edition_path, 0, 0),
    )


def _is_content(width: str | None) -> bool:
    """Whether a picture is more than an icon or a tracking pixel; unknown widths count."""
    return not (width or "").isdigit() or int(width or 0) >= limits.ICON_PIXELS


def low_contrast_spam(page: Page) -> Iterator[Hit]:
    """A hit for the first text that is shown yet all but invisible: filters take it for a trick."""
    for element, text in page.texts:
        look = page.light[element]
        if look.hidden or look.background is None or not LETTERS.search(text):
            continue
        if (found := shown_ratio(look)) < limits.INVISIBLE:
            yield Hit(
                f"“{page.shown(text)}” is {hexadecimal(look.colour)} on {hexadecimal(look.background)} "
                f"(contrast {found:.2f}): filters count it as hidden text",
                "hide it with display: none, or show it",
                needle=text,
            )
            return

"""Rules about what an inbox shows: subject and preheader."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from producthead_mail.checks import limits
from producthead_mail.checks.finding import Severity
from producthead_mail.checks.page import INVISIBLE, Hit, Page

EMOJI = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}|[\u2600-\u27bf\u2b50\u2b55\U0001f300-\U0001faff]"
    "(?:[\ufe0f\U0001f3fb-\U0001f3ff]|\u200d[\u2640-\u27bf\U0001f300-\U0001faff])*"
)
"""One each, with its modifiers and joined parts; a flag is two letters."""
STAND_IN = "Alexandra"
"""What a slot is taken to hold."""
Fault = tuple[Severity | None, str, str]
"""Severity (None: the row's), what is wrong, remedy."""
WARNING, INFO = Severity.WARNING, Severity.INFO


def subject(page: Page) -> Iterator[Hit]:
    """A hit for each fault of the subject."""
    words = page.without_tokens(page.message.subject, STAND_IN)
    field = "subject" if "subject" in page.edition.positions else "title"
    for severity, message, remedy in (*_form(words), *_length(words), *_tone(words)):
        yield Hit(message, remedy, field=field, severity=severity)


def _form(words: str) -> Iterator[Fault]:
    if not words.strip():
        yield None, "the subject is empty", "set subject or title"
    if re.search(r"[\r\n]", words):
        yield None, "the subject runs over several lines", "put it on one line"


def _length(words: str) -> Iterator[Fault]:
    if len(words) > limits.SUBJECT_WIDE:
        message = f"the subject has {len(words)} characters; Gmail shows {limits.SUBJECT_WIDE}"
        yield WARNING, message, "shorten it, or put the news first"
    elif len(words) > limits.SUBJECT_NARROW:
        message = f"the subject has {len(words)} characters; phones show about {limits.SUBJECT_NARROW}"
        yield INFO, message, "put the news first"


def _tone(words: str) -> Iterator[Fault]:
    letters = [char for char in words if char.isalpha()]
    # Not `isupper`, which takes letters of scripts without capitals for none.
    if len(words) > limits.SUBJECT_SHOUT and letters and all(char.isupper() for char in letters):
        message = "the subject is all capitals; filters take it for spam"
        yield WARNING, message, "write it as a sentence"
    if re.search(r"[!?]\s*[!?]", words):
        yield WARNING, "the subject repeats ! or ?; filters take it for spam", "one is enough"
    if (count := len(EMOJI.findall(words))) > limits.SUBJECT_EMOJI:
        yield INFO, f"the subject has {count} emoji; screen readers read out each", "one is enough"


def preheader(page: Page) -> Iterator[Hit]:
    """A hit for each fault of the preheader, the line an inbox shows after the subject."""
    words = page.without_tokens(page.message.preheader, STAND_IN).strip()
    length = len(words)
    if not words:
        message = "no preheader: the inbox shows the first words of the mail instead"
        yield Hit(message, "set preheader", field="title")
        return
    if words == page.message.subject.strip():
        yield Hit("the preheader repeats the subject", "say what the subject does not", field="preheader")
    elif length > limits.PREHEADER_MOST:
        message = f"the preheader has {length} characters; no inbox shows more than {limits.PREHEADER_MOST}"
        yield Hit(message, "shorten it", field="preheader")
    elif length < limits.PREHEADER_LEAST:
        characters = "1 character" if length == 1 else f"{length} characters"
        message = f"the preheader has {characters}; the inbox fills up with the first words of the mail"
        yield Hit(message, "40 to 90 characters do well", field="preheader", severity=Severity.INFO)
    yield from _hiding(page)


def _hiding(page: Page) -> Iterator[Hit]:
    """A hit where the HTML doesn't begin with the preheader, or shows it."""
    wanted, layout = _squeezed(page.message.preheader), ("<mj-preview", "<mj-head")
    element, text = _first_text(page)
    if element is None or not _squeezed(text).startswith(wanted):
        yield Hit(
            f"the HTML does not begin with the preheader but with “{page.shown(text)}”: the inbox shows that",
            "write it into <mj-preview> in the layout",
            layout=layout,
        )
    elif not page.light[element].hidden:
        yield Hit("the preheader is shown in the mail", "hide it: write it into <mj-preview>", layout=layout)


def _first_text(page: Page) -> tuple[Any, str]:
    """The first element with text and all the text in it, links and emphasis too."""
    for element, text in page.texts:
        if text.strip():
            return element, element.text_content()
    return None, ""


def _squeezed(text: str) -> str:
    return " ".join(text.translate(INVISIBLE).split())

"""Rules about subject, preheader, leaving, and the plain text part."""

from __future__ import annotations

import re
from collections.abc import Iterator

from producthead_mail.checks.finding import Severity
from producthead_mail.checks.links import PROVIDER_TAG
from producthead_mail.checks.page import PUBLICATION_PATH, Hit, Page, name_of, short

SUBJECT_LIMIT = 70
PREHEADER_LIMIT = 140
PREHEADER_LEAST = 35
WARNING = Severity.WARNING
POLICY = (PUBLICATION_PATH, 0, 0)


def subject(page: Page) -> Iterator[Hit]:
    """A hit for each fault of the subject."""
    words = page.without_tokens(page.message.subject, "Alexandra")
    field = "subject" if "subject" in page.edition.positions else "title"
    if not words.strip():
        yield Hit("the subject is empty", "set subject or title", field=field)
    if re.search(r"[\r\n]", words):
        yield Hit("the subject runs over several lines", "put it on one line", field=field)
    if len(words) > SUBJECT_LIMIT:
        message = f"the subject has {len(words)} characters; Gmail shows {SUBJECT_LIMIT}"
        yield Hit(message, "shorten it, or put the news first", field=field, severity=WARNING)
    if len(words) > 10 and words.isupper():
        yield Hit(
            "the subject is all capitals; filters take it for spam",
            "write it as a sentence",
            field=field,
            severity=WARNING,
        )
    if re.search(r"[!?]\s*[!?]", words):
        yield Hit(
            "the subject repeats ! or ?; filters take it for spam",
            "one is enough",
            field=field,
            severity=WARNING,
        )


def preheader(page: Page) -> Iterator[Hit]:
    """A hit for each fault of the preheader, the line an inbox shows after the subject."""
    words = page.without_tokens(page.message.preheader, "Alexandra").strip()
    length = len(words)
    if not words:
        yield Hit(
            "no preheader: the inbox shows the first words of the mail instead",
            "set preheader",
            field="title",
        )
    elif words == page.message.subject.strip():
        yield Hit("the preheader repeats the subject", "say what the subject does not", field="preheader")
    elif length > PREHEADER_LIMIT:
        message = f"the preheader has {length} characters; no inbox shows more than {PREHEADER_LIMIT}"
        yield Hit(message, "shorten it", field="preheader")
    elif length < PREHEADER_LEAST:
        message = (
            f"the preheader has {length} characters; the inbox fills up with the first words of the mail"
        )
        yield Hit(message, "40 to 90 characters do well", field="preheader", severity=Severity.INFO)


def sender(page: Page) -> Iterator[Hit]:
    """A hit where the From header lacks an address or a name."""
    if not page.message.sender.email:
        yield Hit("no sender address", "set from.email", field="from", place=POLICY)
    elif not page.message.sender.name.strip():
        yield Hit("the sender has no name", "set from.name", field="from", place=POLICY, severity=WARNING)


def unsubscribe_body(page: Page) -> Iterator[Hit]:
    """A hit where the HTML shows no link to unsubscribe."""
    if not any(_leaves(page, link.get("href"), name_of(link)) for link in page.links):
        yield Hit(
            "the HTML has no unsubscribe link",
            "link to unsubscribe_url in the layout; set unsubscribe in publication.yaml",
        )


def _leaves(page: Page, href: str, words: str) -> bool:
    if not words:
        return False
    if page.message.asm_group is not None or page.message.subscription_tracking:
        return bool(PROVIDER_TAG.search(href))
    start = page.publication.unsubscribe.url.split("[[")[0]
    return bool(start and href.startswith(start))


def list_unsubscribe(page: Page) -> Iterator[Hit]:
    """A hit for each header that Gmail and Yahoo want of bulk senders and nobody sets."""
    if page.message.asm_group is not None or page.message.subscription_tracking:
        return  # SendGrid adds both headers.
    headers = {name.lower(): value for name, value in page.message.headers.items()}
    remedy = "set unsubscribe in publication.yaml to an https URL, an asm_group or subscription_tracking"
    if "<https://" not in headers.get("list-unsubscribe", "").lower():
        yield Hit(
            "no List-Unsubscribe header with an https address", remedy, field="unsubscribe", place=POLICY
        )
    if headers.get("list-unsubscribe-post", "").replace(" ", "").lower() != "list-unsubscribe=one-click":
        yield Hit(
            "no List-Unsubscribe-Post header: readers cannot leave with one click", remedy, place=POLICY
        )


def plain_text(page: Page) -> Iterator[Hit]:
    """A hit where the text part is missing, a stub, or lacks links that the HTML has."""
    text = page.message.text
    if not text.strip():
        yield Hit("there is no plain text part", "let the layout's edition.txt.j2 write one")
        return
    if len(text.split()) * 3 < len(page.words.split()):
        yield Hit(
            "the plain text part is a stub", "let edition.txt.j2 say all that the HTML says", severity=WARNING
        )
    if not PROVIDER_TAG.search(text) and any(PROVIDER_TAG.search(link.get("href")) for link in page.links):
        yield Hit("the plain text part has no unsubscribe link", "write unsubscribe_url in edition.txt.j2")
    yield from _lacking_links(page)


def _lacking_links(page: Page) -> Iterator[Hit]:
    hrefs = dict.fromkeys(link.get("href").strip() for link in page.links)
    lacking = [href for href in hrefs if _is_lacking(page.message.text, href)]
    if not lacking:
        return
    many = f" and {len(lacking) - 1} more" if len(lacking) > 1 else ""
    yield Hit(
        f"the plain text part lacks the link {short(lacking[0])}{many}",
        "write it in edition.txt.j2",
        needle=lacking[0],
        severity=WARNING,
    )


def _is_lacking(text: str, href: str) -> bool:
    return href.startswith(("http://", "https://")) and href.rstrip("/") not in text

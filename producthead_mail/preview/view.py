"""One page of the studio as its template wants it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from producthead_mail.checks.finding import Finding
from producthead_mail.checks.limits import CLIP_ERROR
from producthead_mail.content.publication import Mailbox
from producthead_mail.errors import Problem
from producthead_mail.preview.readers import NOBODY, Reader
from producthead_mail.preview.studio import Look, Reading, Rendered
from producthead_mail.rendering.message import Message
from producthead_mail.rendering.slots import Filled

CLIP = CLIP_ERROR
SHOWN = 1_000_000
"""Characters of a source that a page shows."""
PROBLEMS = 20
_SLUG = re.compile(r"(\d{4})-(\d\d)-(\d\d)-(.+)")


@dataclass(frozen=True, slots=True)
class Entry:
    """An edition in the list."""

    slug: str
    title: str
    day: str


@dataclass(frozen=True, slots=True)
class View:
    """Everything a page shows of one edition for one reader."""

    slug: str
    title: str
    sender: Mailbox | None = None
    subject: str = ""
    preheader: str = ""
    text: str = ""
    html: str = ""
    mjml: str = ""
    size: int = 0
    """Bytes of the HTML as the reader gets it."""
    headers: tuple[tuple[str, str], ...] = ()
    findings: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()
    more_problems: int = 0
    readers: tuple[Reader, ...] = ()
    reader: Reader = NOBODY
    no_people: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    """The fields that slots read, with the reader's values."""

    @property
    def counts(self) -> str:
        """Such as `1 error, 2 warnings`."""
        found = [one.severity.value for one in self.findings]
        words = {name: found.count(name) for name in dict.fromkeys(found)}
        return ", ".join(f"{n} {name}{'s' if n > 1 and name != 'info' else ''}" for name, n in words.items())


def entry(slug: str) -> Entry:
    """The edition by its file name, which says day and title without opening it."""
    found = _SLUG.fullmatch(slug)
    if not found:
        return Entry(slug, slug, "")
    words = found[4].replace("-", " ")
    return Entry(slug, words[:1].upper() + words[1:], _day(int(found[1]), int(found[2]), int(found[3])))


def view(slug: str, look: Look, key: str) -> View:
    """The edition for the reader with this key; what can't be shown is a problem on it."""
    if look.rendered is None:
        return _with_problems(View(slug, entry(slug).title), look.problems)
    reading = look.rendered.read_by(key)
    findings = () if look.problems else look.rendered.findings
    shown = replace(_view(slug, look.rendered, reading), findings=findings)
    return _with_problems(shown, look.problems + reading.problems)


def _view(slug: str, rendered: Rendered, reading: Reading) -> View:
    message, reader, filled = rendered.message, reading.reader, reading.filled
    values = {**message.defaults, **reader.values([*rendered.slot_fields, *message.defaults])}
    return View(
        slug,
        rendered.edition.title,
        message.sender,
        filled.subject,
        filled.preheader,
        _bounded(filled.text),
        _bounded(filled.html),
        _bounded(rendered.mjml),
        len(filled.html.encode()),
        tuple(_headers(message, filled, reader)),
        readers=rendered.readers,
        reader=reader,
        no_people=rendered.no_people,
        fields=tuple((name, values.get(name, "")) for name in rendered.slot_fields),
    )


def _with_problems(shown: View, problems: tuple[Problem, ...]) -> View:
    return replace(shown, problems=problems[:PROBLEMS], more_problems=max(0, len(problems) - PROBLEMS))


def _headers(message: Message, filled: Filled, reader: Reader) -> Iterator[tuple[str, str]]:
    yield "Subject", filled.subject
    yield "Preheader", filled.preheader or "none: the inbox shows the first words of the mail"
    yield "From", _mailbox(message.sender)
    yield "Reply-To", _mailbox(message.reply_to) if message.reply_to else "none: answers go to From"
    yield "To", reader.email
    yield "Date", message.date
    yield from filled.headers.items()
    if message.asm_group is not None:
        yield "List-Unsubscribe", f"added by SendGrid for unsubscribe group {message.asm_group}"
    if message.subscription_tracking:
        yield "List-Unsubscribe", "added by SendGrid's subscription tracking"
    yield "Digest", message.digest


def _mailbox(mailbox: Mailbox) -> str:
    return f"{mailbox.name} <{mailbox.email}>" if mailbox.name else mailbox.email


def _bounded(source: str) -> str:
    return source if len(source) <= SHOWN else source[:SHOWN] + "\n… the rest is not shown"


def _day(year: int, month: int, day: int) -> str:
    try:
        return f"{day} {date(year, month, day):%b %Y}"
    except ValueError:
        return ""

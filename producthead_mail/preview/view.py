"""One page of the studio as its template wants it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from producthead_mail.checks.finding import Finding
from producthead_mail.checks.limits import CLIP_ERROR
from producthead_mail.checks.report import summary
from producthead_mail.clients.simulate import Simulated
from producthead_mail.clients.support import Support, load_support
from producthead_mail.config import Project
from producthead_mail.content.loader import shown_path
from producthead_mail.content.publication import Mailbox
from producthead_mail.errors import InputError, Problem
from producthead_mail.preview.choice import Choice, Mode, missing
from producthead_mail.preview.client_log import ClientLog, client_log, simulated
from producthead_mail.preview.differing import Section, what_differs
from producthead_mail.preview.excerpts import Broken, broken
from producthead_mail.preview.origins import origin
from producthead_mail.preview.readers import NOBODY, Reader
from producthead_mail.preview.rendered import Reading, Rendered, indented
from producthead_mail.preview.studio import Look
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
class Source:
    """A file that the message is made of."""

    path: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class View:
    """Everything a page shows of one edition; what only one tab shows is worked out for that tab."""

    slug: str
    choice: Choice
    written: Rendered | None = None
    """The edition as written, which is what a test send sends."""
    rendered: Rendered | None = None
    """The edition, or the variant that was chosen."""
    reading: Reading | None = None
    simulated: Simulated | None = None
    """The message in the chosen client."""
    problems: tuple[Broken, ...] = ()
    more_problems: int = 0
    is_stale: bool = False
    """Whether this is the last good view of a file that can't be shown any more."""

    @property
    def title(self) -> str:
        return self.rendered.edition.title if self.rendered else entry(self.slug).title

    @property
    def reader(self) -> Reader:
        return self.reading.reader if self.reading else NOBODY

    @property
    def readers(self) -> tuple[Reader, ...]:
        return self.rendered.readers if self.rendered else (NOBODY,)

    @property
    def filled(self) -> Filled:
        return self.reading.filled if self.reading else Filled("", "", "", "", {})

    @property
    def test_subject(self) -> str:
        """The subject that a test has, without its prefix."""
        return self.written.filled(NOBODY).subject if self.written else ""

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.rendered.findings if self.rendered and not self.is_stale else ()

    @property
    def is_checked(self) -> bool:
        """Whether the findings are known already."""
        return bool(self.rendered and "findings" in vars(self.rendered))

    @property
    def counts(self) -> str:
        """Such as `1 error, 2 warnings`."""
        return summary(self.findings)

    @property
    def size(self) -> int:
        """Bytes of the HTML as the reader gets it."""
        return len(self.filled.html.encode())

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        return tuple(_headers(self.rendered.message, self.filled, self.reader)) if self.rendered else ()

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """The fields that slots read, with the reader's values."""
        if not self.rendered:
            return ()
        values = {**self.rendered.message.defaults, **self.rendered.values(self.reader)}
        return tuple((name, values.get(name, "")) for name in self.rendered.slot_fields)

    @property
    def modes(self) -> tuple[tuple[Mode, str, str], ...]:
        """Each mode, what it is called, and why the client lacks it."""
        return tuple((mode, mode.capitalize(), missing(self.choice.profile, mode)) for mode in Mode)

    @cached_property
    def log(self) -> ClientLog | None:
        """What the chosen client does; None for the original."""
        client = self.choice.profile
        return client_log(client, self.simulated.removals) if client and self.simulated else None

    @property
    def support(self) -> Support:
        return load_support()

    @cached_property
    def differences(self) -> tuple[Section, ...]:
        """What will differ in the clients, most noticeable first."""
        return what_differs(self.filled.html)

    @cached_property
    def _texts(self) -> dict[str, str]:
        if not self.rendered:
            return {}
        files = self.rendered.layout.files
        return {f"layouts/{name}": files[name] for name in sorted(self.rendered.templates)}

    def origin(self, what: str, element: str) -> tuple[str, int] | None:
        """Path and line of the layout that made it, where that is known."""
        return origin(what, element, self._texts)

    @cached_property
    def html_lines(self) -> tuple[str, ...]:
        return _lines(self.filled.html)

    @cached_property
    def mjml_lines(self) -> tuple[str, ...]:
        return _lines(self.rendered.mjml) if self.rendered else ()

    @cached_property
    def request(self) -> bytes:
        """The reader's request as it would be posted; empty where the reader can have none."""
        try:
            return self.rendered.request(self.reader) if self.rendered else b""
        except InputError:
            return b""

    @cached_property
    def request_lines(self) -> tuple[str, ...]:
        if self.request:
            return _lines(indented(self.request))
        return ("no request: the reader’s values are more than SendGrid takes",)

    def sources(self, project: Project) -> tuple[Source, ...]:
        """The edition's file, then the templates it is made of."""
        if not self.rendered:
            return ()
        edition, layout = self.rendered.edition, self.rendered.layout
        templates = sorted(self.rendered.templates, key=lambda name: (not name.startswith(layout.name), name))
        return (
            Source(shown_path(edition.path, project), _lines(edition.source)),
            *(Source(f"layouts/{name}", _lines(layout.files[name])) for name in templates),
        )


def entry(slug: str) -> Entry:
    """The edition by its file name, which says day and title without opening it."""
    found = _SLUG.fullmatch(slug)
    if not found:
        return Entry(slug, slug, "")
    words = found[4].replace("-", " ")
    return Entry(slug, words[:1].upper() + words[1:], _day(int(found[1]), int(found[2]), int(found[3])))


def view(slug: str, look: Look, choice: Choice, project: Project) -> View:
    """The edition as chosen; what can't be shown is a problem on it."""
    problems = list(look.problems)
    rendered, reading, shown = look.rendered, None, None
    if rendered:
        rendered, reading, shown = _chosen(rendered, choice, problems)
    return View(
        slug,
        choice,
        look.rendered,
        rendered,
        reading,
        shown,
        tuple(broken(one, project) for one in problems[:PROBLEMS]),
        max(0, len(problems) - PROBLEMS),
        is_stale=bool(look.problems),
    )


def _chosen(
    rendered: Rendered, choice: Choice, problems: list[Problem]
) -> tuple[Rendered, Reading, Simulated]:
    try:
        rendered = rendered.variant(choice.variant)
    except InputError as error:
        problems += error.problems
    reading = rendered.read_by(choice.reader)
    problems += reading.problems
    return rendered, reading, simulated(reading.filled.html, choice.profile, choice.inversion)


def _headers(message: Message, filled: Filled, reader: Reader) -> Iterator[tuple[str, str]]:
    yield "Subject", filled.subject
    yield "Preheader", filled.preheader or "none: the inbox shows the first words of the mail"
    yield "From", _mailbox(message.sender)
    yield "Reply-To", _mailbox(message.reply_to) if message.reply_to else "none: answers go to From"
    yield "To", reader.email
    yield "Date", message.date
    yield from _leaving(message, filled.headers)
    yield "Digest", message.digest


def _leaving(message: Message, headers: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    yield from headers.items()
    if message.asm_group is not None:
        yield "List-Unsubscribe", f"added by SendGrid for unsubscribe group {message.asm_group}"
    if message.subscription_tracking:
        yield "List-Unsubscribe", "added by SendGrid's subscription tracking"


def _mailbox(mailbox: Mailbox) -> str:
    return f"{mailbox.name} <{mailbox.email}>" if mailbox.name else mailbox.email


def _lines(source: str) -> tuple[str, ...]:
    cut = source if len(source) <= SHOWN else source[:SHOWN] + "\n… the rest is not shown"
    return tuple(cut.split("\n"))


def _day(year: int, month: int, day: int) -> str:
    try:
        return f"{day} {date(year, month, day):%b %Y}"
    except ValueError:
        return ""

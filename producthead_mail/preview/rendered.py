"""One edition as of one save, and what each reader and each client makes of it."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass, field
from functools import cached_property

from producthead_mail.audience.recipient import Recipient
from producthead_mail.checks.check import check
from producthead_mail.checks.finding import Finding
from producthead_mail.content.edition import Edition
from producthead_mail.content.publication import Publication
from producthead_mail.errors import InputError, Problem
from producthead_mail.preview.dependencies import templates_used
from producthead_mail.preview.readers import NOBODY, Reader, chosen
from producthead_mail.preview.variants import AS_WRITTEN, variant
from producthead_mail.rendering.layout import Layout
from producthead_mail.rendering.message import ASM_TAG, TRACKING_TAG, Message
from producthead_mail.rendering.pipeline import mjml_source, render
from producthead_mail.rendering.slots import Filled, fill, placeholder_fields
from producthead_mail.sending.payload import personalization, personalizations_json, request_body

_ELSEWHERE = re.compile(r"<link\b[^>]*>|<meta\b[^>]*http-equiv\s*=\s*[\"']?\s*refresh[^>]*>", re.IGNORECASE)
"""Content-Security-Policy has no word on preconnect and dns-prefetch."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The message as one reader gets it."""

    reader: Reader
    filled: Filled
    problems: tuple[Problem, ...] = ()
    """Why the reader asked for gets none."""


@dataclass(frozen=True)
class Rendered:
    """One edition; what only some pages ask for is worked out when asked."""

    edition: Edition
    publication: Publication
    layout: Layout
    message: Message
    readers: tuple[Reader, ...]
    no_people: str
    """Why nobody of the audience can be chosen, if so."""
    _variants: dict[str, Rendered] = field(default_factory=dict)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        return check(self.edition, self.publication, self.message, layout=self.layout)

    @cached_property
    def mjml(self) -> str:
        return mjml_source(self.edition, self.publication, self.layout)

    @cached_property
    def slot_fields(self) -> tuple[str, ...]:
        return tuple(sorted({name for slot in self.message.slots for name in slot.fields}))

    @cached_property
    def templates(self) -> frozenset[str]:
        """The layout's files that this message is made of."""
        return templates_used(self.layout)

    def variant(self, key: str) -> Rendered:
        """The edition with parts missing; InputError where the layout can't do without them."""
        if key == AS_WRITTEN:
            return self
        if key not in self._variants:
            edition, publication = variant(key).made(self.edition, self.publication)
            message = render(edition, publication, self.layout)
            self._variants[key] = Rendered(
                edition, publication, self.layout, message, self.readers, self.no_people
            )
        return self._variants[key]

    def read_by(self, key: str) -> Reading:
        """The message for the reader with this key, or for nobody and why not."""
        reader = chosen(key, self.readers)
        try:
            return Reading(reader, self.filled(reader))
        except InputError as error:
            return Reading(NOBODY, self.filled(NOBODY), error.problems)

    def filled(self, reader: Reader) -> Filled:
        """The message as this reader gets it, with a link in the place of SendGrid's own tags."""
        filled = fill(self.message, self.values(reader))
        leave = f"{self.base}/unsubscribe"
        page, text = filled.html, filled.text
        for tag in (ASM_TAG, html.escape(ASM_TAG), TRACKING_TAG):
            page, text = page.replace(tag, leave), text.replace(tag, leave)
        return Filled(filled.subject, filled.preheader, page, text, filled.headers)

    def values(self, reader: Reader) -> dict[str, str]:
        """The reader's fields."""
        if reader is NOBODY:
            return placeholder_fields(self.message)
        return reader.values([*self.slot_fields, *self.message.defaults])

    def request(self, reader: Reader) -> bytes:
        """The request that would carry this reader's mail, alone in its batch."""
        recipient = Recipient(reader.email, {**self.values(reader), "email": reader.email}, 1)
        # The ledger gives batch and recipient their ids when the edition is planned.
        ids = {"edition": self.message.edition, "batch": "‹batch›", "recipient": "‹recipient›"}
        part = personalization(self.message, recipient, ids)
        return request_body(self.message, personalizations_json([part]))

    def served(self, page: str) -> str:
        """The HTML with the project's own pictures taken from this server, and inert."""
        page = inert(page)
        for attribute in ("src", "background"):
            page = page.replace(f'{attribute}="{self.base}/', f'{attribute}="/content/')
        return page

    @property
    def base(self) -> str:
        return self.publication.url.rstrip("/")


def inert(page: str) -> str:
    """The HTML without what a policy can't hold back: connections opened ahead, and going elsewhere."""
    return _ELSEWHERE.sub("", page)


def indented(body: bytes) -> str:
    """A request's JSON, spread over lines."""
    return json.dumps(json.loads(body), ensure_ascii=False, indent=2)

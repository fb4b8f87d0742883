"""Slots: found once per edition, filled once per recipient, each value escaped for where it stands."""

from __future__ import annotations

import re
from base64 import b32encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from html import escape, unescape
from urllib.parse import quote

from producthead_mail.errors import InputError, Problem, suggestion
from producthead_mail.rendering.expression import ExpressionFault, evaluate, fields_of, try_out
from producthead_mail.rendering.markup import ATTRIBUTE, SLOT, STYLE, TAG, masked
from producthead_mail.rendering.message import TRACKING_TAG, Context, Message, Slot

URL_ATTRIBUTES = {"href", "src", "srcset", "action", "background", "background-url", "thumbnails-src"}
UNSAFE = re.compile("[\x00-\x20\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")

_FIXED = re.compile(r"\s*(?:[a-z][a-z\d+.-]*://[^/?#\s]+[/?#]|mailto:|tel:|sms:|[/?#])", re.IGNORECASE)
"""What has to stand before a slot in a URL: a scheme and the whole host."""
_MARKUP = (Context.TEXT, Context.ATTRIBUTE)
_URL = re.compile(r"://|mailto:")


@dataclass(frozen=True, slots=True)
class Filled:
    """The message one recipient reads."""

    subject: str
    preheader: str
    html: str
    text: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SlotFault:
    """A slot that cannot be one, at an offset of a part of the message."""

    part: str
    """`markup`, `plain`, `subject`, `preheader` or `url`."""
    at: int
    expression: str | None
    """None where a `[[` is never closed."""
    message: str
    remedy: str


class Tokens:
    """Collects the slots of one edition; each distinct (expression, context) has one token."""

    def __init__(self, seed: str, defaults: Mapping[str, str] | None = None) -> None:
        self._key = blake2b(seed.encode(), digest_size=32).digest()
        self._defaults = defaults or {}
        self._slots: dict[tuple[str, Context], Slot] = {}
        self.faults: list[SlotFault] = []
        """Every slot that cannot be one; nothing stands in its place."""

    @property
    def slots(self) -> tuple[Slot, ...]:
        return tuple(self._slots.values())

    def markup(self, source: str, part: str = "markup") -> str:
        """The MJML with tokens for slots."""
        if "[[" not in source:
            return source
        covered = masked(source)
        tags = [m.span() for m in TAG.finditer(covered)]
        styles = [m.span() for m in STYLE.finditer(covered)]

        def context(at: int) -> Context:
            if any(start <= at < end for start, end in styles):
                raise ExpressionFault("a slot cannot stand in a style or script", "put it into the text")
            tag = next(((start, end) for start, end in tags if start <= at < end), None)
            return Context.TEXT if tag is None else _context_in_tag(covered[slice(*tag)], at - tag[0])

        return self._replace(source, part, context)

    def plain(self, source: str) -> str:
        """The plain text with tokens for slots."""

        def context(at: int) -> Context:
            glued = at > 0 and not source[at - 1].isspace()
            return Context.URL if glued and _URL.search(source[:at].split()[-1]) else Context.PLAIN

        return self._replace(source, "plain", context)

    def subject(self, source: str) -> str:
        """The subject with tokens for slots."""
        return self._replace(source, "subject", lambda _: Context.SUBJECT)

    def url(self, source: str) -> str:
        """The URL with tokens for slots."""
        return self._replace(source, "url", lambda _: Context.URL)

    def _replace(self, source: str, part: str, context: Callable[[int], Context]) -> str:
        def one(found: re.Match[str]) -> str:
            if found[0] == "\\[[":
                return "[["
            expression = None if found[1] is None else " ".join(unescape(found[1]).split())
            try:
                return self._token(expression, context(found.start()))
            except ExpressionFault as fault:
                self.faults.append(SlotFault(part, found.start(), expression, str(fault), fault.remedy))
                return ""

        return SLOT.sub(one, source) if "[[" in source else source

    def _token(self, expression: str | None, context: Context) -> str:
        if expression is None:
            raise ExpressionFault("a `[[` without its `]]`", "close it, or write `\\[[` for the signs")
        if (expression, context) not in self._slots:
            try_out(expression, self._defaults)
            data = blake2b(f"{context}\0{expression}".encode(), key=self._key, digest_size=15).digest()
            token = "PH" + b32encode(data).decode()
            self._slots[expression, context] = Slot(token, expression, context, fields_of(expression))
        return self._slots[expression, context].token


def _context_in_tag(tag: str, at: int) -> Context:
    found = next((f for f in ATTRIBUTE.finditer(tag) if f.start(2) < at < f.end(2)), None)
    if found is None or tag.startswith("<!"):
        place = "a comment" if tag.startswith("<!") else "a tag outside an attribute's value"
        raise ExpressionFault(f"a slot cannot stand in {place}", "put it into the text or a value in quotes")
    name = found[1].lower()
    if name == "style" or name.startswith("on"):
        raise ExpressionFault(f"a slot cannot stand in {name}", "put it into the text")
    if name in URL_ATTRIBUTES and not _FIXED.match(tag[found.start(2) + 1 : at]):
        raise ExpressionFault("a slot cannot say where a URL leads", "write https:// and the host before it")
    return Context.URL if name in URL_ATTRIBUTES else Context.ATTRIBUTE


def substitutions(message: Message, fields: Mapping[str, str]) -> dict[str, str]:
    """Token -> value, escaped for its context and free of line breaks."""
    if not message.slots:
        return {}
    known = {**message.defaults, **{name: value for name, value in fields.items() if value}}
    said: dict[str, str] = {}
    values: dict[str, str] = {}
    for slot in message.slots:
        if slot.expression not in said:
            said[slot.expression] = _harmless(_evaluate(slot.expression, known), message)
        values[slot.token] = _escaped(said[slot.expression], slot.context)
    return values


def fill(message: Message, fields: Mapping[str, str]) -> Filled:
    """The message as the reader with these fields gets it; SendGrid's own tags stay."""
    values = substitutions(message, fields)
    pattern = re.compile("|".join(values) or r"(?!)")

    def put(text: str) -> str:
        return pattern.sub(lambda found: values[found[0]], text)

    headers = {name: put(value) for name, value in message.headers.items()}
    return Filled(
        put(message.subject), unescape(put(message.preheader)), put(message.html), put(message.text), headers
    )


def placeholder_fields(message: Message) -> dict[str, str]:
    """Fields for a reader who is nobody: each field's default, else its name in angle quotes."""
    found = dict(message.defaults)
    for slot in message.slots:
        if not _evaluate(slot.expression, found):
            found.update({name: f"\u2039{name}\u203a" for name in slot.fields if name not in found})
    return found


def values_without_reader(slots: Iterable[Slot], defaults: Mapping[str, str]) -> dict[str, str]:
    """Token -> what the slot says where nobody is known, escaped for its context; empty without a default."""
    return {slot.token: _escaped(_evaluate(slot.expression, defaults), slot.context) for slot in slots}


def unknown_fields(message: Message, columns: Iterable[str]) -> list[tuple[str, str]]:
    """Fields that neither the audience nor the defaults have, each with a suggestion."""
    known = {*columns, *message.defaults, "email"}
    asked = {name for slot in message.slots for name in slot.fields}
    return [(name, suggestion(name, sorted(known))) for name in sorted(asked - known)]


def _evaluate(expression: str, fields: Mapping[str, str]) -> str:
    try:
        value = evaluate(expression, fields)
    except Exception as error:  # noqa: BLE001 - whatever an expression does is the curator's to mend
        raise InputError([Problem(f"[[ {expression} ]]", 0, 0, str(error))]) from None
    if value.isascii() and value.isprintable() and "  " not in value:
        return value
    return UNSAFE.sub(" ", value)


def _harmless(value: str, message: Message) -> str:
    """The value with nothing in it that a token, or a tag of SendGrid's, would be taken for."""
    if "PH" not in value and "<%" not in value:
        return value
    for tag in (*(slot.token for slot in message.slots), TRACKING_TAG, "<%"):
        value = value.replace(tag, f"{tag[0]}\u200b{tag[1:]}")
    return value


def _escaped(value: str, context: Context) -> str:
    if value.isalnum() and value.isascii():
        return value
    if context is Context.URL:
        return quote(value, safe="")
    return escape(value) if context in _MARKUP else value

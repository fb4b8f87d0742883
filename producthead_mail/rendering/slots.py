"""Slots: found once per edition, filled once per recipient, each value escaped for where it stands."""

from __future__ import annotations

import re
from base64 import b32encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from html import escape, unescape
from typing import Any
from urllib.parse import quote

from jinja2 import TemplateError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

from producthead_mail.errors import InputError, Problem, suggestion
from producthead_mail.rendering.message import TRACKING_TAG, Context, Message, Slot

SLOT = re.compile(r"\\\[\[|\[\[(.+?)\]\]", re.DOTALL)
TAG = re.compile(r"<!--.*?-->|<[A-Za-z/](?:[^\"'>]|\"[^\"]*\"|'[^']*')*>", re.DOTALL)
ATTRIBUTE = re.compile(r"([\w:-]+)\s*=\s*(\"[^\"]*\"|'[^']*')", re.DOTALL)
STYLE = re.compile(r"<mj-style\b.*?</mj-style>", re.DOTALL)
URL_ATTRIBUTES = {"href", "src", "action", "background", "background-url"}
UNSAFE = re.compile("[\x00-\x20\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")

_environment = ImmutableSandboxedEnvironment()
_environment.globals.clear()
del _environment.filters["random"]  # rendering is deterministic


@dataclass(frozen=True, slots=True)
class Filled:
    """The message one recipient reads."""

    subject: str
    preheader: str
    html: str
    text: str
    headers: Mapping[str, str]


class Tokens:
    """Collects the slots of one edition; each distinct (expression, context) has one token."""

    def __init__(self, seed: str, path: str) -> None:
        self._key = blake2b(seed.encode(), digest_size=32).digest()
        self._path = path
        self._slots: dict[tuple[str, Context], Slot] = {}

    @property
    def slots(self) -> tuple[Slot, ...]:
        return tuple(self._slots.values())

    def markup(self, source: str) -> str:
        """The MJML with tokens for slots."""
        tags = [m.span() for m in TAG.finditer(source)]
        styles = [m.span() for m in STYLE.finditer(source)]

        def context(at: int) -> Context:
            if any(start <= at < end for start, end in styles):
                raise self._fault("a slot cannot stand in a style")
            tag = next(((start, end) for start, end in tags if start <= at < end), None)
            return Context.TEXT if tag is None else self._in_tag(source[slice(*tag)], at - tag[0])

        return self._replace(source, context)

    def plain(self, source: str) -> str:
        """The plain text with tokens for slots."""

        def context(at: int) -> Context:
            words = source[:at].split()
            glued = at > 0 and not source[at - 1].isspace()
            return Context.URL if glued and re.search(r"://|mailto:", words[-1]) else Context.PLAIN

        return self._replace(source, context)

    def subject(self, source: str) -> str:
        """The subject with tokens for slots."""
        return self._replace(source, lambda _: Context.SUBJECT)

    def url(self, source: str) -> str:
        """The URL with tokens for slots."""
        return self._replace(source, lambda _: Context.URL)

    def _in_tag(self, tag: str, at: int) -> Context:
        for found in ATTRIBUTE.finditer(tag):
            if not found.start(2) < at < found.end(2):
                continue
            name = found[1].lower()
            if name == "style":
                raise self._fault("a slot cannot stand in a style")
            if name in URL_ATTRIBUTES and at == found.start(2) + 1:
                raise self._fault("a slot cannot stand at the start of a URL")
            return Context.URL if name in URL_ATTRIBUTES else Context.ATTRIBUTE
        raise self._fault("a slot cannot stand in a tag outside an attribute's value")

    def _replace(self, source: str, context: Callable[[int], Context]) -> str:
        def one(found: re.Match[str]) -> str:
            if found[1] is None:
                return "[["
            return self._token(" ".join(unescape(found[1]).split()), context(found.start()))

        return SLOT.sub(one, source)

    def _token(self, expression: str, context: Context) -> str:
        if (expression, context) not in self._slots:
            try:
                _compiled(expression)
                tree = _environment.parse("{{ (" + expression + ") }}")
            except TemplateError as error:
                raise self._fault(f"[[ {expression} ]]: {error.message}") from None
            data = blake2b(f"{context}\0{expression}".encode(), key=self._key, digest_size=15).digest()
            fields = tuple(sorted(meta.find_undeclared_variables(tree)))
            token = "PH" + b32encode(data).decode()
            self._slots[expression, context] = Slot(token, expression, context, fields)
        return self._slots[expression, context].token

    def _fault(self, message: str) -> InputError:
        return InputError([Problem(self._path, 0, 0, message)])


def substitutions(message: Message, fields: Mapping[str, str]) -> dict[str, str]:
    """Token -> value, escaped for its context and free of line breaks."""
    known = {**message.defaults, **{name: value for name, value in fields.items() if value}}
    return {slot.token: _value(message, slot, known) for slot in message.slots}


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


def unknown_fields(message: Message, columns: Iterable[str]) -> list[tuple[str, str]]:
    """Fields that neither the audience nor the defaults have, each with a suggestion."""
    known = {*columns, *message.defaults, "email"}
    asked = {name for slot in message.slots for name in slot.fields}
    return [(name, suggestion(name, sorted(known))) for name in sorted(asked - known)]


@lru_cache(maxsize=256)
def _compiled(expression: str) -> Callable[..., Any]:
    return _environment.compile_expression(expression)


def _evaluate(expression: str, fields: Mapping[str, str]) -> str:
    try:
        value = _compiled(expression)(dict(fields))
    except Exception as error:  # noqa: BLE001 - whatever an expression does is the curator's to mend
        raise InputError([Problem(f"[[ {expression} ]]", 0, 0, str(error))]) from None
    return "" if value is None else UNSAFE.sub(" ", str(value))


def _value(message: Message, slot: Slot, fields: Mapping[str, str]) -> str:
    value = _evaluate(slot.expression, fields)
    for tag in (*(other.token for other in message.slots), TRACKING_TAG, "<%"):
        value = value.replace(tag, f"{tag[0]}\u200b{tag[1:]}")
    if slot.context is Context.URL:
        return quote(value, safe="")
    return escape(value) if slot.context in {Context.TEXT, Context.ATTRIBUTE} else value

"""JSON Schema of the front matter and of publication.yaml, recorded from the readers themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from producthead_mail.content.edition import EMPTY_TEXT, Position, RichText
from producthead_mail.content.fields import Fields, Sheet
from producthead_mail.content.images import ImageFolder
from producthead_mail.content.loader import EDITION_KEYS, edition_of
from producthead_mail.content.moments import read_date, read_time
from producthead_mail.content.publication import Mailbox, Publication
from producthead_mail.content.publication_reader import KEYS, publication_of
from producthead_mail.content.urls import mail_url
from producthead_mail.content.yaml_source import Mapping

T = TypeVar("T")
Schema = dict[str, Any]

_TEXT: Schema = {"type": ["string", "number", "boolean", "null"]}
_MARKDOWN: Schema = {**_TEXT, "description": "Inline Markdown: emphasis, code, links."}
_PARSED: dict[Callable[[str], object], Schema] = {
    read_date: {
        "type": ["string", "null"],
        "pattern": r"^\d{4}-\d{2}-\d{2}$",
        "description": "Such as 2024-02-12.",
    },
    read_time: {
        "type": ["string", "null"],
        "pattern": r"^\d{2}:\d{2}(:\d{2})?$",
        "description": 'Such as "07:00".',
    },
    mail_url: {"type": ["string", "null"], "description": "A whole http, https or mailto address."},
}


def schema_of(name: str) -> Schema:
    """The schema of `edition` (its front matter) or `publication` (publication.yaml)."""
    known = EDITION_KEYS if name == "edition" else KEYS
    recorder = _Recorder(known)
    path = Path("content") / "publication.yaml"
    if name == "edition":
        nobody = Publication(path, "", "", Mailbox(""), ZoneInfo("UTC"))
        edition_of(recorder, EMPTY_TEXT, path, nobody, "")
    else:
        publication_of(recorder, path, "")
    title = "Front matter of an edition" if name == "edition" else "publication.yaml"
    return {"$schema": "http://json-schema.org/draft-07/schema#", "title": title, **recorder.schema()}


class _Recorder(Fields):
    """Stands where a reader reads, and notes what it asks for."""

    def __init__(self, known: Iterable[str] | None) -> None:
        super().__init__(Sheet("", ImageFolder(Path(), "")), Mapping(Position(0, 0)), ())
        self.known = None if known is None else tuple(known)
        self._properties: dict[str, Schema] = {}
        self._inner: dict[str, _Recorder] = {}
        self._required: list[str] = []
        self._ways: tuple[str, ...] = ()
        self._any = _TEXT

    def schema(self) -> Schema:
        """What was asked for."""
        found: Schema = {"type": "object", "additionalProperties": self._any if self.known is None else False}
        if self.known:
            inner = {
                key: recorder.schema() if key in self._required else _optional(recorder.schema())
                for key, recorder in self._inner.items()
            }
            properties = {**self._properties, **inner}
            found["properties"] = {key: properties[key] for key in self.known}
        if self._required:
            found["required"] = self._required
        if self._ways:
            found["oneOf"] = [{"required": [way]} for way in self._ways]
        return found

    def _note(self, key: str, schema: Schema, *, required: bool = False) -> None:
        if required:
            schema = _needed(schema)
            self._required.append(key)
        self._properties[key] = schema

    def exactly_one(self, keys: tuple[str, ...]) -> None:
        self._ways = keys

    def text(self, key: str, *, required: bool = False) -> str:
        """Notes a text."""
        self._note(key, _TEXT, required=required)
        return ""

    def rich(self, key: str) -> RichText:
        """Notes inline Markdown."""
        self._note(key, _MARKDOWN)
        return EMPTY_TEXT

    def texts(self, key: str) -> tuple[str, ...]:
        """Notes a list of texts."""
        self._note(key, {"type": ["array", "null"], "items": _TEXT})
        return ()

    def rich_texts(self, key: str) -> tuple[RichText, ...]:
        """Notes a list of inline Markdown."""
        self._note(key, {"type": ["array", "null"], "items": _MARKDOWN})
        return ()

    def parsed(
        self,
        key: str,
        parse: Callable[[str], T],
        remedy: str = "",
        *,
        required: bool = False,
    ) -> T | None:
        """Notes a text of a form."""
        schema = dict(_PARSED.get(parse) or _form(parse))
        if remedy and "description" not in schema:
            schema["description"] = f"{remedy[0].upper()}{remedy[1:]}."
        self._note(key, schema, required=required)
        return None

    def mappings(self, key: str, known: Iterable[str]) -> Iterator[Fields]:
        """Notes a list of mappings."""
        inner = _Recorder(known)
        yield inner
        self._note(key, {"type": ["array", "null"], "items": inner.schema()})

    def mapping(
        self, key: str, known: Iterable[str] | None = None, *, required: bool = False
    ) -> Fields | None:
        """Notes a mapping."""
        inner = _Recorder(known)
        self._inner[key] = inner
        if required:
            self._required.append(key)
        return inner

    def strings(self, *, required: bool = False) -> dict[str, str]:
        """Notes texts under every known key, or any."""
        self._any = _needed(_TEXT) if required else _TEXT
        return {key: self.text(key) for key in self.known or ()}


def _form(parse: Callable[[str], object]) -> Schema:
    """What the reader's `one_of` and `matching` say of themselves."""
    words, pattern = getattr(parse, "words", None), getattr(parse, "pattern", None)
    if words == ("true",):
        return {"enum": [True, "true", None]}
    if words:
        spelt = [spelling for word in words for spelling in (word, word.capitalize(), word.upper())]
        return {"enum": [*spelt, None]}
    return {"type": ["string", "null"], "pattern": f"^(?:{pattern})$"} if pattern else _TEXT


def _optional(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _needed(schema: Schema) -> Schema:
    """The schema of a key that cannot be left empty."""
    if "enum" in schema:
        return {**schema, "enum": [word for word in schema["enum"] if word is not None]}
    return {**schema, "type": [name for name in schema["type"] if name != "null"]}

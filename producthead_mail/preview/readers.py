"""Whom the studio fills slots for: nobody, people of the audience, and people who break layouts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from producthead_mail.audience.recipient import Recipient
from producthead_mail.audience.sources import open_source
from producthead_mail.content.publication import Publication
from producthead_mail.errors import InputError

PEOPLE = 20
PLACEHOLDER = "placeholder"
AUDIENCE, AWKWARD = "Audience", "Awkward"
READER_EMAIL = "reader@example.com"
HOSTILE = '"><script>alert(1)</script>'

_AWKWARD = (
    ("no-name", "No name", "", READER_EMAIL),
    (
        "long-name",
        "Very long name",
        "Maximiliana-Theodora Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh of Llanfairpwllgwyngyll",
        "maximiliana-theodora.wolfeschlegelsteinhausenbergerdorff-featherstonehaugh@example.com",
    ),
    ("right-to-left", "Right to left", "عبد الرحمن بن محمد", READER_EMAIL),
    ("emoji", "Emoji", "👩🏽\u200d🚀 Zoë 🦊", READER_EMAIL),
    ("hostile", "Hostile", HOSTILE, f"{HOSTILE}@example.com"),
)
"""Key, label, the value of every field but email, email."""


@dataclass(frozen=True, slots=True)
class Reader:
    """One person the studio can show the message to."""

    key: str
    label: str
    group: str = ""
    email: str = READER_EMAIL
    fields: Mapping[str, str] = field(default_factory=dict)
    everywhere: str | None = None
    """What fills every field that `fields` lacks; None leaves them to the slots' defaults."""

    def values(self, names: Iterable[str]) -> dict[str, str]:
        """A value for each of the fields."""
        filled = dict.fromkeys(names, self.everywhere) if self.everywhere is not None else {}
        return {
            **{name: value for name, value in filled.items() if value},
            "email": self.email,
            **self.fields,
        }


NOBODY = Reader(PLACEHOLDER, "Placeholder reader")
FIXTURES = tuple(Reader(key, label, AWKWARD, email, everywhere=name) for key, label, name, email in _AWKWARD)


def readers(publication: Publication) -> tuple[tuple[Reader, ...], str]:
    """Everyone to choose from, and why people of the audience are missing, if they are."""
    people, why = _people(publication)
    return (NOBODY, *people, *FIXTURES), why


def chosen(key: str, among: Sequence[Reader]) -> Reader:
    """The reader with the key, else the placeholder."""
    return next((one for one in among if one.key == key), NOBODY)


def _people(publication: Publication) -> tuple[tuple[Reader, ...], str]:
    if publication.audience.csv is None:
        return (), "The audience is not a file; the studio asks no database."
    try:
        rows = open_source(publication).rows
        found = [_person(row) for row in islice(rows, PEOPLE) if isinstance(row, Recipient)]
    except InputError as error:
        return (), str(error.problems[0])
    return tuple(found), ""


def _person(row: Recipient) -> Reader:
    names = [value for key, value in row.fields.items() if "name" in key.lower() and value.strip()]
    return Reader(f"row-{row.row}", " ".join(names)[:60] or row.email, AUDIENCE, row.email, row.fields)

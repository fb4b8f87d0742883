"""The audience that the publication names, whatever it is kept in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from producthead_mail.audience.csv_source import columns, read_csv
from producthead_mail.audience.exports import OWN_TABLE, recognise
from producthead_mail.audience.recipient import Excluded, Recipient
from producthead_mail.content.publication import Publication
from producthead_mail.errors import InputError, Problem

if TYPE_CHECKING:
    from producthead_mail.audience.sendgrid_source import Contacts

SEE_ALL = "mend the rows; `producthead audience check` shows them"
WITHOUT_THEM = "take them out, or let `producthead audience import` make a file without them"


@dataclass(frozen=True, slots=True)
class Source:
    """An audience opened: what its recipients have, and a stream of them, to be read once."""

    name: str
    """What a person knows it by: a path, a database URL without its password, or a list of SendGrid's."""
    columns: tuple[str, ...]
    rows: Generator[Recipient | Excluded, None, None]
    """To be closed by whoever doesn't read it to its end."""

    def usable_rows(self) -> Generator[Recipient | Excluded, None, None]:
        """The rows; after the last of them InputError where none is a recipient."""
        first: Excluded | None = None
        for row in self.rows:
            yield row
            if isinstance(row, Recipient):
                yield from self.rows
                return
            first = first or row
        if first:
            message = f"no row is a recipient; this one: {first.reason}"
            raise InputError([Problem(self.name, first.row, 0, message, SEE_ALL)])


def open_source(publication: Publication, contacts: Contacts | None = None) -> Source:
    """The publication's audience; InputError where it has none or it can't be used.

    A list of SendGrid's needs `contacts`, and is downloaded first; OutsideError where that fails.
    """
    audience = publication.audience
    if audience.csv is not None:
        names = columns(audience.csv)
        _refuse_export(audience.csv, names)
        return Source(str(audience.csv), names, read_csv(audience.csv))
    if audience.sql:
        return _sql(audience.sql, audience.query, publication.path)
    if audience.sendgrid_list:
        from producthead_mail.audience.sendgrid_source import read_list

        assert contacts is not None
        return Source(*read_list(audience.sendgrid_list, contacts, publication.path))
    raise _fault(publication.path, "no audience", "name a file in audience.csv")


def departed(left: Counter[str]) -> str:
    """What to say of recipients who left, by the columns of the audience that say so."""
    number, columns = left.total(), ", ".join(sorted(left))
    return f"mail also goes to {number:,} recipient{'s' * (number != 1)} who left (column {columns})"


def _refuse_export(path: Path, names: Sequence[str]) -> None:
    """InputError for another service's list in which those who left stand too: they would get mail."""
    export = recognise(names, str(path))
    if export and export.service != OWN_TABLE and export.judge({}):
        message = f"an export ({export.service}) that may list people who left, who must get no mail"
        remedy = (
            f"run `producthead audience import {path} --out new-{path.name}`, and name that in audience.csv"
        )
        raise InputError([Problem(str(path), 1, 0, message, remedy)])


def _sql(url: str, query: str, path: Path) -> Source:
    # SQLAlchemy takes longer to import than a CSV file to read.
    from producthead_mail.audience.sql_source import read_sql, shown

    names, rows = read_sql(url, query, path)
    return Source(shown(url), names, rows)


def _fault(path: Path, message: str, remedy: str) -> InputError:
    return InputError([Problem(str(path), 0, 0, message, remedy)])

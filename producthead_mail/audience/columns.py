"""Headers of an audience become the fields that slots may name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from unicodedata import normalize

from producthead_mail.errors import InputError, Problem, suggestion

EMAIL = "email"
MAX_COLUMNS = 1000
ROW_ON_TOP = "the first line is a row where a header belongs"
"""Said without the row, which has an address."""

# ASCII only: letters of some scripts are written with marks that `\W` would take for punctuation.
_BETWEEN = re.compile(r"[!-/:-@\[-^`{-~]+")
_SPELLINGS = {"e_mail", "email_address", "e_mail_address", "emailaddress", "mail"}


def field_name(header: str) -> str:
    """The slot field of one header: lower case, `Record ID - Contact` as `record_id_contact`."""
    name = "_".join(_BETWEEN.sub(" ", normalize("NFC", header).lower()).split())
    return EMAIL if name in _SPELLINGS else name


def field_names(headers: Sequence[str], path: str, line: int) -> tuple[str, ...]:
    """The slot fields of all headers; InputError with every header that can't be one."""
    if len(headers) > MAX_COLUMNS:
        remedy = f"keep to {MAX_COLUMNS}"
        raise InputError([Problem(path, line, 0, f"{len(headers)} columns", remedy)])
    if any("@" in header for header in headers):
        remedy = "put a line such as `email,first_name` above it"
        raise InputError([Problem(path, line, 0, ROW_ON_TOP, remedy)])
    names = tuple(field_name(header) for header in headers)
    problems = [Problem(path, line, 0, message, remedy) for message, remedy in _faults(headers, names)]
    if EMAIL not in names:
        remedy = "name the column with the addresses `email`"
        near = suggestion(EMAIL, names)
        problems.append(Problem(path, line, 0, "no column `email`", f"{remedy}; {near}" if near else remedy))
    if problems:
        raise InputError(problems)
    return names


def _faults(headers: Sequence[str], names: Sequence[str]) -> list[tuple[str, str]]:
    faults = []
    seen: dict[str, int] = {}
    for number, (header, name) in enumerate(zip(headers, names, strict=True), 1):
        if not header.strip():
            faults.append((f"column {number} has no header", "name it or delete the column"))
        elif not name.isidentifier():
            remedy = "use letters and digits, a letter first"
            faults.append((f"header {header[:80]!r} can't be a slot field", remedy))
        elif name in seen:
            message = f"columns {seen[name]} and {number} are both `{name}`"
            faults.append((message, "rename or delete one of them"))
        seen.setdefault(name, number)
    return faults

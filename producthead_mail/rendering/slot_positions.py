"""Where a faulty slot was written: in a layout's template, the edition's file or publication.yaml."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from producthead_mail.config import Project
from producthead_mail.content.edition import Edition
from producthead_mail.content.loader import shown_path
from producthead_mail.content.publication import Publication
from producthead_mail.errors import Problem, place_of
from producthead_mail.rendering.markup import SLOT
from producthead_mail.rendering.slots import SlotFault
from producthead_mail.rendering.template_positions import Places

_KEYS = {"subject": "subject", "preheader": "preheader", "url": "unsubscribe.url"}


def slot_problem(
    fault: SlotFault, edition: Edition, publication: Publication, places: Mapping[str, Places]
) -> Problem:
    """The fault as a problem at file, line and column."""
    shown = "" if fault.expression is None else f"[[ {_short(fault.expression)} ]]: "
    return Problem(
        *_place(fault, edition, publication, places.get(fault.part)), shown + fault.message, fault.remedy
    )


def _place(
    fault: SlotFault, edition: Edition, publication: Publication, places: Places | None
) -> tuple[str, int, int]:
    if places and places.literal(fault.at):
        return places.at(fault.at)
    files = _files(edition, publication)
    for path, source in files:
        for at in _written(fault.expression, source):
            return path, *place_of(at, source)
    owner = publication if fault.part == "url" else edition
    position = owner.positions.get(_KEYS.get(fault.part, ""))
    path = files[1][0] if fault.part == "url" else files[0][0]
    return (path, position.line, position.column) if position else (path, 0, 0)


def _files(edition: Edition, publication: Publication) -> list[tuple[str, str]]:
    project = Project(publication.path.parent.parent)
    owners = ((edition.path, edition.source), (publication.path, publication.source))
    return [(shown_path(path, project), source) for path, source in owners]


def _written(expression: str | None, source: str) -> Iterator[int]:
    for found in SLOT.finditer(source):
        if found[0] == "\\[[":
            continue
        words = None if found[1] is None else _plain(found[1])
        if words == (None if expression is None else _plain(expression)):
            yield found.start()


def _plain(expression: str) -> str:
    """Without what YAML's quotes add: `\\"` and `''`."""
    return re.sub(r"\s+", " ", expression.replace("\\", "").replace("''", "'")).strip()


def _short(expression: str) -> str:
    return expression if len(expression) <= 60 else f"{expression[:59]}…"

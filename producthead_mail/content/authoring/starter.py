"""A new publication: the files that a project begins with."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from string import Template

import producthead_mail
from producthead_mail.content.authoring.literal import typed
from producthead_mail.content.authoring.scalars import quoted
from producthead_mail.content.publication_reader import (
    EMAIL,
    https_url,
    time_zone,
    unsubscribe_group,
    web_url,
)
from producthead_mail.content.schema import schema_of
from producthead_mail.errors import InputError, Problem

TRACKING = "tracking"
"""The way to leave that needs no setup of its own but SendGrid's subscription tracking."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What a new publication is asked for."""

    name: str = "Example Weekly"
    url: str = "https://newsletter.example.com"
    sender: str = "Alex Example"
    email: str = "weekly@example.com"
    timezone: str = "UTC"
    postal_address: str = "1 Example Street, Exampletown"
    unsubscribe: str = TRACKING


def starter_files(answers: Answers, day: date) -> dict[str, bytes]:
    """Path within the project -> content, the folder of layouts included.

    The first edition is of that day. InputError where this installation lacks the layouts.
    """
    words = {
        "name": quoted(typed(answers.name)),
        "url": web_url(answers.url),
        "sender": quoted(typed(answers.sender)),
        "email": quoted(answers.email),
        "timezone": answers.timezone,
        "postal_address": quoted(typed(answers.postal_address)),
        "unsubscribe": way_to_leave(answers.unsubscribe),
    }
    text = {
        "content/publication.yaml": _filled("publication.yaml", words),
        f"content/editions/{day}-a-letter-worth-opening.md": _filled("edition.md", {"date": f"{day}"}),
        "content/audience/sample.csv": invented_readers().decode(),
        ".gitignore": _filled("gitignore", {}),
        ".env.example": _filled("env", {}),
        **schema_files(),
    }
    return {path: words.encode() for path, words in text.items()} | _layouts()


def invented_readers() -> bytes:
    """The audience's file as a new publication has it: of people that nobody has to write to."""
    return _filled("sample.csv", {}).encode()


def schema_files() -> dict[str, str]:
    """Path within the project -> JSON Schema, where editors are told to look for it."""
    return {
        f".producthead/schema/{name}.json": json.dumps(schema_of(name), ensure_ascii=False, indent=2) + "\n"
        for name in ("edition", "publication")
    }


def way_to_leave(answer: str) -> str:
    """`unsubscribe` of publication.yaml: a group's number, `tracking` or an https URL; ValueError else."""
    if answer.lower() == TRACKING:
        return "{subscription_tracking: true}"
    if answer.isdigit():
        return f"{{asm_group: {unsubscribe_group(answer)}}}"
    https_url(answer)
    return f"{{url: {json.dumps(answer)}}}"


def _words(answer: str) -> str:
    if not typed(answer):
        raise ValueError("no words")
    return answer


ACCEPTED: Mapping[str, Callable[[str], object]] = {
    "name": _words,
    "url": web_url,
    "sender": _words,
    "email": EMAIL,
    "timezone": time_zone,
    "postal_address": _words,
    "unsubscribe": way_to_leave,
}
"""What takes an answer, by its field; ValueError with the reason where it can't be used."""


def _filled(name: str, words: dict[str, str]) -> str:
    text = files("producthead_mail.content.authoring").joinpath("starter", name).read_text("utf-8")
    return Template(text).substitute(words)


def _layouts() -> dict[str, bytes]:
    """The layouts as this installation has them: in a wheel within the package, in a clone beside it."""
    package = Path(producthead_mail.__file__).parent
    folder = next((one for one in (package / "layouts", package.parent / "layouts") if one.is_dir()), None)
    if folder is None:
        raise InputError([Problem(str(package / "layouts"), 0, 0, "no layouts", "install the program anew")])
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith("."))
    return {f"layouts/{path.relative_to(folder).as_posix()}": path.read_bytes() for path in paths}

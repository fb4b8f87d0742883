"""`producthead init`: a new publication that renders, checks and sends to the outbox at once."""

from __future__ import annotations

import os
import shlex
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from producthead_mail.cli.console import print_json, show, tell
from producthead_mail.cli.options import Json
from producthead_mail.cli.place import place_folder, refuse_full
from producthead_mail.errors import Interrupted, UsageError

if TYPE_CHECKING:
    from producthead_mail.content.authoring.starter import Answers

ASKED = {
    "name": ("--name", "What is the newsletter called?"),
    "url": ("--url", "Where will its archive live?"),
    "sender": ("--from-name", "Who writes it?"),
    "email": ("--from-email", "From which address?"),
    "timezone": ("--timezone", "In which time zone?"),
    "postal_address": ("--postal-address", "Postal address, which many countries want in every mail?"),
    "unsubscribe": (
        "--unsubscribe",
        "How do readers unsubscribe (tracking: by SendGrid's link; a group's number; or a URL)?",
    ),
}
"""What is asked -> the option that answers, and the question."""
REMEDIES = {
    "url": "write the whole address, such as https://newsletter.example.com",
    "email": "write one such as weekly@example.com",
    "timezone": "write one such as Europe/London",
    "unsubscribe": "write tracking, the number of an unsubscribe group, or an https URL",
}
"""What is asked -> what to do about an answer that can't be used; elsewhere there is only no answer."""


def _option(key: str, metavar: str, text: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(
        ASKED[key][0], metavar=metavar, help=text, show_default=False
    )
    return option


Folder = Annotated[
    Path, typer.Argument(metavar="DIR", help="A folder that is empty or isn't there yet.", show_default=False)
]
Name = Annotated[str | None, _option("name", "NAME", "What the newsletter is called.")]
Url = Annotated[str | None, _option("url", "URL", "Where its archive will live.")]
FromName = Annotated[str | None, _option("sender", "NAME", "Who writes it.")]
FromEmail = Annotated[str | None, _option("email", "EMAIL", "The address it comes from.")]
Zone = Annotated[str | None, _option("timezone", "ZONE", "Such as Europe/London (default: this machine's).")]
Postal = Annotated[str | None, _option("postal_address", "TEXT", "The postal address in every mail.")]
Leave = Annotated[
    str | None,
    _option(
        "unsubscribe",
        "tracking|GROUP|URL",
        "SendGrid's subscription tracking (default), the number of an unsubscribe group, or an https URL.",
    ),
]


def init(
    directory: Folder,
    name: Name = None,
    url: Url = None,
    from_name: FromName = None,
    from_email: FromEmail = None,
    timezone: Zone = None,
    postal_address: Postal = None,
    unsubscribe: Leave = None,
    json: Json = False,
) -> None:
    """Begin a publication; on a terminal it asks for what no option says."""
    from producthead_mail.content.authoring.starter import Answers, starter_files

    refuse_full(directory)
    given = (name, url, from_name, from_email, timezone, postal_address, unsubscribe)
    said = {key: answer for key, answer in zip(ASKED, given, strict=True) if answer is not None}
    answers = _asked(_checked(said), Answers(timezone=_local_zone()), quiet=json)
    files = starter_files(answers, datetime.now(ZoneInfo(answers.timezone)).date())
    place_folder(directory, files)
    if json:
        print_json({"project": str(directory.resolve()), "files": sorted(files)})
        return
    show(str(directory))
    tell(_next_steps(directory))


def _checked(said: dict[str, str]) -> dict[str, str]:
    """The answers of the options; UsageError with all that can't be used."""
    faults = [f"{ASKED[key][0]}: {fault}" for key, answer in said.items() if (fault := _fault(key, answer))]
    if faults:
        raise UsageError("\n".join(faults))
    return said


def _fault(key: str, answer: str) -> str:
    from producthead_mail.content.authoring.starter import ACCEPTED

    try:
        ACCEPTED[key](answer)
    except ValueError as error:
        return f"{error}; {REMEDIES.get(key, 'write some')}"
    return ""


def _asked(said: dict[str, str], otherwise: Answers, *, quiet: bool) -> Answers:
    """The answers: what was said, then what a person at a terminal says, else what stands in for it."""
    if not quiet and sys.stdin.isatty() and sys.stderr.isatty():
        missing = [key for key in ASKED if key not in said]
        try:
            said |= {key: _answer(key, getattr(otherwise, key)) for key in missing}
        except typer.Abort:
            raise Interrupted("\ninterrupted: nothing was written") from None
    return replace(otherwise, **said)


def _answer(key: str, otherwise: str) -> str:
    while True:
        answer: str = typer.prompt(ASKED[key][1], default=otherwise, err=True).strip()
        fault = _fault(key, answer)
        if not fault:
            return answer
        tell(fault)


def _local_zone() -> str:
    """The name of this machine's time zone; UTC where it has none that is known."""
    linked = str(Path("/etc/localtime").resolve()).partition("zoneinfo/")[2]
    candidates = (os.environ.get("TZ", "").lstrip(":"), linked)
    return next((name for name in candidates if name and not _fault("timezone", name)), "UTC")


def _next_steps(folder: Path) -> str:
    there = "" if folder.resolve() == Path.cwd() else f"  cd {shlex.quote(str(folder))}\n"
    return (
        "\nIt has a first edition and invented readers. Next:\n\n"
        f"{there}"
        "  producthead preview                          # see it, and every change as you save\n"
        "  producthead send --test --transport outbox   # the mail itself, into .producthead/outbox/\n"
        '  producthead new "A title"                    # your own edition, for the next Monday\n'
    )

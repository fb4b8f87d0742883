"""Where a project keeps its files, and what the environment says."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from producthead_mail.errors import InputError, Problem, UsageError

if TYPE_CHECKING:
    from producthead_mail.environment import Settings

OURS = "PRODUCTHEAD_"
"""How a variable begins that is meant for this program alone."""
NO_NUMBER = ("not a whole number from 1 on", "mend it, or unset it for what is usual")
"""Message and remedy: all other variables are texts."""


@dataclass(frozen=True, slots=True)
class Project:
    """The folders of one publication."""

    root: Path

    @property
    def content(self) -> Path:
        return self.root / "content"

    @property
    def publication(self) -> Path:
        return self.content / "publication.yaml"

    @property
    def editions(self) -> Path:
        return self.content / "editions"

    @property
    def layouts(self) -> Path:
        return self.root / "layouts"

    @property
    def state(self) -> Path:
        """Git-ignored: ledger.db, outbox/, cache/."""
        return self.root / ".producthead"

    @property
    def build(self) -> Path:
        return self.root / "build"


def find_project(start: Path) -> Project:
    """The nearest parent of `start` (or itself) with content/publication.yaml; UsageError where none."""
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / "content" / "publication.yaml").is_file():
            return Project(folder)
    raise UsageError(
        f"{start}: no content/publication.yaml here or in any parent folder; "
        "go to the project, name it with --project DIR, or begin one with `producthead init DIR`"
    )


def load_settings(project: Project) -> Settings:
    """What the environment and the project's .env say; InputError with every fault."""
    from pydantic import ValidationError

    from producthead_mail.environment import Settings

    file = project.root / ".env"
    if problems := _file_problems(file):
        raise InputError(problems)
    try:
        settings = Settings(_env_file=file)
    except ValidationError as error:
        names = {str(name).upper() for fault in error.errors() for name in fault["loc"]}
        raise InputError(Problem(f"environment {name}", 0, 0, *NO_NUMBER) for name in names) from None
    problems = [
        Problem(f"environment {name}", 0, 0, fault, "use https")
        for name, url in settings.urls().items()
        if (fault := url_fault(url))
    ]
    if problems:
        raise InputError(problems)
    return settings.model_copy(update={"ledger": _anchored(settings.ledger, project)})


def misspelt(project: Project) -> list[Problem]:
    """The variables that count for nothing, in the environment or .env, but are nearly one that does."""
    from dotenv import dotenv_values

    from producthead_mail.environment import Settings

    known = {str(one.validation_alias or name).upper() for name, one in Settings.model_fields.items()}
    short = {name.removeprefix(OURS): name for name in known}
    given = {name.upper() for name in (*os.environ, *dotenv_values(project.root / ".env"))}
    return [
        Problem(f"environment {name}", 0, 0, "counts for nothing", f"did you mean {short[near[0]]}?")
        for name in sorted(given - known)
        if name.startswith(OURS) and (near := get_close_matches(name.removeprefix(OURS), short, n=1))
    ]


def url_fault(url: str) -> str:
    """Why requests must not go to `url`, else an empty string: plain http is for this machine only."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return "not a URL"
    if parts.scheme not in {"http", "https"} or not host:
        return "not an http or https URL"
    if parts.scheme == "http" and not is_loopback(host):
        return f"plain http to {host}, which is not this machine"
    return ""


def is_loopback(host: str) -> bool:
    """True where only this machine can reach a server on this host."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _anchored(url: str, project: Project) -> str:
    """The URL with a relative file made one of the project's.

    By the current folder, a cron job and a curator would each have a ledger, and everyone the mail twice.
    """
    found = re.fullmatch(r"(sqlite(?:\+\w+)?:///)(?!/|:memory:|file:)(.+)", url)
    return f"{found[1]}{project.root.resolve() / found[2]}" if found else url


def _file_problems(file: Path) -> list[Problem]:
    """What python-dotenv would only warn of, or trip over."""
    from dotenv.parser import parse_stream

    if not file.is_file():
        return []
    try:
        with file.open(encoding="utf-8") as stream:
            faulty = [one.original.line for one in parse_stream(stream) if one.error]
    except UnicodeDecodeError:
        return [Problem(".env", 0, 0, "not UTF-8 text", "save the file as UTF-8")]
    except OSError as error:
        return [Problem(".env", 0, 0, f"can't be read: {error.strerror}", "give this user the right to")]
    return [
        Problem(".env", line, 0, "not NAME=VALUE", "mend the line, or put # before it") for line in faulty
    ]

"""The ledger: whether it can be reached, keeps what it is told, and is of this version."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from producthead_mail.doctor.check import Check, Group, Subject
from producthead_mail.doctor.machine import TOLERATED_SECONDS
from producthead_mail.doctor.project import words
from producthead_mail.errors import MailError
from producthead_mail.ledger.database import Condition, condition_of
from producthead_mail.ledger.schema import VERSION

LEDGER = Subject(Group.LEDGER, "ledger")
TABLES = Subject(Group.LEDGER, "tables")
CLOCK = Subject(Group.LEDGER, "ledger clock")
SUBJECTS = (LEDGER, TABLES, CLOCK)
RIGHTS = "give this user the right to write the file and its folder"
NOT_REACHED = "the ledger could not be looked at"


def ledger_checks(url: str, default: Path, now: Callable[[], float] = time.time) -> list[Check]:
    """What can be known of the ledger without making or changing one."""
    try:
        condition = condition_of(url, default)
    except (MailError, OSError) as error:
        told = words(error) if isinstance(error, MailError) else (str(error), RIGHTS)
        return [LEDGER.error(*told), *(subject.skipped(NOT_REACHED) for subject in (TABLES, CLOCK))]
    return [
        reached(condition, writable=_writable(condition.beside)),
        tables(condition.version),
        shared_clock(now() - condition.now),
    ]


def reached(condition: Condition, *, writable: bool) -> Check:
    """Whether the ledger is there, or can be made, and has all that it should know."""
    if not writable:
        return LEDGER.error(f"{condition.beside} can't be written", RIGHTS)
    if not condition.version:
        return LEDGER.ok(f"none yet; the first test or send makes it ({condition.name})")
    if condition.answers_wait:
        return LEDGER.warning("answers of SendGrid wait to be recorded in it", "`producthead settle`")
    return LEDGER.ok(f"{condition.name}: {condition.settings}")


def tables(version: int) -> Check:
    """Whether the ledger's tables are those of this program."""
    if not version:
        return TABLES.skipped("there is no ledger yet")
    if version < VERSION:
        return TABLES.ok(f"of version {version}; the next send brings them to version {VERSION}")
    return TABLES.ok(f"of version {version}, the newest")


def shared_clock(ahead: float) -> Check:
    """Whether this machine's clock is that of the ledger: who sends goes by the latter."""
    if abs(ahead) <= TOLERATED_SECONDS:
        return CLOCK.ok("as this machine's, within a minute")
    return CLOCK.error(
        f"{abs(ahead) / 60:.0f} min {'behind' if ahead > 0 else 'ahead of'} this machine's",
        "set the one that is wrong: hours are told by the ledger's clock",
    )


def _writable(file: Path) -> bool:
    """Whether the file can be written or made, and others beside it; opening it gives its owner the right."""
    folder = next(one for one in file.parents if one.exists())
    usable = not file.exists() or os.access(file, os.W_OK) or file.stat().st_uid == os.geteuid()
    return usable and folder.is_dir() and os.access(folder, os.W_OK)

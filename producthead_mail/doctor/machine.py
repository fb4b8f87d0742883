"""This machine: clock, Python and packages, time zones, room on the disk, programs that checks use."""

from __future__ import annotations

import platform
import re
import shutil
import subprocess
import time
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from producthead_mail.clients.chromium import ON_PATH
from producthead_mail.doctor.check import Check, Group, Subject
from producthead_mail.doctor.later import Later

DISTRIBUTION = "producthead-mail"
TOLERATED_SECONDS = 60
"""As for the words that commands have for a wrong clock."""
ROOM_BYTES = 500_000_000
"""For the ledger while an edition is being sent, the outbox, pictures and the archive."""
PROGRAM_SECONDS = 4
SUBJECTS = tuple(
    Subject(Group.MACHINE, name)
    for name in ("python", "packages", "time zones", "disk", "chromium", "spamassassin")
)
_REQUIREMENT = re.compile(r"([A-Za-z0-9._-]+)(?:\[[^]]*])?\s*(>=|==)?\s*([0-9][0-9.]*)?(.*)")


def machine_checks(folder: Path) -> list[Check]:
    """What is on this machine; `folder` is where the project keeps its state."""
    end = time.monotonic() + PROGRAM_SECONDS + 1
    programs = [Later(chromium), Later(spamassassin)]
    oldest, wanted = requirements()
    return [
        python(platform.python_version(), oldest),
        packages(wanted, installed()),
        time_zones(),
        room(shutil.disk_usage(folder).free, folder),
        *(program.get(end) for program in programs),
    ]


def clock(ahead: float, whose: str) -> Check:
    """By how much this machine's clock goes before another's."""
    subject = Subject(Group.MACHINE, "clock")
    if abs(ahead) <= TOLERATED_SECONDS:
        return subject.ok(f"as {whose}'s, within a minute")
    words = f"{abs(ahead) / 60:.0f} min {'ahead of' if ahead > 0 else 'behind'}"
    return subject.error(
        f"{words} {whose}'s: editions would go too {'soon' if ahead > 0 else 'late'}",
        "set this machine's clock (on Linux: timedatectl set-ntp true)",
    )


def requirements() -> tuple[str, tuple[str, ...]]:
    """The oldest Python and the packages this program wants, by its own metadata; empty where it has none."""
    try:
        found = metadata.metadata(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        return "", ()
    wanted = tuple(one for one in found.get_all("Requires-Dist") or [] if "extra ==" not in one)
    return (found["Requires-Python"] or "").removeprefix(">="), wanted


def installed() -> dict[str, str]:
    """The version of each installed package, by its name as it is compared."""
    return {_name(one.metadata["Name"]): one.version for one in metadata.distributions()}


def python(version: str, oldest: str) -> Check:
    """Whether this Python is one that the program is made for."""
    subject = Subject(Group.MACHINE, "python")
    if oldest and _number(version) < _number(oldest):
        return subject.error(f"{version}, but {oldest} is the oldest that works", f"use Python {oldest}")
    return subject.ok(version)


def packages(wanted: Iterable[str], present: Mapping[str, str]) -> Check:
    """Whether each package is there and new enough."""
    subject = Subject(Group.MACHINE, "packages")
    wanted = list(wanted)
    if not wanted:
        return subject.skipped("the program runs without being installed, so it doesn't know what it wants")
    wrong = [fault for one in wanted if (fault := _fault(one, present))]
    if wrong:
        return subject.error("; ".join(wrong), f"pip install --upgrade {DISTRIBUTION}")
    return subject.ok(f"all {len(wanted)} are there, and new enough")


def _fault(requirement: str, present: Mapping[str, str]) -> str:
    found = _REQUIREMENT.fullmatch(requirement.partition(";")[0].strip())
    if not found:
        return ""
    name, relation, version = found[1], found[2], found[3]
    have = present.get(_name(name))
    if have is None:
        return f"{name} is missing"
    if relation == "==" and have != version:
        return f"{name} is {have}, not {version}"
    if relation == ">=" and _number(have) < _number(version):
        return f"{name} is {have}, older than {version}"
    return ""


def _name(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _number(version: str) -> tuple[int, ...]:
    """The numbers at a version's start; without the zeros that say nothing."""
    numbers = [int(part) for part in re.findall(r"\d+", version.partition("+")[0])[:4]]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def time_zones() -> Check:
    """Whether hours in a time zone can be known."""
    subject = Subject(Group.MACHINE, "time zones")
    try:
        ZoneInfo("Europe/London")
    except (ZoneInfoNotFoundError, OSError, ValueError):
        return subject.error(
            "there is no time zone database", "apt-get install tzdata, or pip install tzdata"
        )
    return subject.ok("the database is there")


def room(free: int, folder: Path) -> Check:
    """Whether the disk has room for what is frozen while an edition is being sent."""
    subject = Subject(Group.MACHINE, "disk")
    free_words = f"{free / 1e9:.1f} GB free"
    if free >= ROOM_BYTES:
        return subject.ok(free_words)
    return subject.warning(
        f"{free_words} at {folder}", f"make room, {ROOM_BYTES / 1e9} GB at least: a full disk stops a send"
    )


def chromium() -> Check:
    """The Chromium on PATH."""
    subject = Subject(Group.MACHINE, "chromium")
    path = next(filter(None, map(shutil.which, ON_PATH)), None)
    if path is None:
        return subject.skipped("none on PATH; only `shots` and `check --browser` use it, or Playwright's own")
    return _version(subject, (path, "--version"))


def spamassassin() -> Check:
    """The SpamAssassin on PATH."""
    subject = Subject(Group.MACHINE, "spamassassin")
    path = shutil.which("spamassassin") or shutil.which("spamc")
    if path is None:
        return subject.skipped("none on PATH; only `check --spam` uses it")
    return _version(subject, (path, "--version" if path.endswith("spamassassin") else "-V"))


def _version(subject: Subject, command: tuple[str, str]) -> Check:
    """What a program says of its version; that it says it shows that it starts."""
    remedy = f"run `{' '.join(command)}` to see why, or install it anew"
    try:
        done = subprocess.run(  # noqa: S603 - no shell; a path that shutil.which found
            command, capture_output=True, timeout=PROGRAM_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return subject.skipped(f"{command[0]} says nothing within {PROGRAM_SECONDS} s", remedy)
    except OSError as error:
        return subject.warning(f"{command[0]} does not start ({error.strerror})", remedy)
    said = done.stdout.decode(errors="replace").strip().splitlines()
    if done.returncode or not said:
        return subject.warning(f"{command[0]} exits {done.returncode} without its version", remedy)
    return subject.ok(said[0].strip())

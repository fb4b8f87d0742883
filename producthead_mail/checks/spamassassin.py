"""What an installed SpamAssassin thinks of the mail: its rules, and the points of two of its four score sets.

Run offline it counts by score set 0, which is harsher than a mail server that asks the network too (set 1): a
good newsletter was seen at 2.9 by the one and 0.0 by the other. Both are shown; set 1 decides.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from producthead_mail.checks import limits
from producthead_mail.checks.finding import Severity
from producthead_mail.checks.page import Hit, Page
from producthead_mail.errors import InputError, OutsideError, Problem

RULE_FOLDERS = ("/var/lib/spamassassin", "/usr/share/spamassassin", "/usr/local/share/spamassassin")
"""Updated rules, then those of the package; the first that has scores is what SpamAssassin reads."""
COMMAND = (
    *("spamassassin", "--local", "--test-mode", "--nocreate-prefs", "--cf=clear_report_template"),
    "--cf=report producthead score=_SCORE_ required=_REQD_ tests=_TESTSSCORES(,)_",
)
REPORT = re.compile(r"^producthead score=(-?[\d.]+) required=[\d.]+ tests=(.*)$", re.M)
FOUR_SCORES = re.compile(r"^score\s+(\w+)\s+(-?[\d.]+)\s+(-?[\d.]+)\s+-?[\d.]+\s+-?[\d.]+", re.M)
TABLE_ROW = re.compile(r"^\s*(-?\d+\.\d+)\s+([A-Z][A-Z0-9_]+)\b", re.M)
TABLE_SCORE = re.compile(r"\A\s*(-?[\d.]+)/[\d.]+")
SECONDS = 90
NEGLIGIBLE = 0.05
"""Points under which a rule isn't named: they round to nothing."""


@dataclass(frozen=True, slots=True)
class Score:
    """The points by one score set."""

    points: float
    rules: tuple[tuple[str, float], ...]
    """Each rule that fired with its points, the gravest first."""

    def __str__(self) -> str:
        named = [f"{rule} {points:.1f}" for rule, points in self.rules if abs(points) >= NEGLIGIBLE]
        return f"{self.points:.1f}" + (f" ({', '.join(named)})" if named else "")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What SpamAssassin says of one mail."""

    offline: Score
    """By score set 0, or by the settings of a running spamd."""
    server: Score | None
    """By score set 1; None where only spamc is there."""


def verdict(mail: bytes) -> Verdict:
    """What the installed SpamAssassin says of a whole mail.

    InputError where there is none, OutsideError where it fails.
    """
    if shutil.which("spamassassin"):
        return _by_program(mail)
    if shutil.which("spamc"):
        return Verdict(table(_run(("spamc", "-R"), mail)), None)
    message = "neither spamassassin nor spamc is on PATH"
    raise InputError([Problem("SpamAssassin", 0, 0, message, "on Debian: apt-get install spamassassin")])


def _by_program(mail: bytes) -> Verdict:
    with tempfile.TemporaryDirectory(prefix="producthead-") as folder:
        prefs, none = Path(folder) / "set1.cf", Path(folder) / "set0.cf"
        prefs.write_text(second_column(scores()))
        none.write_text("")
        commands = [(*COMMAND, f"--prefspath={path}") for path in (none, prefs)]
        with ThreadPoolExecutor() as both:
            offline, server = both.map(lambda command: report(_run(command, mail)), commands)
    return Verdict(offline, server)


def scores() -> str:
    """The score files SpamAssassin reads, or an empty text."""
    for folder in RULE_FOLDERS:
        files = sorted(Path(folder).rglob("*.cf"))
        if any("scores" in file.name for file in files):
            return "\n".join(file.read_text(errors="replace") for file in files)
    return ""


def second_column(text: str) -> str:
    """Every rule with four scores, given its second: what it weighs where the network is asked too."""
    return "".join(f"score {rule} {second}\n" for rule, _, second in FOUR_SCORES.findall(text))


def _run(command: tuple[str, ...], mail: bytes) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - no shell, fixed words; the mail goes by stdin
            command, input=mail, capture_output=True, timeout=SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise OutsideError(f"{command[0]}: {error}") from None
    if done.returncode not in {0, 1}:  # 1: it is spam
        words = done.stderr.decode(errors="replace").strip().splitlines()
        raise OutsideError(f"{command[0]} exits {done.returncode}: {words[-1] if words else 'no words'}")
    return done.stdout.decode(errors="replace")


def report(text: str) -> Score:
    """The score of our own report line; OutsideError where there is none."""
    found = REPORT.search(text)
    if found is None:
        raise OutsideError("spamassassin writes no report: is its configuration sound? (spamassassin --lint)")
    pairs = (one.rpartition("=") for one in found[2].split(",") if "=" in one)
    return _score(float(found[1]), [(rule.strip(), float(points)) for rule, _, points in pairs])


def table(text: str) -> Score:
    """The score of spamc's table; OutsideError where spamd did not answer."""
    found = TABLE_SCORE.match(text)
    if found is None or text.startswith("0/0"):
        raise OutsideError("spamd does not answer spamc: start it, or install spamassassin")
    return _score(float(found[1]), [(rule, float(points)) for points, rule in TABLE_ROW.findall(text)])


def _score(points: float, rules: list[tuple[str, float]]) -> Score:
    return Score(points, tuple(sorted(rules, key=lambda one: (-one[1], one[0]))))


def spam_score(page: Page, said: Verdict) -> Iterator[Hit]:
    """One hit with the rules and both sums, as grave as the points are."""
    deciding = said.server or said.offline
    severity = _severity(deciding.points)
    server = f"{said.server} on a mail server (score set 1), {said.offline} offline (set 0)"
    words = server if said.server else f"{said.offline} by spamd"
    yield Hit(
        f"SpamAssassin gives {words}; {limits.SPAM_ERROR:g} is spam",
        "" if severity is Severity.INFO else "see what its rules mean, and say it otherwise",
        severity=severity,
        place=(page.edition_path, 0, 0),
    )


def _severity(points: float) -> Severity:
    if points >= limits.SPAM_ERROR:
        return Severity.ERROR
    return Severity.WARNING if points >= limits.SPAM_WARNING else Severity.INFO

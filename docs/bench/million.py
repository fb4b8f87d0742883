"""One million recipients from a CSV file to accepted, by the command itself, and the memory that takes.

SendGrid refuses the key at first, so that the command stops once it has planned; then it is run again.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from audience import write
from endpoint import endpoint

PEOPLE = 1_000_000
ROOT = Path(__file__).resolve().parents[2]
PROGRAM = [sys.executable, "-m", "producthead_mail"]
STOPPED = 4


def main() -> None:
    """Print seconds, megabytes and bytes for as many rows of a CSV file as the first argument says."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        for part in ("content", "layouts"):
            shutil.copytree(ROOT / part, project / part)
        write(project / "content" / "audience" / "sample.csv", rows)
        environment = {**os.environ, "SENDGRID_API_KEY": "SG.bench", "PRODUCTHEAD_LEDGER": ""}
        run(project, environment, "send", "--test", "--transport", "outbox")
        run(project, environment, "approve")
        with endpoint(refusing=True) as url:
            there = {**environment, "PRODUCTHEAD_SENDGRID_URL": url}
            planned = run(project, there, "send", "--now", "--yes", code=STOPPED)
        with endpoint() as url:
            there = {**environment, "PRODUCTHEAD_SENDGRID_URL": url}
            sent = run(project, there, "send", "--yes")
        report(project, planned, sent)


@dataclass(frozen=True)
class Cost:
    """What one command took."""

    seconds: float
    of_processor: float
    """Seconds of processor time: nearly the same however busy the machine is."""
    megabytes: float
    """At most."""

    def __str__(self) -> str:
        times = f"{self.seconds:.1f} s ({self.of_processor:.1f} s of processor time)"
        return f"{times}, at most {self.megabytes:.0f} MB"


def run(project: Path, environment: dict[str, str], *words: str, code: int = 0) -> Cost:
    """What one command took, which must exit with this code."""
    start = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [*PROGRAM, "--project", str(project), *words], env=environment, stdout=said, stderr=said
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        assert process.returncode == code, said.read().decode()
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return Cost(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / unit)


def report(project: Path, planned: Cost, sent: Cost) -> None:
    """Print what it came to."""
    status = subprocess.run(
        [*PROGRAM, "--project", str(project), "status", "--json"], capture_output=True, check=True
    )
    found = json.loads(status.stdout)["recipients"]
    people = found["accepted"]
    size = (project / ".producthead" / "ledger.db").stat().st_size
    seconds = planned.seconds + sent.seconds
    print(
        f"{found['selected']:,} rows of CSV, {people:,} accepted, {found['duplicate']:,} duplicates,", end=" "
    )
    print(f"{found['invalid']:,} invalid")
    print(f"planned: {planned}")
    print(f"sent: {sent}, {people / sent.seconds:,.0f} recipients/s")
    print(
        f"both: {seconds:.1f} s, {people / seconds:,.0f} recipients/s; ledger {size / people:.1f} bytes each"
    )


if __name__ == "__main__":
    main()

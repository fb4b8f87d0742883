"""How long a million recipients take from CSV through selection, and the memory they need."""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from producthead_mail.audience.csv_source import read_csv
from producthead_mail.audience.recipient import Excluded
from producthead_mail.audience.select import select

ROWS = 1_000_000
KEY = bytes(32)
FIRST = ("Ada", "Zoë", "Grace", "Søren", "花", "Noor", "Joan", "")


def main() -> None:
    """Print seconds and peak memory for as many rows as the first argument says."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "audience.csv"
        write(path, rows)
        before = peak()
        start = time.perf_counter()
        counts = Counter(
            row.kind.value if isinstance(row, Excluded) else "recipient"
            for row in select(read_csv(path), key=KEY, suppressed=lambda _: None)
        )
        seconds = time.perf_counter() - start
    print(f"{rows:,} rows: {seconds:.1f} s, peak {peak():.0f} MB ({before:.0f} MB before), {dict(counts)}")


def write(path: Path, rows: int) -> None:
    """Invented people: one row in a thousand repeats another, one has no address."""
    with path.open("w", encoding="utf-8") as file:
        file.write("email,first_name,last_name,company\n")
        for number in range(rows):
            who = f"reader.{number}@news{number % 500}.example.com"
            if number % 1000 == 998:
                who = f"Reader.{number - 1}@news{(number - 1) % 500}.example.com"
            elif number % 1000 == 999:
                who = f"reader.{number}"
            file.write(f'{who},{FIRST[number % 8]},Last{number},"Example {number % 9973}, Ltd"\n')


def peak() -> float:
    """The most memory this process has held so far, in megabytes."""
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


if __name__ == "__main__":
    main()

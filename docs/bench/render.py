"""How long an edition takes from file to message, in this process, warm."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

from producthead_mail.config import find_project
from producthead_mail.content.library import edition_paths
from producthead_mail.content.loader import load_edition, load_publication
from producthead_mail.rendering.layout import load_layout
from producthead_mail.rendering.pipeline import render

ROUNDS = 60
WARM_UP = 20


def main() -> None:
    """Print the median and the slowest tenth, in milliseconds."""
    project = find_project(Path(__file__).parent)
    path = edition_paths(project)[-1]
    times = []
    for _ in range(WARM_UP + ROUNDS):
        start = time.perf_counter()
        publication = load_publication(project)
        edition = load_edition(path, publication, project)
        render(edition, publication, load_layout(project, edition.layout))
        times.append((time.perf_counter() - start) * 1000)
    warm = sorted(times[WARM_UP:])
    print(f"edition file to message: median {statistics.median(warm):.1f} ms, 90% under {warm[-6]:.1f} ms")


if __name__ == "__main__":
    main()

"""How long each simulated client takes on the first edition, first and again; and how much is modelled.

A save changes a part of a message, and most declarations were seen before: `again` is what a save costs.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from producthead_mail.clients.coverage import coverage
from producthead_mail.clients.differences import differences
from producthead_mail.clients.profile import PROFILES
from producthead_mail.clients.simulate import simulate
from producthead_mail.clients.support import load_support
from producthead_mail.config import Project
from producthead_mail.content.loader import load_edition, load_publication
from producthead_mail.rendering.layout import load_layout
from producthead_mail.rendering.pipeline import render

ROUNDS = 15


def first_edition() -> str:
    """The HTML of the project's first edition."""
    project = Project(Path(__file__).parents[2])
    publication = load_publication(project)
    edition = load_edition(sorted(project.editions.glob("*.md"))[0], publication, project)
    return render(edition, publication, load_layout(project, edition.layout)).html


def milliseconds(html: str, client: str) -> tuple[float, float, int]:
    """First and again, by the processor's clock, and the length of the log."""
    profile = next(one for one in PROFILES if one.id == client)
    load_support()
    taken: list[float] = []
    for _ in range(ROUNDS + 1):
        start = time.process_time()
        removals = simulate(html, profile).removals
        taken.append((time.process_time() - start) * 1000)
    return taken[0], median(taken[1:]), len(removals)


def main() -> None:
    """Prints one line for each client, or for one named the bare numbers."""
    html = first_edition()
    if len(sys.argv) > 1:
        print(*milliseconds(html, sys.argv[1]))
        return
    print(f"the first edition, {len(html.encode()):,} bytes of HTML")
    for profile in PROFILES:
        # Each in a process of its own: a client would be given what the one before it has read.
        run = subprocess.run(
            [sys.executable, __file__, profile.id], capture_output=True, text=True, check=True
        )
        first, again, removals = (float(part) for part in run.stdout.split())
        print(
            f"{profile.id:14} first {first:5.1f} ms, again {again:5.1f} ms, {removals:3.0f} lines in the log"
        )
    start = time.process_time()
    found = differences(html)
    print(f"all clients    first {(time.process_time() - start) * 1000:5.1f} ms, {len(found)} differences")
    told = coverage(load_support())
    print(
        f"{told.detected} of {told.features} features detected; {told.modelled} of {told.notes} "
        f"notes modelled, {told.words_only} of them in words only"
    )


if __name__ == "__main__":
    main()

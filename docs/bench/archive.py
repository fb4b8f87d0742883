"""How long the archive of a thousand editions takes to build, and to build again when one changed.

    python docs/bench/archive.py [EDITIONS] [FOLDER]

Every edition is invented, about 800 words long, with three curated links; FOLDER keeps the project.
"""

from __future__ import annotations

import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
FIRST = date(2006, 1, 2)
SPOKEN = """
product team strategy alignment customer discovery outcome roadmap metric research design delivery
story evidence decision trade-off stakeholder goal experiment learning risk value market pricing
feedback habit people always often rarely need want tell show ask build ship measure change keep
leave find try the a of and to in for with on from that which when because without before after
between every most some few
"""
NAMED = "Ada Ben Cleo Dag Ewa Finn Gus Hana Ines Jon Kim Lea Max Nia Oleg Pia Quin Rosa Sam Tove Uma Vito"
CALLED = "Abel Berg Cole Dahl Eder Frost Gray Holm Iver Jung Kahn Lund Moss Nash Oakes Park Quist Reed"
PRINTED = "Review Journal Notes Weekly Letters Digest Papers Quarterly Dispatch Field"
WORDS, GIVEN, FAMILY, SITES = (text.split() for text in (SPOKEN, NAMED, CALLED, PRINTED))


def edition(number: int) -> tuple[str, str]:
    """Name and text of the file."""
    dice = random.Random(number)
    day = FIRST + timedelta(weeks=number)

    def words(count: int) -> str:
        return " ".join(dice.choices(WORDS, k=count)).capitalize()

    def person() -> str:
        return (
            f"{dice.choice(GIVEN)} {dice.choice(FAMILY)}{dice.choice(['', '-'])}{dice.choice(FAMILY).lower()}"
        )

    def item() -> str:
        site = f"{dice.choice(FAMILY)} {dice.choice(SITES)} {dice.randrange(40)}"
        return (
            f"  - title: {words(6)}\n    url: https://site.example.com/{dice.randrange(10**6)}/\n"
            f"    excerpt: {words(30)}.\n    summary: {words(6)}\n    author: {person()}\n"
            f"    publication: {site}\n"
        )

    head = (
        f"---\ntitle: {words(5)} {number}\ndate: {day}\npreheader: {words(14)}.\ntakeaways:\n"
        + "".join(f"  - {words(9)}\n" for _ in range(3))
        + f"curated:\n{''.join(item() for _ in range(3))}"
        + f"posts:\n  - title: {words(6)}\n    url: https://blog.example.com/{number}/\n"
        + f"    excerpt: {words(25)}.\n---\n"
    )
    sections = [
        f"## {words(3)}\n\n" + "\n\n".join(f"{words(dice.randrange(40, 70))}." for _ in range(4))
        for _ in range(3)
    ]
    return f"{day}-edition-{number}.md", head + "\n" + "\n\n".join([f"{words(60)}.", *sections]) + "\n"


def project(folder: Path, editions: int) -> Path:
    """A project with so many editions."""
    shutil.copytree(ROOT / "content", folder / "content", ignore=shutil.ignore_patterns("*.md"))
    shutil.copytree(ROOT / "layouts", folder / "layouts")
    for number in range(editions):
        name, text = edition(number)
        (folder / "content" / "editions" / name).write_text(text, "utf-8")
    return folder


def build(folder: Path) -> str:
    """Seconds of a build as a process of its own, and what it says."""
    command = [sys.executable, "-m", "producthead_mail", "--project", str(folder), "archive", "build"]
    start = time.perf_counter()
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    return f"{time.perf_counter() - start:6.2f} s  {said.rpartition(': ')[2]}"


def main() -> None:
    """Builds first, then with nothing, one file changed and one added."""
    editions = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    folder = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(tempfile.mkdtemp()) / "project"
    project(folder, editions)
    print("first build      ", build(folder))
    print("nothing changed  ", build(folder))
    one = sorted((folder / "content" / "editions").iterdir())[editions // 2]
    one.write_text(one.read_text("utf-8").replace("product", "Product", 1), "utf-8")
    print("one changed      ", build(folder))
    name, text = edition(editions)
    (folder / "content" / "editions" / name).write_text(text, "utf-8")
    print("one added        ", build(folder))
    pages = sorted((folder / "build" / "archive").rglob("*.html"), key=lambda path: path.stat().st_size)
    largest = pages[-1].relative_to(folder / "build" / "archive").parent
    print(f"largest of {len(pages)} pages: {pages[-1].stat().st_size / 1000:.1f} kB ({largest})")
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(f"most memory: {most / (1024 if sys.platform != 'darwin' else 1024**2):.0f} MB")
    if len(sys.argv) <= 2:
        shutil.rmtree(folder.parent)


if __name__ == "__main__":
    main()

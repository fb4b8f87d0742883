"""How fast rendering is, as ratios to Node's MJML in the same run, rounds interleaved, both sides hot.

Needs Node and npm for the ratios; without them, only our own times are shown.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from mjml import mjml2html
from official import Official, cli

from producthead_mail.config import Project, find_project
from producthead_mail.content import markdown, yaml_source
from producthead_mail.content.library import edition_paths
from producthead_mail.content.loader import load_edition, load_publication
from producthead_mail.rendering.compile import compile_mjml, cured
from producthead_mail.rendering.inline_styles import cut_inline, inline_styles
from producthead_mail.rendering.layout import load_layout
from producthead_mail.rendering.pipeline import MARKUP, PLAIN, mjml_source, render, template_context
from producthead_mail.rendering.templates import compose

STAGES = ("YAML", "Markdown", "Jinja", "mjml-python", "inlining")
WARM_UP, ROUNDS, PROCESSES = 80, 60, 9


def milliseconds(work: Callable[[], object]) -> float:
    """How long the work takes once."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def compiling(source: str) -> None:
    """MJML source to inlined HTML, against Node."""

    def ours() -> str:
        marked, rules = cut_inline(source)
        return inline_styles(compile_mjml(marked, "x"), rules)

    with Official() as official:
        for _ in range(WARM_UP):
            ours()
        official.compile(source, WARM_UP)
        official.compile(source, WARM_UP, inline=True)
        times, plain, inlined = [], [], []
        for _ in range(ROUNDS):
            times.append(milliseconds(ours))
            plain += official.compile(source)[1]
            inlined += official.compile(source, inline=True)[1]
    print(f"MJML to inlined HTML: {statistics.median(times):.1f} ms")
    compared("Node's mjml, whose own juice inlines the marked rules", times, plain)
    compared("Node's mjml + juice over the whole page", times, inlined)


def compared(name: str, ours: list[float], theirs: list[float]) -> None:
    """Print the median of each round's ratio."""
    ratio = statistics.median(their / our for our, their in zip(ours, theirs, strict=True))
    print(f"  {name}: {statistics.median(theirs):.1f} ms, {ratio:.1f} times ours (target: 4)")


def composing(project: Project) -> None:
    """Edition file to message, each round with other words in both parts, and the stages it can't avoid."""
    original = edition_paths(project)[-1]
    text = original.read_text(encoding="utf-8")
    whole, stages = [], []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / original.name
        for number in range(WARM_UP + ROUNDS):
            path.write_text(
                f"{text}\n\nRound {number}.\n".replace("\ntitle: ", f"\ntitle: {number} "), "utf-8"
            )
            whole.append(milliseconds(lambda: message(project, path)))
            stages.append(unavoidable(project, path))
    warm, parts = whole[WARM_UP:], stages[WARM_UP:]
    ratio = statistics.median(one / sum(part) for one, part in zip(warm, parts, strict=True))
    medians = (statistics.median(times) for times in zip(*parts, strict=True))
    shown = ", ".join(f"{name} {time:.1f}" for name, time in zip(STAGES, medians, strict=True))
    print(f"edition file to message: {statistics.median(warm):.1f} ms (target: 12)")
    print(f"  {ratio:.2f} times the sum of its stages: {shown} (target: 1.5)")


def message(project: Project, path: Path) -> object:
    """What a save of the edition's file costs."""
    publication = load_publication(project)
    edition = load_edition(path, publication, project)
    return render(edition, publication, load_layout(project, edition.layout))


def unavoidable(project: Project, path: Path) -> tuple[float, ...]:
    """The time of each library at work on this edition."""
    publication = load_publication(project)
    edition = load_edition(path, publication, project)
    layout = load_layout(project, edition.layout)
    context = template_context(edition, publication)
    front = edition.source.split("---\n")[1]
    source = compose(layout, MARKUP, context)
    marked, rules = cut_inline(source)
    marked = cured(marked)
    page = mjml2html(marked, disable_comments=True)
    return (
        milliseconds(lambda: yaml_source._built(front, "x", 1, [])),
        milliseconds(lambda: markdown.block(edition.essay.source, path="x", line=1)),
        milliseconds(lambda: (compose(layout, MARKUP, context), compose(layout, PLAIN, context))),
        milliseconds(lambda: mjml2html(marked, disable_comments=True)),
        milliseconds(lambda: inline_styles(page, rules)),
    )


def processes(project: Project, source: str) -> None:
    """`producthead render` against the `mjml` command, as whole processes."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "edition.mjml"
        file.write_text(source, encoding="utf-8")
        program = str(Path(sys.executable).with_name("producthead"))
        ours = [program, "--project", str(project.root), "render", "--out", folder]
        theirs = [*cli(), str(file), "-o", str(Path(folder) / "edition.html")]
        rounds = [(process(ours), process(theirs)) for _ in range(PROCESSES)]
    ratio = statistics.median(one / other for one, other in rounds)
    one, other = (statistics.median(times) for times in zip(*rounds, strict=True))
    print(f"producthead render: {one:.0f} ms; mjml: {other:.0f} ms; ratio {ratio:.2f} (target: 0.7)")


def process(command: list[str]) -> float:
    """How long a process takes."""
    return milliseconds(lambda: subprocess.run(command, check=True, capture_output=True))


def main() -> None:
    """Print the figures."""
    project = find_project(Path(__file__).parent)
    publication = load_publication(project)
    edition = load_edition(edition_paths(project)[-1], publication, project)
    source = mjml_source(edition, publication, load_layout(project, edition.layout))
    composing(project)
    if not shutil.which("node"):
        print("no Node: no ratios")
        return
    compiling(source)
    processes(project, source)


if __name__ == "__main__":
    main()

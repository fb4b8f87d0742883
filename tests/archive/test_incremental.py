"""Whatever happened in between, the folder holds what a build from nothing would make."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from producthead_mail.archive.build import build
from producthead_mail.config import Project
from producthead_mail.content.loader import load_publication
from tests.archive.project_of import NOW, PIXEL, PUBLICATION, built, project_in, snapshot, write

DAYS = [f"2024-0{month}-01" for month in (1, 2, 3, 7)]
AUTHORS = ["Ada", "ada", "Bo & Co", "李明", ""]
STEPS = st.one_of(
    st.tuples(st.just("write"), st.sampled_from(DAYS), st.sampled_from(AUTHORS), st.booleans()),
    st.tuples(st.just("remove"), st.sampled_from(DAYS), st.just(""), st.just(False)),
    st.tuples(st.just("tagline"), st.sampled_from(DAYS), st.just(""), st.just(False)),
    st.tuples(st.just("picture"), st.sampled_from(DAYS), st.just(""), st.just(False)),
    st.tuples(st.just("spoil"), st.sampled_from(DAYS), st.just(""), st.just(False)),
    st.tuples(st.just("forget"), st.sampled_from(DAYS), st.just(""), st.just(False)),
)


@contextmanager
def project() -> Iterator[Project]:
    with tempfile.TemporaryDirectory() as folder:
        made = project_in(Path(folder))
        (made.content / "a.png").write_bytes(PIXEL)
        yield made


def take(project: Project, step: tuple[str, str, str, bool]) -> None:
    kind, day, author, approved = step
    path = project.editions / f"{day}-e.md"
    if kind == "write":
        front = f"curated:\n  - {{title: T, url: 'https://example.com/', author: '{author}'}}\n"
        write(project, path.stem, front + ("approved: any\n" if approved else ""), "![A](a.png)\n")
    elif kind == "remove":
        others = any(other != path for other in project.editions.iterdir())
        if others:  # without any edition nothing is built: tests/archive/test_build_faults.py
            path.unlink(missing_ok=True)
    elif kind == "tagline":
        project.publication.write_text(PUBLICATION.replace("everything", day), "utf-8")
    elif kind == "picture":
        (project.content / "a.png").write_bytes(PIXEL + day.encode())
    elif kind == "spoil":
        page = project.build / "archive" / path.stem / "index.html"
        if page.is_file():
            page.write_text("spoilt")
    else:
        (project.state / "cache" / "archive.json").unlink(missing_ok=True)


@settings(max_examples=12)
@given(st.lists(STEPS, min_size=1, max_size=8))
def test_after_any_changes_the_site_is_as_if_built_anew(steps: list[tuple[str, str, str, bool]]) -> None:
    with project() as changing:
        for step in steps:
            take(changing, step)
            folder = built(changing).folder
        (changing.state / "cache" / "archive.json").unlink(missing_ok=True)
        fresh = build(changing, load_publication(changing), changing.build / "fresh", NOW).folder
        expected = {path: data for path, (data, _) in snapshot(fresh).items()}
        found = {path: data for path, (data, _) in snapshot(folder).items()}
        # Pictures stay for the mail that went out with them.
        assert {path: data for path, data in found.items() if path in expected or path != "a.png"} == expected

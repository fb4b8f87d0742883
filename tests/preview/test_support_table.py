"""A support table that is made anew while the studio runs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from http.client import HTTPResponse

import pytest
from running_studio import SEED, Running, running

from producthead_mail.clients.support import PACKAGED, load_support, prefer
from producthead_mail.config import Project
from producthead_mail.preview.guard import Access
from producthead_mail.preview.studio import Studio


@pytest.fixture(autouse=True)
def _release_table() -> Iterator[None]:
    yield
    prefer(PACKAGED)


def put(project: Project, table: str) -> None:
    """Put the table in place as `clients refresh` does: in one step."""
    project.state.mkdir(exist_ok=True)
    draft = project.state / ".draft"
    draft.write_text(table, encoding="utf-8")
    draft.replace(project.state / "support.json")


def dated(day: str) -> str:
    source = PACKAGED.read_text(encoding="utf-8")
    return source.replace(load_support().updated.isoformat(), day, 1)


def event(answer: HTTPResponse) -> bytes:
    """The next event of a stream, to its empty line."""
    return b"".join(iter(answer.readline, b"\r\n"))


def test_the_next_page_goes_by_a_new_table(studio: Running) -> None:
    address = f"/edition/{SEED}?client=yahoo"
    assert b"2031-01-02" not in studio.ask(address).read()

    put(studio.project, dated("2031-01-02"))

    assert b"2031-01-02" in studio.ask(address).read()


def test_a_table_that_can_not_be_read_leaves_the_releases(project: Project) -> None:
    opened = Studio(project)
    opened.look(SEED)
    released = load_support()
    put(project, dated("2031-01-02"))
    first = opened.look(SEED)
    assert load_support().updated.isoformat() == "2031-01-02"

    put(project, "{}")

    look = opened.look(SEED)
    assert load_support() is released
    assert look is not None
    assert look.problems == ()
    assert look is not first


def test_an_open_page_hears_of_it(project: Project) -> None:
    put(project, dated("2031-01-02"))
    with running(project, Access()) as studio:
        answer = studio.ask(f"/events?edition={SEED}")
        first = event(answer)
        (project.state / "ledger.db-wal").write_bytes(b"x")  # not shown on any page
        put(project, dated("2032-03-04"))

        assert event(answer) == first.replace(b"-0", b"-1")


def test_a_table_is_read_again_only_where_it_changed(project: Project) -> None:
    put(project, dated("2031-01-02"))
    prefer(project.state / "support.json")
    first = load_support()
    assert load_support() is first
    os.utime(project.state / "support.json", ns=(1, 1))
    assert load_support() is not first

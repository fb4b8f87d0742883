"""Whom the studio can show a message to."""

from __future__ import annotations

from dataclasses import replace

import pytest
from running_studio import NEWS

from producthead_mail.config import Project
from producthead_mail.content.loader import load_publication
from producthead_mail.content.publication import AudienceSource
from producthead_mail.preview.readers import FIXTURES, NOBODY, chosen, readers
from producthead_mail.preview.rendered import Rendered
from producthead_mail.preview.studio import Studio


@pytest.fixture
def news(project: Project) -> Rendered:
    look = Studio(project).look(NEWS)
    assert look is not None
    assert look.rendered is not None
    return look.rendered


def test_nobody_then_people_then_the_awkward(project: Project) -> None:
    found, why = readers(load_publication(project))
    assert why == ""
    assert found[0] is NOBODY
    assert [one.label for one in found[1:3]] == ["Amelia Hart", "Benedict Osei"]
    assert found[-len(FIXTURES) :] == FIXTURES
    assert chosen("row-3", found).email == "benedict@example.org"
    assert chosen("row-999", found) is NOBODY


def test_at_most_twenty_people(project: Project) -> None:
    rows = "".join(f"reader{n}@example.com\n" for n in range(100))
    (project.content / "audience/sample.csv").write_text(f"email\n{rows}", encoding="utf-8")
    found, _ = readers(load_publication(project))
    assert sum(one.group == "Audience" for one in found) == 20


def test_an_audience_that_cannot_be_read_says_why(project: Project) -> None:
    (project.content / "audience/sample.csv").write_text("name\nAmelia\n", encoding="utf-8")
    found, why = readers(load_publication(project))
    assert found == (NOBODY, *FIXTURES)
    assert "sample.csv:1" in why


def test_no_database_is_asked(project: Project) -> None:
    publication = replace(
        load_publication(project), audience=AudienceSource(sql="sqlite:///missing.db", query="SELECT email")
    )
    assert readers(publication)[1] == "The audience is not a file; the studio asks no database."


@pytest.mark.parametrize(
    ("key", "subject"),
    [
        ("placeholder", "The PRODUCTHEAD archive has moved, there"),
        ("row-2", "The PRODUCTHEAD archive has moved, Amelia"),
        ("no-name", "The PRODUCTHEAD archive has moved, there"),
        ("hostile", 'The PRODUCTHEAD archive has moved, "><script>alert(1)</script>'),
    ],
)
def test_the_subject_each_reader_gets(news: Rendered, key: str, subject: str) -> None:
    assert news.read_by(key).filled.subject == subject


def test_a_hostile_name_stays_text(news: Rendered) -> None:
    page = news.read_by("hostile").filled.html
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_slot_that_fails_for_one_reader_is_shown_for_nobody(project: Project) -> None:
    path = project.editions / f"{NEWS}.md"
    slot = '[[ 1 + company if company | default("") | length > 40 else "short" ]]'
    path.write_text(path.read_text(encoding="utf-8") + f"\n{slot}\n", encoding="utf-8")
    look = Studio(project).look(NEWS)
    assert look is not None
    assert look.rendered is not None
    reading = look.rendered.read_by("long-name")
    assert reading.reader is NOBODY
    assert [one.path for one in reading.problems] == [slot]
    assert look.rendered.read_by("no-name").problems == ()

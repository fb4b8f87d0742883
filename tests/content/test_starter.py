"""Whatever a new publication is told, its files load."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producthead_mail.config import Project
from producthead_mail.content.authoring.literal import typed
from producthead_mail.content.authoring.starter import ACCEPTED, Answers, starter_files, way_to_leave
from producthead_mail.content.loader import load_edition, load_publication
from producthead_mail.content.publication import Publication

WORDS = st.text(st.characters(exclude_characters="[")).filter(typed)


def loaded(project: Project, answers: Answers) -> Publication:
    files = starter_files(answers, date(2024, 2, 12))
    project.publication.write_bytes(files["content/publication.yaml"])
    edition = project.editions / "2024-02-12-a-letter-worth-opening.md"
    edition.write_bytes(files[f"content/editions/{edition.name}"])
    publication = load_publication(project)
    assert load_edition(edition, publication, project).date == date(2024, 2, 12)
    return publication


def test_every_answer_has_a_reader() -> None:
    assert list(ACCEPTED) == list(Answers.__dataclass_fields__)
    for key, accept in ACCEPTED.items():
        accept(getattr(Answers(), key))


@given(name=WORDS, sender=WORDS, address=WORDS)
def test_any_words_read_back_as_they_were_typed(
    shared_project: Project, name: str, sender: str, address: str
) -> None:
    publication = loaded(shared_project, Answers(name=name, sender=sender, postal_address=address))
    assert (publication.name, publication.sender.name) == (typed(name), typed(sender))
    assert publication.postal_address == typed(address)


@pytest.mark.parametrize("url", ["https://news.example.org/weekly/", "http://bücher.example/a b"])
def test_an_address_is_made_fit_for_mail(shared_project: Project, url: str) -> None:
    assert loaded(shared_project, Answers(url=url)).url in {
        "https://news.example.org/weekly",
        "http://xn--bcher-kva.example/a%20b",
    }


@pytest.mark.parametrize(
    ("answer", "written"),
    [
        ("tracking", "{subscription_tracking: true}"),
        ("Tracking", "{subscription_tracking: true}"),
        ("4711", "{asm_group: 4711}"),
        ("https://example.org/[[ email ]]", '{url: "https://example.org/[[ email ]]"}'),
    ],
)
def test_the_ways_to_leave(answer: str, written: str) -> None:
    assert way_to_leave(answer) == written


@pytest.mark.parametrize("answer", ["", "0", "never", "http://example.org/leave", "mailto:a@example.org"])
def test_what_is_no_way_to_leave(answer: str) -> None:
    with pytest.raises(ValueError, match=r"^."):
        way_to_leave(answer)


def test_the_first_edition_shows_every_part(tmp_path: Path) -> None:
    files = starter_files(Answers(), date(2024, 2, 12))
    text = files["content/editions/2024-02-12-a-letter-worth-opening.md"].decode()
    assert all(f"\n{key}:" in text for key in ("preheader", "takeaways", "curated", "posts"))
    assert b".env\n" in files[".gitignore"]
    assert b"\nSENDGRID_API_KEY=\n" in files[".env.example"]

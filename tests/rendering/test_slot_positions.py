"""A faulty slot is told at file, line and column: the edition's, the publication's or a partial's."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from producthead_mail.config import Project
from producthead_mail.content.loader import load_edition, load_publication
from producthead_mail.errors import InputError
from producthead_mail.rendering.layout import load_layout
from producthead_mail.rendering.pipeline import mjml_source, render

ROOT = Path(__file__).parents[2]
EDITION = """---
title: One
date: 2024-03-04
layout: announcement
subject: Hi SUBJECT
preheader: Hi PREHEADER
button: {label: "BUTTON", url: "https://example.com/?q=QUERY"}
---

Some words.

Hello BODY.
"""
WORDS = ("SUBJECT", "PREHEADER", "BUTTON", "QUERY", "BODY")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    for folder in ("content", "layouts"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return Project(tmp_path)


def problems(project: Project, source: str) -> list[str]:
    path = project.editions / "one.md"
    for word in WORDS:
        source = source.replace(word, word.lower())
    path.write_text(source, encoding="utf-8")
    publication = load_publication(project)
    edition = load_edition(path, publication, project)
    layout = load_layout(project, edition.layout)
    with pytest.raises(InputError) as caught:
        render(edition, publication, layout)
    return [str(problem) for problem in caught.value.problems]


def edited(project: Project, path: str, old: str, new: str) -> None:
    file = project.root / path
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("word", "place"),
    [("SUBJECT", "5:13"), ("PREHEADER", "6:15"), ("BUTTON", "7:18"), ("QUERY", "7:56"), ("BODY", "12:7")],
)
def test_a_slot_of_the_edition(project: Project, word: str, place: str) -> None:
    found = problems(project, EDITION.replace(word, "[[ first_name | uper ]]"))
    assert found == [
        f"content/editions/one.md:{place}: [[ first_name | uper ]]: no filter 'uper'; did you mean 'upper'?"
    ]


def test_quotes_of_yaml_do_not_hide_the_place(project: Project) -> None:
    source = EDITION.replace("Hi SUBJECT", '"For [[ x | dfault(\\"a\\") ]]"')
    assert problems(project, source)[0].startswith("content/editions/one.md:5:15: [[ x | dfault(")


def test_a_slot_of_the_publication(project: Project) -> None:
    edited(project, "content/publication.yaml", "postal_address: ", "postal_address: \"[[ 'x' * 3 ]] \" #")
    assert problems(project, EDITION) == [
        "content/publication.yaml:13:18: [[ 'x' * 3 ]]: * is not taken; make it a column of the audience"
    ]


def test_a_slot_of_a_partial(project: Project) -> None:
    edited(project, "layouts/shared/footer.mjml.j2", '<p class="fine links">', '<p style="color:[[ hue ]]">')
    edited(project, "layouts/shared/footer.txt.j2", "{{ labels.unsubscribe }}", "\n  Bye [[ first_name +]]")
    assert problems(project, EDITION) == [
        "layouts/shared/footer.mjml.j2:9:23: [[ hue ]]: a slot cannot stand in style; put it into the text",
        "layouts/shared/footer.txt.j2:10:7: [[ first_name + ]]: unexpected ']]'; "
        'write a column of the audience, such as [[ first_name | default("there") ]]',
    ]


def test_a_slot_that_a_partial_never_closes(project: Project) -> None:
    edited(project, "layouts/shared/footer.mjml.j2", "{{ labels.unsubscribe }}", "[[ first_name")
    assert problems(project, EDITION) == [
        "layouts/shared/footer.mjml.j2:10:41: a `[[` without its `]]`; "
        "close it, or write `\\[[` for the signs"
    ]


def test_faults_of_source_and_slots_are_told_together(project: Project) -> None:
    edited(project, "layouts/shared/footer.mjml.j2", "<mj-column>", "<mj-colum>")
    found = problems(project, EDITION.replace("SUBJECT", "[[ x + ]]").replace("BODY", "[[ y | nothing ]]"))
    assert [problem.split(" ")[0] for problem in found] == [
        "content/editions/one.md:5:13:",
        "content/editions/one.md:12:7:",
        "layouts/shared/footer.mjml.j2:4:3:",
    ]


def test_the_mjml_source_says_the_same(project: Project) -> None:
    path = project.editions / "one.md"
    path.write_text(EDITION.replace("BODY", "[[ x + ]]"), encoding="utf-8")
    publication = load_publication(project)
    edition = load_edition(path, publication, project)
    with pytest.raises(InputError, match=r"content/editions/one\.md:12:7: \[\[ x \+ \]\]"):
        mjml_source(edition, publication, load_layout(project, edition.layout))

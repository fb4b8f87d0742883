"""A save reaches the pages of what it goes into, and renders nothing else."""

from __future__ import annotations

import pytest
from running_studio import NEWS, SEED

from producthead_mail.config import Project
from producthead_mail.preview.dependencies import templates_used
from producthead_mail.preview.studio import EVERYONE, Studio
from producthead_mail.rendering.layout import Layout, load_layout

PARTIAL = "producthead/partials/masthead.mjml.j2"
SHARED = "shared/footer.mjml.j2"


@pytest.fixture
def studio(project: Project) -> Studio:
    """Both editions are open: one of each layout."""
    opened = Studio(project)
    opened.look(SEED)
    opened.look(NEWS)
    return opened


def test_includes_and_imports_are_followed(project: Project) -> None:
    assert templates_used(load_layout(project, "announcement")) == {
        "announcement/edition.mjml.j2",
        "announcement/edition.txt.j2",
        "shared/dark.mjml.j2",
        "shared/footer.mjml.j2",
        "shared/footer.txt.j2",
        "shared/head.mjml.j2",
        "shared/parts.mjml.j2",
        "shared/parts.txt.j2",
        "shared/type.mjml.j2",
    }


@pytest.mark.parametrize(
    ("source", "used"),
    [
        ("{% include 'x/a.j2' %}", {"x/a.j2"}),
        ('{%- include "x/a.j2" ignore missing without context -%}', {"x/a.j2"}),
        ('{% import "x/a.j2" as a with context %}', {"x/a.j2"}),
        ('{% from "x/a.j2" import b, c as d %}{% extends "x/b.j2" %}', {"x/a.j2", "x/b.j2"}),
        ('{% include "x/gone.j2" %}', set()),
        ("{% include name %}", {"x/a.j2", "x/b.j2"}),
        ('{% include "x/a.j2" if name else "x/b.j2" %}', {"x/a.j2", "x/b.j2"}),
        ('{% include ["x/gone.j2", "x/a.j2"] %}', {"x/a.j2", "x/b.j2"}),
    ],
)
def test_a_name_worked_out_late_may_be_any(source: str, used: set[str]) -> None:
    layout = Layout("x", {"x/edition.mjml.j2": source, "x/a.j2": "", "x/b.j2": ""})
    assert templates_used(layout) == {"x/edition.mjml.j2"} | used


@pytest.mark.parametrize(
    ("file", "touched"),
    [
        (f"layouts/{PARTIAL}", {SEED}),
        (f"layouts/{SHARED}", {SEED, NEWS}),
        ("layouts/announcement/edition.txt.j2", {NEWS}),
        ("layouts/other/edition.mjml.j2", set()),
        ("layouts/shared/notes.txt", set()),
        (f"content/editions/{NEWS}.md", {NEWS}),
        ("content/editions/notes.txt", set()),
        ("content/publication.yaml", EVERYONE),
        ("content/images/product-people.png", EVERYONE),
    ],
)
def test_whom_a_save_concerns(studio: Studio, file: str, touched: set[str] | None) -> None:
    assert studio.saved([studio.project.root / file]) == touched


def test_several_files_of_one_save(studio: Studio) -> None:
    root = studio.project.layouts
    assert studio.saved([root / PARTIAL, root / "announcement/edition.txt.j2"]) == {SEED, NEWS}
    assert studio.saved([root / PARTIAL, studio.project.publication]) is EVERYONE


def test_an_edition_that_comes_or_goes_concerns_every_list(studio: Studio) -> None:
    path = studio.project.editions / "2024-03-11-one-more.md"
    path.write_text("---\ntitle: One more\ndate: 2024-03-11\n---\nx\n", encoding="utf-8")
    assert studio.saved([path]) is EVERYONE
    assert studio.saved([path]) == {path.stem}
    path.unlink()
    assert studio.saved([path]) is EVERYONE


def test_what_a_save_does_not_concern_is_not_rendered_again(studio: Studio) -> None:
    root = studio.project.layouts
    before = studio.look(NEWS)
    (root / PARTIAL).write_text((root / PARTIAL).read_text(encoding="utf-8") + "\n", encoding="utf-8")
    studio.saved([root / PARTIAL])
    studio.look(SEED)
    studio.look(NEWS)
    assert studio.look(NEWS) is before
    assert studio.renders == 3


def test_what_cannot_be_rendered_waits_for_any_template(studio: Studio) -> None:
    file = studio.project.layouts / PARTIAL
    source = file.read_text(encoding="utf-8")
    file.unlink()
    assert studio.saved([file]) == {SEED}
    broken = studio.look(SEED)
    assert broken is not None
    assert broken.problems
    file.write_text(source, encoding="utf-8")
    assert studio.saved([file]) == {SEED}
    mended = studio.look(SEED)
    assert mended is not None
    assert mended.problems == ()

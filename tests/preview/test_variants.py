"""Editions with parts missing or too long, in every layout."""

from __future__ import annotations

import pytest
from running_studio import NEWS, SEED

from producthead_mail.config import Project
from producthead_mail.preview.choice import Choice
from producthead_mail.preview.rendered import Rendered
from producthead_mail.preview.studio import Studio
from producthead_mail.preview.variants import LONG_TITLE, VARIANTS, variant
from producthead_mail.preview.view import view


def rendered(project: Project, slug: str) -> Rendered:
    look = Studio(project).look(slug)
    assert look is not None
    assert look.rendered is not None
    return look.rendered


@pytest.mark.parametrize("slug", [SEED, NEWS])
def test_every_layout_bears_every_variant(project: Project, slug: str) -> None:
    whole = rendered(project, slug)
    for one in VARIANTS:
        message = whole.variant(one.key).message
        assert "unsubscribe" in message.html.lower()
        assert message.text.strip()


@pytest.mark.parametrize(
    ("key", "gone", "kept"),
    [
        ("no-takeaways", "A precursor to alignment", "Getting aligned with your exec team"),
        ("no-essay", "We talk about alignment all the time", "A precursor to alignment"),
        ("no-pictures", "practitioners-guide.png", "A precursor to alignment"),
        ("no-curated", "Getting aligned with your exec team", "Force multipliers"),
        ("no-posts", "Force multipliers", "Getting aligned with your exec team"),
        ("one-of-each", "Towards meaningful", "Getting aligned with your exec team"),
        ("bare-links", "Prioritisation, people and processes", "Getting aligned with your exec team"),
        ("title-only", "can we help you?", "In search of deeper alignment"),
    ],
)
def test_what_a_variant_lacks(project: Project, key: str, gone: str, kept: str) -> None:
    whole = rendered(project, SEED)
    page = whole.variant(key).message.html
    assert gone in whole.message.html
    assert gone not in page
    assert kept in page


def test_a_long_title_is_in_subject_and_message(project: Project) -> None:
    message = rendered(project, SEED).variant("long").message
    assert message.subject == LONG_TITLE
    assert message.html.replace("<wbr>", "").count(LONG_TITLE) > 3


def test_an_unknown_variant_is_the_edition_as_written() -> None:
    assert variant("nothing").label == "As written"


def test_a_layout_that_cannot_do_without_a_part_says_so_over_the_edition(project: Project) -> None:
    partial = project.layouts / "producthead/partials/takeaways.mjml.j2"
    source = partial.read_text(encoding="utf-8")
    partial.write_text(
        source + "\n{% if not edition.takeaways %}{{ edition.tacaways }}{% endif %}", encoding="utf-8"
    )
    look = Studio(project).look(SEED)
    assert look is not None
    shown = view(SEED, look, Choice(variant="no-takeaways"), project)
    assert shown.is_stale is False
    assert [one.problem.path for one in shown.problems] == ["layouts/producthead/partials/takeaways.mjml.j2"]
    assert "A precursor to alignment" in shown.filled.html

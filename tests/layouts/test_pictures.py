"""Pictures of curated items: never stretched, never wider than the column."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import html as lxml_html

from producthead_mail.config import Project
from producthead_mail.content.loader import load_edition, load_publication
from producthead_mail.rendering.layout import load_layout
from producthead_mail.rendering.pipeline import render

PROJECT = Project(Path(__file__).parents[2])


@pytest.mark.parametrize(
    ("source", "width"),
    [("images/practitioners-guide.png", "280"), ("https://pictures.example.com/wide.png", "560")],
)
def test_a_picture_is_as_wide_as_it_is_or_as_the_column(tmp_path: Path, source: str, width: str) -> None:
    path = tmp_path / "2024-03-18-pictures.md"
    item = f"{{title: One, url: 'https://example.com/', image: {{src: '{source}', alt: A picture}}}}"
    path.write_text(f"---\ntitle: Pictures\ndate: 2024-03-18\ncurated: [{item}]\n---\n", encoding="utf-8")
    publication = load_publication(PROJECT)
    edition = load_edition(path, publication, PROJECT)
    message = render(edition, publication, load_layout(PROJECT, edition.layout))
    picture = lxml_html.document_fromstring(message.html).xpath("//img[@alt='A picture']")[0]
    assert picture.get("width") == width

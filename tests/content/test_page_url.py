"""Where an edition stands in the archive."""

import pytest

from producthead_mail.config import Project
from producthead_mail.content.loader import load_publication


@pytest.mark.parametrize(
    ("slug", "url"),
    [
        ("2024-02-12-alignment", "https://newsletter.example.com/2024-02-12-alignment/"),
        ("50% off & more", "https://newsletter.example.com/50%25%20off%20%26%20more/"),
        ("zürich", "https://newsletter.example.com/z%C3%BCrich/"),
    ],
)
def test_the_page_has_a_slash_at_the_end_and_a_name_that_is_quoted(
    project: Project, slug: str, url: str
) -> None:
    assert load_publication(project).page_url(slug) == url

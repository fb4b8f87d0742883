"""A link within the project leads to a file, and to a heading of it."""

import re
from pathlib import Path

import pytest

from tests.docs.blocks import FENCE, PAGES, ROOT

PAPERS = [*PAGES, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"]


def anchors(page: Path) -> set[str]:
    """What code hosts make of a page's headings: lower case, without punctuation, `-` for spaces."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAPERS, ids=lambda page: page.name)
def test_links_within_the_project_lead_somewhere(page: Path) -> None:
    lost = []
    for link in re.findall(r"\]\(([^)\s]+)\)", FENCE.sub("", page.read_text())):
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        if "://" not in link and not (target.exists() and (not anchor or anchor in anchors(target))):
            lost.append(link)
    assert lost == []

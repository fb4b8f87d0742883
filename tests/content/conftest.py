"""A small project to load from."""

from __future__ import annotations

from pathlib import Path

import pytest

from producthead_mail.config import Project

PUBLICATION = """\
name: PRODUCTHEAD
url: https://newsletter.example.com/
timezone: Europe/London
from: {name: Jock, email: jock@example.com}
audience: {csv: audience/sample.csv}
unsubscribe: {asm_group: 12345}
"""


def _project(root: Path) -> Project:
    (root / "content" / "editions").mkdir(parents=True)
    (root / "content" / "publication.yaml").write_text(PUBLICATION, "utf-8")
    return Project(root)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return _project(tmp_path)


@pytest.fixture(scope="session")
def shared_project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """For tests that run many times and put back what they change."""
    return _project(tmp_path_factory.mktemp("project"))

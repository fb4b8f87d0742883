"""A studio on a project of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from running_studio import NEWS, Running, running

from producthead_mail.config import Project
from producthead_mail.preview.guard import Access

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    for folder in ("content", "layouts"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / "tests/layouts/announcement.md", tmp_path / "content/editions" / f"{NEWS}.md")
    return Project(tmp_path)


@pytest.fixture
def studio(project: Project) -> Iterator[Running]:
    with running(project, Access()) as server:
        yield server

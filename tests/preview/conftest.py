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
    return copied(tmp_path)


@pytest.fixture
def studio(project: Project) -> Iterator[Running]:
    with running(project, Access()) as server:
        yield server


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A studio for tests that only ask."""
    with running(copied(tmp_path_factory.mktemp("standing")), Access()) as server:
        yield server


def copied(folder: Path) -> Project:
    for name in ("content", "layouts"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "tests/layouts/announcement.md", folder / "content/editions" / f"{NEWS}.md")
    return Project(folder)

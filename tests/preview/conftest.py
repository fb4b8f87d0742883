"""A studio on a project of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import CHROMIUM, QUIET, watched
from playwright.sync_api import Browser, Page, sync_playwright
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


# For a module only: Playwright's loop counts as running for as long as it is open.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser, studio: Running) -> Iterator[Page]:
    with watched(browser, studio.url) as opened:
        yield opened


def copied(folder: Path) -> Project:
    for name in ("content", "layouts"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "tests/layouts/announcement.md", folder / "content/editions" / f"{NEWS}.md")
    return Project(folder)

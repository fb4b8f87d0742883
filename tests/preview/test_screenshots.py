"""Screenshots of real clients, beside what the studio shows."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from browsing import CHROMIUM, open_edition
from playwright.sync_api import Page, expect
from running_studio import NEWS, SEED, Running

from producthead_mail.config import Project
from producthead_mail.preview.choice import Choice, Mode
from producthead_mail.preview.screenshots import screenshots
from producthead_mail.preview.studio import Studio


def lay(project: Project, *names: str) -> Path:
    folder = project.content / "screenshots" / SEED
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        shutil.copy(project.content / "images/product-people.png", folder / name)
    return folder


def test_pictures_of_the_client_and_its_colours_narrowest_first(project: Project) -> None:
    lay(
        project,
        "gmail-app-forced-600.png",
        "gmail-app-forced-desktop.jpg",
        "gmail-app-forced-375.png",
        "gmail-app-light-375.png",
        "gmail-light-375.png",
        "notes.txt",
        "gmail-app-forced-wide.png",
    )
    found = screenshots(project, SEED, Choice("gmail-app", Mode.FORCED))
    assert [one.width for one in found] == ["375", "600", "desktop"]
    assert found[0].path == f"content/screenshots/{SEED}/gmail-app-forced-375.png"
    assert found[0].url.startswith(f"/content/screenshots/{SEED}/gmail-app-forced-375.png?v=")
    assert screenshots(project, NEWS, Choice("gmail-app", Mode.FORCED)) == ()


@pytest.mark.parametrize("slug", ["", ".", "..", "../images", "x/../../images"])
def test_a_slug_is_no_way_out(project: Project, slug: str) -> None:
    lay(project)
    shutil.copy(
        project.content / "images/product-people.png", project.content / "images/original-light-375.png"
    )
    assert screenshots(project, slug, Choice()) == ()


def test_a_screenshot_concerns_its_edition(project: Project) -> None:
    file = lay(project) / "original-light-375.png"
    assert Studio(project).saved([file]) == {SEED}


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")
def test_the_nearest_width_stands_beside_the_message(page: Page, studio: Running) -> None:
    lay(studio.project, "original-light-320.png", "original-light-600.png")
    open_edition(page, SEED, "?width=375")
    shown = page.locator("#real figure:visible")
    expect(shown).to_have_count(1)
    expect(shown).to_contain_text("original-light-320.png")
    page.keyboard.press("3")
    expect(shown).to_contain_text("original-light-600.png")
    assert shown.locator("img").evaluate("one => one.naturalWidth > 0")
    page.keyboard.press("d")
    expect(page.locator("#real figure")).to_have_count(0)
    lay(studio.project, "original-dark-600.png")
    expect(shown).to_contain_text("original-dark-600.png")

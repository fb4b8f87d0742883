"""`preview --export`: a folder for sign-off that needs neither server nor scripts."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from browsing import CHROMIUM
from playwright.sync_api import Browser, Request, expect
from running_studio import NEWS, SEED
from typer.testing import CliRunner, Result

from producthead_mail.cli.app import app
from producthead_mail.clients.profile import PROFILES
from producthead_mail.config import Project
from producthead_mail.preview.export import export


def run(project: Project, folder: Path, *edition: str) -> Result:
    command = ["--project", str(project.root), "preview", *edition, "--export", str(folder)]
    return CliRunner().invoke(app, command)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_every_client_in_the_colours_it_has(project: Project, tmp_path: Path) -> None:
    result = run(project, tmp_path / "out", SEED)
    assert (result.exit_code, result.stdout) == (0, f"{tmp_path}/out/index.html\n")
    clients = ["original", *(one.id for one in PROFILES)]
    forced = ["gmail-app", "gmail-foreign", "outlook", "outlook-com"]
    assert sorted(contents(tmp_path / "out")) == sorted(
        [
            "base.css",
            "export.css",
            "index.html",
            "content/images/practitioners-guide.png",
            "content/images/product-people.png",
            *(f"{one}.html" for one in clients),
            *(f"messages/{one}.html" for one in clients),
            *(f"messages/{one}-forced.html" for one in forced),
        ]
    )


def test_the_same_edition_gives_the_same_bytes(project: Project, tmp_path: Path) -> None:
    export(project, SEED, tmp_path / "one")
    export(project, SEED, tmp_path / "two")
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_the_newest_edition_where_none_is_named(project: Project, tmp_path: Path) -> None:
    run(project, tmp_path / "out")
    assert "The archive has moved" in (tmp_path / "out/index.html").read_text(encoding="utf-8")


def test_an_earlier_export_is_replaced_as_a_whole(project: Project, tmp_path: Path) -> None:
    export(project, SEED, tmp_path / "out")
    (tmp_path / "out/stale.html").write_text("x", encoding="utf-8")
    export(project, NEWS, tmp_path / "out")
    export(project, NEWS, tmp_path / "fresh")
    assert contents(tmp_path / "out") == contents(tmp_path / "fresh")
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_folder_of_something_else_is_left_alone(project: Project, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/thesis.txt").write_text("x", encoding="utf-8")
    result = run(project, tmp_path / "out", SEED)
    assert result.exit_code == 3
    assert f"{tmp_path}/out: is there already, and no earlier export; name a new folder" in result.stderr
    assert sorted(contents(tmp_path / "out")) == ["thesis.txt"]


def test_a_broken_edition_writes_nothing(project: Project, tmp_path: Path) -> None:
    (project.editions / f"{SEED}.md").write_text("---\ntitel: x\n---\n", encoding="utf-8")
    result = run(project, tmp_path / "out", SEED)
    assert result.exit_code == 3
    assert f"content/editions/{SEED}.md:1:1" in result.stderr
    assert not (tmp_path / "out").exists()


def test_real_screenshots_go_along(project: Project, tmp_path: Path) -> None:
    folder = project.content / "screenshots" / SEED
    folder.mkdir(parents=True)
    shutil.copy(project.content / "images/product-people.png", folder / "outlook-light-600.png")
    export(project, SEED, tmp_path / "out")
    assert f"content/screenshots/{SEED}/outlook-light-600.png" in contents(tmp_path / "out")
    assert "outlook-light-600.png" in (tmp_path / "out/outlook.html").read_text(encoding="utf-8")


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")
def test_it_opens_from_the_disk_without_scripts_and_asks_nobody(
    browser: Browser, project: Project, tmp_path: Path
) -> None:
    source = (project.editions / f"{SEED}.md").read_text(encoding="utf-8")
    hostile = source.replace("title: In search", "title: <script>alert(1)</script> In search")
    hostile += "\n\n![far](https://pictures.example.com/x.png)\n"
    (project.editions / f"{SEED}.md").write_text(hostile, encoding="utf-8")
    export(project, SEED, tmp_path / "out")
    with browser.new_context(java_script_enabled=False, color_scheme="null") as context:
        page = context.new_page()
        asked: list[Request] = []
        page.on("request", lambda request: asked.append(request))
        page.goto((tmp_path / "out/index.html").as_uri())
        expect(page.get_by_role("heading", level=1)).to_contain_text("<script>alert(1)</script>")
        expect(page.locator("body")).to_contain_text("A precursor to alignment is a clear product strategy")
        expect(page.locator("body")).to_contain_text("What will differ, where")
        page.get_by_role("link", name="Apple Mail, iOS").click()
        expect(page.locator("iframe")).to_have_count(4)
        expect(page.frame_locator("iframe.dark").first.locator("body")).to_contain_text("We talk about")
        expect(page.locator("body")).to_contain_text("Support table of 20")
        assert page.locator("button").count() == 0
        assert {one.failure for one in asked if not one.url.startswith("file:")} == {"csp"}


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")
def test_dark_and_pictures_work_from_the_disk(browser: Browser, project: Project, tmp_path: Path) -> None:
    export(project, SEED, tmp_path / "out")
    with browser.new_page(color_scheme="null") as page:
        page.goto((tmp_path / "out/apple.html").as_uri())
        facts = "[matchMedia('(prefers-color-scheme: dark)').matches, document.images[0].naturalWidth]"
        shown = [frame.evaluate(facts) for frame in page.frames[1:]]
    assert shown[2:] == [[True, 128], [True, 128]]
    assert [width for _, width in shown] == [128, 128, 128, 128]


def test_a_folder_below_a_file_is_bad_input(project: Project, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    result = run(project, tmp_path / "file/out", SEED)
    assert result.exit_code == 3
    assert result.stderr == f"{tmp_path}/file/out: {tmp_path}/file is no folder; name another one\n"

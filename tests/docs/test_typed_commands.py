"""Every command that a page tells its reader to type does what the page says it does."""

import re
from pathlib import Path

import pytest

from tests.docs.blocks import PAGES, ROOT, typed
from tests.docs.scenes import Scene

ELSEWHERE = {"make", "pip", "playwright", "apt-get"}
"""Set up a machine; what they are given is looked at below."""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_do_as_the_page_says(scene: Scene, page: Path) -> None:
    commands = [one for one in typed(page) if one.words[0] not in ELSEWHERE]
    if commands and not commands[0].scene:
        scene.set("project")
    for command in commands:
        if command.scene:
            scene.set(command.scene)
        code, output = scene.run(command)
        assert code == command.exits, f"{command}\n{output}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_targets_and_extras_exist(page: Path) -> None:
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    extras = re.findall(r"^(\w+) = \[", (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    for words in (one.words for one in typed(page)):
        if words[0] == "make":
            assert words[1].split("=")[0] in [*targets, "PYTHON"]
        if words[0] == "pip":
            assert words[1:] in [("install", f"producthead-mail[{extra}]") for extra in extras]

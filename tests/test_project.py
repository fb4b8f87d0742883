"""The project's own papers agree with the program."""

import re
from pathlib import Path

from producthead_mail import __version__
from producthead_mail.cli.app import COMMANDS

ROOT = Path(__file__).parent.parent


def test_the_changelog_begins_with_this_version() -> None:
    versions = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert versions[0] == __version__


def test_every_command_is_documented() -> None:
    sections = re.findall(
        r"^## `producthead (\S+?)[ `]", (ROOT / "docs" / "commands.md").read_text(), re.MULTILINE
    )
    assert sections == list(COMMANDS)


def test_requirements_are_hashed_and_name_no_host() -> None:
    text = (ROOT / "requirements" / "dev.txt").read_text()
    assert "://" not in text
    pins = [line for line in text.splitlines() if not line.startswith(" ")]
    assert pins
    assert all(re.fullmatch(r"[a-z0-9.-]+==\S+( ; .+)? \\", line) for line in pins)


def test_pictures_of_the_readme_exist() -> None:
    for path in re.findall(r"!\[[^]]*]\(([^)]+)\)", (ROOT / "README.md").read_text()):
        assert (ROOT / path).is_file()

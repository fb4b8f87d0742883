"""The page of commands names every scope that the program asks a key for."""

import re

from tests.docs.blocks import ROOT

SCOPE = r"(?:[a-z_]+\.)+(?:send|create|read|update|delete)"


def test_every_scope_is_named() -> None:
    source = "".join(path.read_text() for path in (ROOT / "producthead_mail" / "doctor").glob("*.py"))
    section = (
        (ROOT / "docs" / "commands.md")
        .read_text()
        .partition("\n## `producthead doctor`")[2]
        .partition("\n## ")[0]
    )
    assert set(re.findall(f"`({SCOPE})`", section)) == set(re.findall(f'"({SCOPE})"', source))
